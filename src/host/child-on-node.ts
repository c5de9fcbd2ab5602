/** Starts a child by node:child_process: the portable way. */
import { spawn } from 'node:child_process'
import type { Child, ChildEnd, StartChild } from './child-process.ts'
import { leaders } from './leaders.ts'
import { outputPipesOf } from './proc-table.ts'
import { unlessRefused } from './exhaustion.ts'
import { Bug } from '../model/failure.ts'
import { within } from './within.ts'

/** Bun throws some refusals that Node emits, and both throw on arguments that no program can get (a NUL byte). */
export const childOnNode: StartChild = async ({ program, args, cwd, env, inputFd, reads = false }, listener) => {
  try {
    const detached = process.platform !== 'win32'
    const child = spawn(program, args, { cwd, env, detached, stdio: [reads ? 'pipe' : (inputFd ?? 'ignore'), 'pipe', 'pipe'], windowsHide: true })
    const { pid } = child
    if (pid === undefined) return await new Promise<Error>((resolve) => child.once('error', resolve))
    leaders.add(pid)
    const { stdin, stdout, stderr } = child
    if (stdout === null || stderr === null) throw new Bug('a child was started without its outputs')
    const outputs = { stdout, stderr }
    // It may have ended: then its end is what tells.
    stdin?.on('error', () => undefined)
    const exited = new Promise<ChildEnd>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal, atMs: performance.now() })))
    const ends = (['stdout', 'stderr'] as const).map((from) => {
      const stream = outputs[from]
      stream.on('data', (chunk: Uint8Array) => listener.output(chunk, from))
      stream.on('error', (error) => listener.trouble(from, error))
      return new Promise<void>((resolve) => stream.once('close', () => resolve()))
    })
    // Asked in the turn of the start: once the child has ended nobody can tell.
    const pipes = unlessRefused(() => outputPipesOf(pid)) ?? []
    return {
      pid,
      exited,
      pipes: () => pipes,
      // What is there is read before the timers of the next round.
      hear: () => new Promise((resolve) => setImmediate(() => setImmediate(resolve))),
      async endOutput(limitMs) {
        await within(limitMs, Promise.all(ends))
        for (const from of ['stdout', 'stderr'] as const) outputs[from].removeAllListeners('data').destroy()
      },
      ...(stdin === null ? {} : { say: (text) => void (stdin.writable && stdin.write(text)), hangUp: () => void stdin.end() }),
      abandon: () => child.unref(),
    } satisfies Child
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
}
