/** Who holds the run lock of a repository right now; looks without waiting and without creating anything. */
import { existsSync } from 'node:fs'
import { runLock } from '../host/run-lock.ts'
import type { Holder } from '../model/lock.ts'
import type { Site } from './site.ts'

export const lockHolder = (site: Site): Holder | undefined => (existsSync(site.stateFolder) ? runLock(site.stateFolder, site.clock).holder() : undefined)
