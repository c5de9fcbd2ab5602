import { expect, test } from 'bun:test'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newCancellation } from '../model/cancellation.ts'
import { kept } from './keeper.ts'
import { systemProcesses } from './system-processes.ts'

const env = { PATH: process.env['PATH'] ?? '' }
const can = kept({ program: '/bin/true', args: [] }, env) !== undefined
const here = test.if(can)

const run = (line: string, more: { readonly timeoutMs?: number } = {}) =>
  systemProcesses().run({
    argv: ['/bin/sh', '-c', line],
    cwd: '/',
    env,
    timeoutMs: 20_000,
    tag: `kept-${crypto.randomUUID()}`,
    cancellation: newCancellation(),
    kept: true,
    ...more,
  })

/** Processes that have the token among their words; */
const withToken = (token: string): readonly string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(token)
    } catch (error) {
      if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
      throw error
    }
  })

async function soon(is: () => boolean, withinMs = 5000): Promise<boolean> {
  for (const until = performance.now() + withinMs; performance.now() < until;) {
    if (is()) return true
    await new Promise((resolve) => setImmediate(resolve))
  }
  return is()
}

here('a kept program ends as it would without: code, signal, output, input', async () => {
  for (const [line, wanted] of [
    ['echo out; echo err >&2; exit 3', { kind: 'exited', code: 3, stdout: 'out\n', stderr: 'err\n' }],
    ['kill -TERM $$', { kind: 'signalled', signal: 'SIGTERM' }],
    ['kill -SEGV $$', { kind: 'signalled', signal: 'SIGSEGV' }],
    ['kill -KILL $$', { kind: 'signalled', signal: 'SIGKILL' }],
    ['cat; exit 0', { kind: 'exited', code: 0 }],
  ] as const)
    expect(await run(line)).toMatchObject({ ok: true, exit: wanted })
  expect(await run('trap "exit 9" TERM; while :; do sleep 0.1; done', { timeoutMs: 300 })).toMatchObject({ ok: true, exit: { kind: 'timed-out', code: 9 } })
})

here('what it leaves is gone when its end is told', async () => {
  const token = `keeper-left-${crypto.randomUUID()}`
  const stay = `trap "" TERM HUP INT; while :; do sleep 0.2; done`
  const ended = await run(`( setsid env -i PATH="$PATH" sh -c '${stay}' ${token} >/dev/null 2>&1 & ) ; exit 4`)
  expect(ended).toMatchObject({ ok: true, exit: { code: 4 } })
  expect(withToken(token)).toEqual([])
})

here('a missing interpreter is told as without a keeper', async () => {
  expect(
    await systemProcesses().run({ argv: ['/nowhere/program'], cwd: '/', env, timeoutMs: 1000, tag: 'x', cancellation: newCancellation(), kept: true }),
  ).toMatchObject({
    ok: false,
    failure: { type: 'tool.missing' },
  })
})

/** As pawl is: starts the program and waits. */
const owner = `
const { systemProcesses } = await import(process.argv[1])
const { newCancellation } = await import(process.argv[2])
await systemProcesses().run({ argv: ['/bin/sh', '-c', process.argv[3]], cwd: '/', env: { PATH: process.env.PATH }, timeoutMs: 60000, tag: process.argv[4], cancellation: newCancellation(), kept: true })
`

here(
  'when pawl is killed at once, nothing is left, whatever tried to get away',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'keeper-'))
    try {
      for (let time = 0; time < 5; time++) {
        const token = `keeper-killed-${crypto.randomUUID()}`
        const up = join(folder, String(time))
        const stay = `trap "" TERM HUP INT; : > "${up}.stay"; while :; do sleep 0.2; done`
        const late = `: > "${up}.late"; trap "setsid env -i PATH=$PATH sh -c \\"sleep 100; :\\" ${token} & exit" TERM; while :; do sleep 0.05; done`
        const line = `( setsid env -i PATH="$PATH" sh -c '${stay}' ${token} >/dev/null 2>&1 & ); ( setsid env -i PATH="$PATH" sh -c '${late}' ${token} >/dev/null 2>&1 & ); exec sleep 100`
        const host = (name: string) => join(import.meta.dir, name)
        const child = spawn(process.execPath, ['-e', owner, host('system-processes.ts'), host('../model/cancellation.ts'), line, token], { stdio: 'ignore' })
        expect(await soon(() => existsSync(`${up}.stay`) && existsSync(`${up}.late`), 20_000)).toBe(true)
        child.kill('SIGKILL')
        let empty = 0
        expect(await soon(() => (empty = withToken(token).length === 0 ? empty + 1 : 0) === 5)).toBe(true)
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
  60_000,
)
