/** Run in a PID name space of its own: gives the id of a killed holder of the lock to a stranger and says how pawl sees that one. `bun reuse-pid.ts DIR TIMES` */
import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { holdFile } from '../../../src/host/file-hold.ts'
import { endLeftovers } from '../../../src/host/leftovers.ts'
import { runLock } from '../../../src/host/run-lock.ts'
import { systemClock } from '../../../src/host/system-clock.ts'
import { newCancellation } from '../../../src/model/cancellation.ts'
import { holdLock } from '../lock-holding.ts'

const [dir = '', times = '1'] = process.argv.slice(2)
for (let time = 0; time < Number(times); time++) {
  const holding = await holdLock(dir)
  holding.process.kill('SIGKILL')
  await holding.gone
  // Held by somebody who has not said who it is: the record is still that of the dead one.
  const hold = holdFile(join(dir, 'lock.db'), 1000)
  if (hold === 'busy') throw new Error('the lock of a killed process is not free')
  const stranger = await strangerWith(holding.pid)
  const seen = runLock(dir, systemClock()).holder()
  const refused = await runLock(dir, systemClock()).acquire('pawl', 0, () => undefined, newCancellation())
  await endLeftovers((tag) => tag.startsWith(dir))
  const alive = existsSync(`/proc/${holding.pid}`)
  console.log(JSON.stringify({ reused: stranger.pid === holding.pid, state: seen?.state, told: refused.ok ? 'acquired' : refused.failure.hint, alive }))
  stranger.kill('SIGKILL')
  hold.release()
}

/** Threads take ids too, so the wanted one can be missed: then it is tried again. */
async function strangerWith(pid: number): Promise<ReturnType<typeof spawn>> {
  for (let left = 50; ; left--) {
    writeFileSync('/proc/sys/kernel/ns_last_pid', String(pid - 1))
    const stranger = spawn('sleep', ['600'], { stdio: 'ignore' })
    if (stranger.pid === pid || left === 0) return stranger
    const gone = new Promise((resolve) => stranger.on('close', resolve))
    stranger.kill('SIGKILL')
    await gone
  }
}
