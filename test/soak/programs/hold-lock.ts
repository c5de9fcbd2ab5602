/** A program that holds the run lock of a state folder until it is ended: `bun hold-lock.ts DIR [COMMAND]`. Says "held" once it does. */
import { runLock } from '../../../src/host/run-lock.ts'
import { systemClock } from '../../../src/host/system-clock.ts'
import { newCancellation } from '../../../src/model/cancellation.ts'

const [dir = '', command = 'pawl held'] = process.argv.slice(2)
const acquired = await runLock(dir, systemClock()).acquire(command, 10_000, () => undefined, newCancellation())
console.log(acquired.ok ? 'held' : acquired.failure.what)
// Ends with whoever started it, or by a signal.
if (acquired.ok) process.stdin.on('end', () => acquired.lock.release()).resume()
