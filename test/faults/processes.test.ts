/** Faults of processes, at the size that every test run can afford. */
import { rows as limits } from '../soak/limits.ts'
import { rows as orphans } from '../soak/orphans.ts'
import { testRows } from './row-test.ts'

testRows([...orphans, ...limits], 2)
