/** T07 and T08: the holder of the lock is dead, its id was given away, the machine was booted again, or it is stopped and wakes up late. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { identityOf, readHolder } from '../../src/host/lock-holder.ts'
import { runLock } from '../../src/host/run-lock.ts'
import { openStore } from '../../src/host/store.ts'
import { systemClock } from '../../src/host/system-clock.ts'
import { newCancellation } from '../../src/model/cancellation.ts'
import { failureIn } from '../../src/model/failure.ts'
import type { Holder } from '../../src/model/lock.ts'
import { dice } from '../simulation/dice.ts'
import { holdLock, inState } from './lock-holding.ts'
import { oneLine, runProgram } from './program.ts'
import { eachCase, missingProgram, skippedRow, spread, together, type SoakResult, type SoakRow, type SoakSize } from './soak-row.ts'

export const rows: readonly SoakRow[] = [
  {
    id: 'T07',
    title:
      'the holder was killed, its process id was given to a stranger, or the machine was booted: the lock is free at once, no stranger is signalled or shown as running',
    run: async (size, report) => together(await killedHolders(size, report), await reusedIds(size, report), await records()),
  },
  {
    id: 'T08',
    title: 'the holder is stopped: nobody else gets in, waiters are told; a writer that wakes up after its run was closed is refused',
    run: async (size, report) => together(await stoppedHolders(size, report), await lateWriters(size)),
  },
]

async function killedHolders(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  const times: number[] = []
  const result = await inState((state) =>
    eachCase(size === 'ci' ? 5 : 200, 1, async () => {
      const holding = await holdLock(state)
      const killed = performance.now()
      holding.process.kill('SIGKILL')
      const acquired = await runLock(state, systemClock()).acquire('pawl', 5000, () => undefined, newCancellation())
      const ms = performance.now() - killed
      times.push(ms)
      if (!acquired.ok) return [`not free again: ${acquired.failure.what}`]
      acquired.lock.release()
      // The small size is also played on machines that are busy with other things.
      return ms > (size === 'ci' ? 5000 : 1000) ? [`free again only after ${ms.toFixed(0)} ms`] : []
    }),
  )
  report(`free again after a kill: ${spread(times, 'ms')}`)
  return result
}

async function reusedIds(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  const missing = process.platform === 'linux' ? missingProgram('unshare') : 'PID name spaces are for Linux'
  if (missing !== undefined) return skippedRow(`reused ids: ${missing}`)
  const space = ['unshare', ...(process.getuid?.() === 0 ? [] : ['--map-root-user']), '--pid', '--fork', '--mount-proc']
  if (spawnSync('unshare', [...space.slice(1), 'sh', '-c', 'echo 100 > /proc/sys/kernel/ns_last_pid']).status !== 0)
    return skippedRow('reused ids: the next id cannot be set here')
  const count = size === 'ci' ? 3 : 50
  const program = join(import.meta.dirname, 'programs/reuse-pid.ts')
  const end = await inState((state) =>
    runProgram([...space, process.execPath, program, state, String(count)], { cwd: state, env: { PATH: process.env['PATH'] ?? '' }, limitMs: 300_000 }),
  )
  const seen = end.stdout.split('\n').filter((line) => line.startsWith('{'))
  const facts = seen.map((line) => JSON.parse(line) as { reused: boolean; state: Holder['state']; told: string; alive: boolean })
  const broken = facts.flatMap(({ reused, state, told, alive }) => {
    if (!reused) return ['the id could not be reused']
    return [
      ...(state === 'unknown' ? [] : [`the stranger is shown as ${state}`]),
      ...(/kill/.test(told) ? [`people are told to kill the stranger: ${told}`] : []),
      ...(alive ? [] : ['the stranger was signalled']),
    ]
  })
  if (facts.length !== count) broken.push(`only ${facts.length} of ${count} were played: ${oneLine(end.stderr)}`)
  report(`${facts.filter((fact) => fact.reused).length} process ids were given to a stranger`)
  return { cases: count, broken }
}

/** What the record may say about somebody who is not there. */
const records = (): Promise<SoakResult> =>
  inState(async (state) => {
    const me = { ...identityOf(process.pid), command: 'pawl', since: 0, host: 'h' }
    const cases: readonly (readonly [what: string, content: string, state: Holder['state']])[] = [
      ['of this process', JSON.stringify(me), 'running'],
      ['of another boot', JSON.stringify({ ...me, boot: 'another' }), 'unknown'],
      ['of another start', JSON.stringify({ ...me, start: '1' }), 'unknown'],
      ['without a start', JSON.stringify({ ...me, start: undefined }), 'unknown'],
      ['of nobody', JSON.stringify({ ...me, pid: 2 ** 30 }), 'unknown'],
      ['empty', '', 'unknown'],
      ['torn', JSON.stringify(me).slice(0, 20), 'unknown'],
      ['of the source systems', `${process.pid}\n`, 'unknown'],
    ]
    return eachCase(cases.length, 1, async (index) => {
      const [what, content, expected] = cases[index] ?? ['', '', 'unknown']
      const path = join(state, 'lock.holder')
      writeFileSync(path, content)
      const seen = readHolder(path).state
      return seen === expected || process.platform !== 'linux' ? [] : [`a record ${what} is read as ${seen}`]
    })
  })

