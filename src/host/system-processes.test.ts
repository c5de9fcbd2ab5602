import { afterEach, beforeEach, expect, test } from 'bun:test'
import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newCancellation } from '../model/cancellation.ts'
import type { Exit, ProcessSpec } from '../model/processes.ts'
import { liveProcess } from './proc-table.ts'
import { systemProcesses } from './system-processes.ts'
import type { SystemProcesses } from './system-processes.ts'

const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' }
const onLinux = process.platform === 'linux'
const processes = systemProcesses({ graceMs: 300 })
let folder = ''
let count = 0

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-processes-')))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

type Wish = Partial<Omit<ProcessSpec, 'argv'>>

const spec = (argv: readonly string[], wish: Wish = {}): ProcessSpec => ({
  argv,
  cwd: folder,
  env,
  timeoutMs: 20_000,
  tag: `test-${process.pid}-${++count}`,
  cancellation: newCancellation(),
  ...wish,
})

async function exitOf(argv: readonly string[], wish?: Wish, by = processes): Promise<Exit> {
  const ended = await by.run(spec(argv, wish))
  if (!ended.ok) throw new Error(`did not start: ${JSON.stringify(ended.failure)}`)
  return ended.exit
}

const sh = (script: string, wish?: Wish, by = processes): Promise<Exit> => exitOf(['sh', '-c', script], wish, by)

async function failureOf(argv: readonly string[], wish?: Wish) {
  const ended = await processes.run(spec(argv, wish))
  if (ended.ok) throw new Error(`did start: ${JSON.stringify(ended.exit)}`)
  return ended.failure
}

/** Pids that the script wrote, one a line. */
const pidsIn = (name: string): readonly number[] => readFileSync(join(folder, name), 'utf8').trim().split('\n').map(Number)
const lives = (pid: number): boolean => (onLinux ? liveProcess(pid) !== undefined : isSignallable(pid))

