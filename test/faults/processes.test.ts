/** Faults of processes, at the size that every test run can afford. */
import { rows as limits } from '../soak/limits.ts'
import { rows as orphans } from '../soak/orphans.ts'
import { rows as exhaustion } from '../soak/exhaustion.ts'
import { rows as signals } from '../soak/signals.ts'
import { rows as stubborn } from '../soak/stubborn.ts'
import { testRows } from './row-test.ts'

testRows([...orphans, ...signals, ...stubborn, ...limits, ...exhaustion], 4)
