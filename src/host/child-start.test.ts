import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newCancellation } from '../model/cancellation.ts'
import { systemProcesses } from './system-processes.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pawl-start-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Runs `count` children at once in a process that may hold only `files` open, and tells how each ended. */
async function crowd(count: number, files: number, script: string): Promise<readonly string[]> {
  const program = join(folder, 'crowd.ts')
  const spec = { argv: ['sh', '-c', script], cwd: folder, env: { PATH: process.env['PATH'] ?? '' } }
  writeFileSync(
    program,
    `
    import { systemProcesses } from ${JSON.stringify(import.meta.resolve('./system-processes.ts'))}
    import { newCancellation } from ${JSON.stringify(import.meta.resolve('../model/cancellation.ts'))}
    const processes = systemProcesses()
    const one = (_, i) => processes.run({ ...${JSON.stringify(spec)}, timeoutMs: 20_000, tag: 'crowd-' + i, cancellation: newCancellation() })
    const all = await Promise.all(Array.from({ length: ${count} }, one))
    console.log(JSON.stringify(all.map((ended) => (ended.ok ? ended.exit.kind + ended.exit.code : ended.failure.type))))
  `,
  )
  const argv = ['sh', '-c', 'ulimit -n "$0"; exec "$@"', String(files), process.execPath, program]
  const ended = await systemProcesses().run({ argv, cwd: folder, env: spec.env, timeoutMs: 20_000, tag: 'crowd', cancellation: newCancellation() })
  if (!ended.ok || ended.exit.code !== 0) throw new Error(JSON.stringify(ended))
  return JSON.parse(ended.exit.stdout)
}

test('when the machine runs out of open files, children wait for each other instead of failing', async () => {
  if (process.platform === 'win32') return console.log('not run: needs ulimit')
  expect(await crowd(20, 48, 'sleep 0.6; exit 3')).toEqual(Array.from({ length: 20 }, () => 'exited3'))
})

test('a child that waits to be started can be cancelled', async () => {
  const cancellation = newCancellation()
  const running = systemProcesses().run({
    argv: ['sleep', '60'],
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '' },
    timeoutMs: 60_000,
    tag: 'waiting',
    cancellation,
  })
  cancellation.request('at once')
  expect(await running).toMatchObject({ ok: true, exit: { kind: 'cancelled' } })
})