function isSignallable(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function until(fact: () => boolean): Promise<void> {
  while (!fact()) await new Promise((resolve) => setTimeout(resolve, 5))
}

function script(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  chmodSync(path, 0o755)
  return path
}

/** Acts as soon as the child has printed a line "ready". */
function whenReady(act: () => void): Pick<ProcessSpec, 'onOutput'> {
  let seen = ''
  return {
    onOutput(chunk) {
      seen += Buffer.from(chunk).toString()
      if (seen.includes('ready\n')) act()
    },
  }
}

/** A tree in which every child tries to stay alive in its own way; each writes its pid into "pids". Prints "ready" when all live. */
const hostileTree = `
  me() { sh -c 'echo $PPID' >> pids; }
  nap() { while :; do sleep 0.2; done; }
  ( me; nap ) &
  ( trap '' TERM; me; nap ) &
  ( trap '' TERM HUP INT; exec nohup sh -c 'echo $$ >> pids; trap "" TERM; while :; do sleep 0.2; done' ) > /dev/null 2>&1 &
  ( env -i PATH="$PATH" sh -c 'echo $$ >> pids; trap "" TERM; while :; do sleep 0.2; done' > /dev/null 2>&1 & )
  ${
    onLinux
      ? `setsid sh -c 'echo $$ >> pids; trap "" TERM; while :; do sleep 0.2; done' &
  setsid env -i PATH="$PATH" sh -c 'echo $$ >> pids; trap "" TERM; while :; do sleep 0.2; done' &
  ( setsid sh -c '( trap "" TERM; sh -c "echo \\$PPID" >> pids; while :; do sleep 0.2; done ) > /dev/null 2>&1 &' ) &`
      : ''
  }
  until [ "$(wc -l < pids 2> /dev/null || echo 0)" -ge ${onLinux ? 7 : 4} ]; do sleep 0.02; done
  echo ready
`
const hostileCount = onLinux ? 7 : 4

test('a program that ends by itself is reported with its exit code and both outputs', async () => {
  const exit = await sh('echo out; echo err >&2; exit 7')
  expect(exit).toMatchObject({ kind: 'exited', code: 7, stdout: 'out\n', stderr: 'err\n', cut: false })
  expect(exit.signal).toBeUndefined()
  expect(exit.durationMs).toBeGreaterThan(0)
})

test('a program that dies by a signal is reported with the signal', async () => {
  const exit = await sh('kill -SEGV $$')
  expect(exit).toMatchObject({ kind: 'signalled', signal: 'SIGSEGV' })
  expect(exit.code).toBeUndefined()
})

test('arguments reach the program as they are, without a shell', async () => {
  const wild = ['a b', '$HOME', '`id`', '; false', '*', '"\'', 'ä\n']
  expect((await exitOf(['printf', '%s|', ...wild])).stdout).toBe(`${wild.join('|')}|`)
})

test('the child gets exactly the environment that is asked for, and its tag', async () => {
  const exit = await exitOf(['env'], { env: { PATH: env.PATH, ONE: '1' }, tag: 'lint@1.1' })
  // These tests may themselves be run by pawl: then its tag stands before ours.
  const outer = process.env['PAWL_ATTEMPT']
  const tag = outer === undefined ? 'lint@1.1' : `${outer}\tlint@1.1`
  expect(exit.stdout.trim().split('\n').toSorted()).toEqual(['ONE=1', `PATH=${env.PATH}`, `PAWL_ATTEMPT=${tag}`])
})

test('a child reads nothing from the terminal', async () => {
  expect(await exitOf(['cat'])).toMatchObject({ kind: 'exited', code: 0, stdout: '' })
})

test('output is passed on while the program runs', async () => {
  const cancellation = newCancellation()
  const exit = await sh('echo ready; sleep 30', { cancellation, ...whenReady(() => cancellation.request('enough')) })
  expect(exit).toMatchObject({ kind: 'cancelled', signal: 'SIGTERM', stdout: 'ready\n' })
})

test('a program that was cancelled before its start is not started', async () => {
  const cancellation = newCancellation()
  cancellation.request('too late')
  expect(await sh('touch started', { cancellation })).toMatchObject({ kind: 'cancelled' })
  expect(existsSync(join(folder, 'started'))).toBe(false)
})

test('a program can tidy up when it is asked to end', async () => {
  const cancellation = newCancellation()
  const patient = systemProcesses({ graceMs: 10_000 })
  const tidy = 'trap "echo tidied; exit 3" TERM; echo ready; while :; do sleep 0.02; done'
  const exit = await sh(tidy, { cancellation, ...whenReady(() => cancellation.request('enough')) }, patient)
  expect(exit).toMatchObject({ kind: 'cancelled', code: 3, stdout: 'ready\ntidied\n' })
  expect(exit.durationMs).toBeLessThan(5000)
})

test('the time limit ends a whole hostile tree', async () => {
  const exit = await sh(`${hostileTree} nap`, { timeoutMs: 3000 })
  expect(exit.kind).toBe('timed-out')
  expect(pidsIn('pids')).toHaveLength(hostileCount)
  expect(pidsIn('pids').filter(lives)).toEqual([])
})

test('a cancellation ends a whole hostile tree', async () => {
  const cancellation = newCancellation()
  const exit = await sh(`${hostileTree} nap`, { cancellation, ...whenReady(() => cancellation.request('enough')) })
  expect(exit.kind).toBe('cancelled')
  expect(pidsIn('pids').filter(lives)).toEqual([])
})

test('what a program leaves behind when it ends by itself is ended too', async () => {
  const exit = await sh(`${hostileTree} exit 5`)
  expect(exit).toMatchObject({ kind: 'exited', code: 5, stdout: 'ready\n' })
  expect(pidsIn('pids').filter(lives)).toEqual([])
})

test('a reader that finishes a moment after the program may say its last words', async () => {
  const bash = processes.find('bash', env, folder)
  if (bash === undefined) return console.log('not run: there is no bash')
  const exit = await exitOf([bash, '-c', 'exec > >(sleep 0.05; cat; echo last)\necho first'])
  expect(exit.stdout).toBe('first\nlast\n')
})

test('silence longer than allowed ends the program, output puts it off', async () => {
  const exit = await sh('for i in 1 2 3 4 5 6; do echo $i; sleep 0.1; done; sleep 30', { silenceMs: 400 })
  expect(exit).toMatchObject({ kind: 'silent', stdout: '1\n2\n3\n4\n5\n6\n' })
  expect(exit.durationMs).toBeGreaterThan(900)
})

/** Without its environment, session, parent and standard outputs nothing tells where it came from; descriptor 3 still holds the pipe. */
async function escapeFrom(by: SystemProcesses): Promise<{ readonly exit: Exit; readonly escaped: number }> {
  const holder = join(folder, 'holder.mjs')
  writeFileSync(
    holder,
    `import { existsSync, writeFileSync, writeSync } from 'node:fs'
    const wait = setInterval(() => { if (existsSync('over')) { clearInterval(wait); writeSync(3, 'late\\n') } }, 5)
    setTimeout(() => {}, 60_000)
    writeFileSync('escaped', String(process.pid))`,
  )
  const escape = `(setsid env -i '${process.execPath}' '${holder}' 3>&1 > /dev/null 2>&1 &)`
  const exit = await sh(`${escape}; until [ -s escaped ]; do sleep 0.01; done; echo done; touch over`, {}, by)
  return { exit, escaped: pidsIn('escaped')[0] ?? 0 }
}

test('a process that drops its environment, session, parent and outputs is found all the same, where orphans come to us', async () => {
  if (!onLinux) return console.log('not run: needs setsid')
  const { exit, escaped } = await escapeFrom(systemProcesses({ graceMs: 300 }))
  expect(exit).toMatchObject({ kind: 'exited', code: 0 })
  expect(lives(escaped)).toBe(false)
})

test('a process in a group of its own is found by the session, also without its environment', async () => {
  const bash = processes.find('bash', env, folder)
  if (bash === undefined || !onLinux) return console.log('not run: needs bash and /proc')
  const nap = 'echo $$ > apart; trap "" TERM; while :; do sleep 0.2; done'
  await exitOf([bash, '-c', `(set -m; env -i PATH="$PATH" sh -c '${nap}' > /dev/null 2>&1 &); until [ -s apart ]; do sleep 0.01; done`])
  expect(pidsIn('apart').filter(lives)).toEqual([])
})

test('fifty megabytes of output are counted, kept at both ends and do not fill the memory', async () => {
  let bytes = 0
  const before = process.memoryUsage.rss()
  const exit = await sh('echo first; head -c 50000000 /dev/zero | tr "\\0" "x"; echo; echo last', { onOutput: (chunk) => void (bytes += chunk.length) })
  expect(bytes).toBe(50_000_000 + 'first\n\nlast\n'.length)
  expect(exit.cut).toBe(true)
  expect(exit.stdout.startsWith('first\nxxx')).toBe(true)
  expect(exit.stdout.endsWith('xxx\nlast\n')).toBe(true)
  expect(exit.stdout.length).toBeLessThan(4.1 * 1024 * 1024)
  expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 1024 * 1024)
})

