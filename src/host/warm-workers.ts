/** Keeps warm workers: one for each task, as long as all that its answers stand on is the same, within a limit of memory, and never past the end of pawl. */
import type { Exit, Processes } from '../model/processes.ts'
import type { Warm, WarmAnswer, WarmCall } from '../model/warm.ts'
import { watchLimits } from './child-limits.ts'
import { sha256 } from './digest.ts'
import { warmProgram, type WarmProgram } from './warm-program.ts'
import { warmShelf, type Kept } from './warm-shelf.ts'
import { warmWorker, type Asked } from './warm-worker.ts'

export type WarmWorkers = Warm & {
  /** Ends all of them; later calls are refused. */
  end(): Promise<void>
}

export type WarmSetting = {
  readonly processes: Processes
  /** Absolute path of the worker's program, as a file that Node can run. */
  readonly program: () => Promise<string>
  /** Marks the process tree of the worker of that number. */
  readonly tagOf: (number: number) => string
  /** Of all workers together, as they report it after each call. Default: 1 GiB. */
  readonly limitBytes?: number
  /** A worker that nobody asks for so long is ended. Default: 10 minutes. */
  readonly idleMs?: number
}

/** Captured like the output of any child. */
const capChars = 4 * 1024 * 1024

/** `stale`: it has done nothing, because what it has loaded is not there any more. */
type Settled = WarmAnswer | { readonly stale: string }

export function warmWorkers(setting: WarmSetting): WarmWorkers {
  const { limitBytes = 2 ** 30, idleMs = 600_000 } = setting
  const shelf = warmShelf({ limitBytes, idleMs })
  /** Tasks for which a worker is no good, as long as the digest is the same. */
  const unfit = new Map<string, { readonly digest: string; readonly why: string }>()
  let started = 0
  let isOver = false

  const start = async (call: WarmCall, found: WarmProgram, digest: string): Promise<Kept> => {
    const mark = `pawl ${crypto.randomUUID()} `
    const argv = [found.node, await setting.program(), call.tool, mark]
    const worker = warmWorker(setting.processes, { argv, cwd: call.cwd, env: found.env, tag: setting.tagOf((started += 1)), mark })
    const one = { digest, worker, bytes: 0, calls: 0, isBusy: false }
    shelf.put(call.task, one)
    return one
  }
  const ask = async (call: WarmCall, found: WarmProgram, digest: string): Promise<Settled> => {
    const one = shelf.take(call.task, digest) ?? (await start(call, found, digest))
    if (one.isBusy) return { ok: false, why: 'its worker is busy with another call' }
    clearTimeout(one.idle)
    one.isBusy = true
    one.calls += 1
    const limits = watchLimits(call, async () => undefined)
    const startMs = performance.now()
    const asked = await Promise.race([one.worker.ask({ program: found.entry, words: call.argv.slice(1) }), limits.reached])
    const durationMs = performance.now() - startMs
    limits.end()
    one.isBusy = false
    if (typeof asked !== 'string') return settled(call, one, asked, durationMs)
    await shelf.drop(call.task, one)
    return { ok: true, exit: { kind: asked, durationMs, stdout: '', stderr: '', cut: false }, calls: one.calls }
  }
  const settled = async (call: WarmCall, one: Kept, asked: Asked, durationMs: number): Promise<Settled> => {
    const { task } = call
    const answer = 'answer' in asked ? asked.answer : { refused: `its worker ended in the middle of the call (${asked.ended})` }
    const why = 'ended' in asked ? answer.refused : asked.answer.spent
    if (why !== undefined) unfit.set(task, { digest: one.digest, why })
    if (answer.refused !== undefined || why !== undefined || ('stale' in answer && answer.stale !== undefined)) await shelf.drop(task, one)
    if ('stale' in answer && answer.stale !== undefined) return { stale: answer.stale }
    if (answer.refused !== undefined || 'ended' in asked) return { ok: false, why: answer.refused ?? 'it gave no reason' }
    one.bytes = asked.answer.bytes ?? 0
    await shelf.rest(task, one)
    return { ok: true, exit: exitOf(call, asked, durationMs), calls: one.calls }
  }

  return {
    async call(call) {
      if (call.cancellation.requested) return { ok: true, exit: { kind: 'cancelled', durationMs: 0, stdout: '', stderr: '', cut: false }, calls: 0 }
      if (isOver) return { ok: false, why: 'the workers have been ended' }
      const found = warmProgram(call.tool, call.argv[0] ?? '', call.env, call.cwd)
      if ('why' in found) return { ok: false, why: found.why }
      const digest = digestOf(call, found)
      const poor = unfit.get(call.task)
      if (poor?.digest === digest) return { ok: false, why: poor.why }
      // One that has just been started has loaded nothing yet; if it is stale again, files change all the time.
      for (let tries = 0; tries < 2; tries++) {
        const answer = await ask(call, found, digest)
        if (!('stale' in answer)) return answer
      }
      return { ok: false, why: 'what it has loaded changes all the time' }
    },
    end() {
      isOver = true
      return shelf.dropAll()
    },
  }
}

const digestOf = ({ tool, basis, cwd }: WarmCall, found: WarmProgram): string => sha256(JSON.stringify([tool, basis, cwd, found]))

function exitOf({ onOutput }: WarmCall, { answer, ...past }: Extract<Asked, { readonly answer: unknown }>, durationMs: number): Exit {
  const { code, cpuMs, bytes } = answer
  const stdout = past.stdout + (answer.stdout ?? '')
  const stderr = (answer.stderr ?? '') + past.stderr
  if (stdout !== '') onOutput?.(Buffer.from(stdout), 'stdout')
  if (stderr !== '') onOutput?.(Buffer.from(stderr), 'stderr')
  const usage = { ...(cpuMs === undefined ? {} : { cpuMs }), ...(bytes === undefined ? {} : { peakBytes: bytes }) }
  return {
    kind: 'exited',
    ...(code === undefined ? {} : { code }),
    durationMs,
    stdout: stdout.slice(0, capChars),
    stderr: stderr.slice(0, capChars),
    cut: stdout.length > capChars || stderr.length > capChars,
    usage,
  }
}