async function stoppedHolders(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  if (process.platform !== 'linux') return skippedRow('stopped holders: the state of a process is read from /proc')
  let refusals = 0
  const result = await inState(async (state) => {
    const holding = await holdLock(state)
    const lock = runLock(state, systemClock())
    try {
      return await eachCase(size === 'ci' ? 5 : 100, 1, async () => {
        const wrong: string[] = []
        holding.process.kill('SIGSTOP')
        const seen: (Holder | undefined)[] = []
        // The kernel stops it when it pleases.
        while (readFileSync(`/proc/${holding.pid}/stat`, 'utf8').split(') ')[1]?.startsWith('T') !== true) await Bun.sleep(1)
        const enough = newCancellation()
        const told = await lock.acquire('pawl', 60_000, (holder) => (seen.push(holder), enough.request('told')), enough)
        if (told.ok) return ['a second one got in']
        refusals += 1
        if (!/is stopped \(state T\)/.test(told.failure.hint ?? '')) wrong.push(`the waiter is not told: ${told.failure.hint ?? ''}`)
        if (seen.length === 0) wrong.push('the waiter was not told anything while it waited')
        holding.process.kill('SIGCONT')
        const after = await lock.acquire('pawl', 0, () => undefined, newCancellation())
        if (after.ok) wrong.push('a second one got in after it went on')
        return wrong
      })
    } finally {
      holding.process.kill('SIGKILL')
      await holding.gone
    }
  })
  report(`${refusals} tries to get in beside a stopped holder were refused`)
  return result
}

/** Two writers on one store: the second closes the run of the first, which then goes on writing. */
const lateWriters = (size: SoakSize): Promise<SoakResult> =>
  inState((state) =>
    eachCase(size === 'ci' ? 10 : 100, 1, async (index) => {
      const chance = dice(800 + index)
      const [late, next] = [openStore(state), openStore(state)]
      if (!late.ok || !next.ok) return ['the store cannot be opened']
      const run = late.value.store.begin({ startedAt: 1, command: 'late', root: '/' })
      const written = chance.roll(4)
      for (let seq = 1; seq <= written; seq++) late.value.store.append(run, [{ type: 'round.opened', round: seq, seq, at: 1 }])
      const end = { type: 'run.finished', verdict: 'lost', counts: {} as never, durationMs: 1, savedMs: 0, seq: written + 1, at: 2 } as const
      next.value.store.append(run, [end])
      const wrong: string[] = []
      // With the next number, and with one that is free: neither may land.
      for (const seq of [written + 1, written + 2 + chance.roll(5)]) {
        const refusal = refusalOf(() => late.value.store.append(run, [{ type: 'round.opened', round: 9, seq, at: 3 }]))
        if (refusal?.type !== 'store.unusable') wrong.push(`a late write with number ${seq} was ${refusal === undefined ? 'taken' : 'a bug'}`)
      }
      if (next.value.store.events(run).length !== written + 1) wrong.push('the closed history has changed')
      late.value.store.close()
      next.value.store.close()
      return wrong
    }),
  )

function refusalOf(work: () => void): { readonly type: string } | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    return failureIn(error) ?? { type: 'thrown' }
  }
}