test('a missing program is a missing tool, by name and by path', async () => {
  expect(await failureOf(['no-such-program'])).toMatchObject({ type: 'tool.missing', what: 'no-such-program was not found' })
  expect(await failureOf(['./no-such-program'])).toMatchObject({ type: 'tool.missing' })
  writeFileSync(join(folder, 'plain'), 'text')
  expect(await failureOf(['./plain'])).toMatchObject({ type: 'tool.missing', why: `there is no executable file ./plain in ${folder}` })
})

test('a missing folder is not mistaken for a missing program', async () => {
  const gone = join(folder, 'gone')
  expect(await failureOf(['sh', '-c', 'true'], { cwd: gone })).toMatchObject({ type: 'process.spawn', why: `the folder ${gone} to start it in does not exist` })
})

test('a script for an interpreter that is not installed says so', async () => {
  const path = script('tool', '#!/no/such/interpreter\n')
  expect(await failureOf([path])).toMatchObject({ type: 'tool.missing', why: `${path} is a script for /no/such/interpreter, which does not exist` })
})

test('an argument that no program can get is a failure, not a crash', async () => {
  expect(await failureOf(['echo', 'a\0b'])).toMatchObject({ type: 'process.spawn' })
  expect(await failureOf([])).toMatchObject({ type: 'process.spawn', why: 'the command is empty' })
})

test('two children with one tag do not end each other', async () => {
  if (!onLinux) return console.log('not run: needs setsid')
  const apart = `setsid sh -c 'touch second; until [ -e over ]; do sleep 0.01; done; echo two' & wait`
  const second = sh(apart, { tag: 'same' })
  const first = await sh('until [ -e second ]; do sleep 0.01; done; echo one', { tag: 'same' })
  writeFileSync(join(folder, 'over'), '')
  expect([first.stdout, (await second).stdout]).toEqual(['one\n', 'two\n'])
})

test('everything alive can be killed at once, without waiting', async () => {
  const own = systemProcesses({ graceMs: 60_000 })
  const running = sh(
    `${hostileTree} nap`,
    whenReady(() => own.killAll()),
    own,
  )
  expect(await running).toMatchObject({ kind: 'signalled', signal: 'SIGKILL' })
  await until(() => pidsIn('pids').every((pid) => !lives(pid)))
})

test('a program is found through PATH, by a relative path and by an absolute one', () => {
  const tool = script('tool', '#!/bin/sh\n')
  expect(processes.find('tool', { PATH: `/no/such:${folder}` }, '/')).toBe(tool)
  expect(processes.find('tool', { PATH: 'relative' }, folder)).toBeUndefined()
  expect(processes.find('./tool', { PATH: '' }, folder)).toBe(tool)
  expect(processes.find(tool, { PATH: '' }, '/')).toBe(tool)
  expect(processes.find('tool', { PATH: '' }, folder)).toBeUndefined()
  chmodSync(tool, 0o644)
  expect(processes.find('./tool', { PATH: '' }, folder)).toBeUndefined()
  expect(processes.find('..', { PATH: folder }, folder)).toBeUndefined()
})
