/** Which pawl this is, so exactly that another build is another one: what it remembers need not hold for another. */
import { sight } from '../host/sightings.ts'
import { version } from './version.ts'

export const program = (): string => `${version} ${sight('/', process.execPath)[1]}`
