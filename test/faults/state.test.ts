/** Faults of state, locks, clock, logs and the working copy, at the size that every test run can afford. */
import { rows as clock } from '../soak/clock-jumps.ts'
import { rows as crowd } from '../soak/crowd.ts'
import { rows as damaged } from '../soak/damaged.ts'
import { rows as deleted } from '../soak/deleted-state.ts'
import { rows as dirty } from '../soak/dirty-tree.ts'
import { rows as full } from '../soak/disk-full.ts'
import { rows as durable } from '../soak/durable-order.ts'
import { rows as killed } from '../soak/killed.ts'
import { rows as logs } from '../soak/log-rotation.ts'
import { rows as places } from '../soak/places.ts'
import { rows as refused } from '../soak/refused-calls.ts'
import { rows as stale } from '../soak/stale-locks.ts'
import { rows as versions } from '../soak/versions.ts'
import { testRows } from './row-test.ts'

testRows([killed, damaged, full, refused, durable, crowd, stale, deleted, places, clock, versions, logs, dirty].flat(), 9)
