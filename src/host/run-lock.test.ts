import { afterEach, expect, test } from 'bun:test'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { newCancellation } from '../model/cancellation.ts'
import type { Holder } from '../model/lock.ts'
import type { HeldLock } from '../model/lock.ts'
import { runLock } from './run-lock.ts'
import { systemClock } from './system-clock.ts'

const folders: string[] = []
const children: ChildProcess[] = []
afterEach(() => {
  children.splice(0).forEach((child) => child.kill('SIGKILL'))
  folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true }))
})

const clock = systemClock()
const never = newCancellation()
const silent = (): void => undefined

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-lock-'))
  folders.push(folder)
  return folder
}

async function held(dir: string, waitMs = 0): Promise<HeldLock> {
  const acquired = await runLock(dir, clock).acquire('pawl check', waitMs, silent, never)
  if (!acquired.ok) throw new Error(JSON.stringify(acquired.failure))
  return acquired.lock
}

/** A process that takes the lock, says so and keeps it. */
async function holdingChild(dir: string): Promise<ChildProcess> {
  const script = join(dir, 'hold.mjs')
  writeFileSync(
    script,
    `
    const [{ runLock }, { systemClock }, { newCancellation }] = await Promise.all(process.argv.slice(2, 5).map((path) => import(path)))
    const acquired = await runLock(process.argv[5], systemClock()).acquire('pawl test', 0, () => {}, newCancellation())
    // A lock that nothing refers to any more may be collected, and is free then.
    globalThis.held = acquired
    console.log(acquired.ok)
    setInterval(() => {}, 1000)
  `,
  )
  const child = spawn(
    process.execPath,
    [script, join(import.meta.dir, 'run-lock.ts'), join(import.meta.dir, 'system-clock.ts'), join(import.meta.dir, '../model/cancellation.ts'), dir],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  children.push(child)
  expect(String((await once(child.stdout, 'data'))[0]).trim()).toBe('true')
  return child
}

test('a free lock is obtained at once, has no holder before and after, and can be obtained again', async () => {
  const dir = newFolder()
  expect(runLock(dir, clock).holder()).toBeUndefined()
  const lock = await held(dir)
  expect(runLock(dir, clock).holder()).toMatchObject({ pid: process.pid, command: 'pawl check', host: hostname() })
  lock.release()
  lock.release()
  expect(runLock(dir, clock).holder()).toBeUndefined()
  ;(await held(dir)).release()
})

test('who cannot wait is told who holds the lock and what to try', async () => {
  const dir = newFolder()
  const lock = await held(dir)
  const acquired = await runLock(dir, clock).acquire('pawl fix', 0, silent, never)
  expect(acquired.ok).toBe(false)
  if (!acquired.ok) {
    expect(acquired.failure.type).toBe('lock.busy')
    expect(acquired.failure.what).toMatch(new RegExp(`process ${process.pid} \\(pawl check\\), for .*, since \\d\\d:\\d\\d:\\d\\d`))
    expect(acquired.failure.hint).toContain(`kill ${process.pid}`)
  }
  lock.release()
})

test('a waiting run goes on as soon as the holder lets go, and tells each holder once', async () => {
  const dir = newFolder()
  const lock = await held(dir)
  const seen: (Holder | undefined)[] = []
  const told = Promise.withResolvers<void>()
  const waiting = runLock(dir, clock).acquire(
    'second',
    20_000,
    (holder) => {
      seen.push(holder)
      told.resolve()
    },
    never,
  )
  await told.promise
  lock.release()
  const second = await waiting
  expect(second.ok && second.lock.waitedMs > 0).toBe(true)
  expect(seen.map((holder) => holder?.command)).toEqual(['pawl check'])
  if (second.ok) second.lock.release()
})

test('cancelling ends the wait at once without the lock', async () => {
  const dir = newFolder()
  const lock = await held(dir)
  const cancellation = newCancellation()
  const waiting = runLock(dir, clock).acquire('second', 60_000, () => cancellation.request('Ctrl-C'), cancellation)
  const ended = await waiting
  expect(ended.ok ? '' : ended.failure.type).toBe('lock.busy')
  lock.release()
  const cancelled = await runLock(dir, clock).acquire('third', 60_000, silent, cancellation)
  expect(cancelled.ok).toBe(false)
  ;(await held(dir)).release()
})

test('after kill -9 of the holder the lock is free at once, whatever its record says', async () => {
  const dir = newFolder()
  const child = await holdingChild(dir)
  expect(runLock(dir, clock).holder()).toMatchObject({ pid: child.pid, command: 'pawl test' })
  child.kill('SIGKILL')
  await once(child, 'exit')
  const lock = await held(dir)
  expect(lock.waitedMs).toBeLessThan(1000)
  lock.release()
})

test.if(process.platform === 'linux')('a stopped holder keeps the lock and is called stopped', async () => {
  const dir = newFolder()
  const child = await holdingChild(dir)
  expect(runLock(dir, clock).holder()?.state).toBe('running')
  child.kill('SIGSTOP')
  while (!/\) T /.test(readFileSync(`/proc/${child.pid}/stat`, 'utf8'))) await Promise.resolve()
  expect(runLock(dir, clock).holder()?.state).toBe('stopped')
  const acquired = await runLock(dir, clock).acquire('second', 50, silent, never)
  expect(acquired.ok ? '' : acquired.failure.hint).toContain(`kill -CONT ${child.pid}`)
})

test.if(process.platform === 'linux')('a process id that was given to a stranger is not called running', async () => {
  const dir = newFolder()
  const lock = await held(dir)
  const record: unknown = JSON.parse(readFileSync(join(dir, 'lock.holder'), 'utf8'))
  writeFileSync(join(dir, 'lock.holder'), JSON.stringify({ ...(record as object), start: '1' }))
  expect(runLock(dir, clock).holder()?.state).toBe('unknown')
  lock.release()
})

for (const [what, content] of Object.entries({
  missing: undefined,
  empty: '',
  torn: '{"pid":1',
  foreign: '[1]',
  'full of wrong types': '{"pid":-3,"command":1,"since":"x","host":null}',
})) {
  test(`a record that is ${what} changes nothing about who holds the lock`, async () => {
    const dir = newFolder()
    const lock = await held(dir)
    rmSync(join(dir, 'lock.holder'))
    if (content !== undefined) writeFileSync(join(dir, 'lock.holder'), content)
    expect(runLock(dir, clock).holder()).toMatchObject({ pid: 0, state: 'unknown' })
    const second = await runLock(dir, clock).acquire('second', 0, silent, never)
    expect(second.ok ? '' : second.failure.what).toContain('not known')
    lock.release()
    ;(await held(dir)).release()
  })
}

test('a damaged lock file is set aside and the lock works', async () => {
  for (const damage of [(path: string) => writeFileSync(path, 'garbage '.repeat(700)), (path: string) => mkdirSync(path)]) {
    const dir = newFolder()
    damage(join(dir, 'lock.db'))
    const lock = await held(dir)
    expect((await runLock(dir, clock).acquire('second', 0, silent, never)).ok).toBe(false)
    expect(readdirSync(dir).some((name) => name.startsWith('lock.db.corrupt-'))).toBe(true)
    lock.release()
  }
})

test('a holder can tell that its lock was deleted', async () => {
  const dir = newFolder()
  const lock = await held(dir)
  expect(lock.intact()).toBe(true)
  rmSync(join(dir, 'lock.db'))
  expect(lock.intact()).toBe(false)
  lock.release()
})

test('a folder that cannot hold a lock is a failure and never a lock', async () => {
  const acquired = await runLock(join(newFolder(), 'missing'), clock).acquire('check', 0, silent, never)
  expect(acquired.ok ? '' : acquired.failure.type).toBe('store.unusable')
})

const contender = `
  import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
  const [{ runLock }, { systemClock }, { newCancellation }] = await Promise.all(process.argv.slice(2, 5).map((path) => import(path)))
  const dir = process.argv[5]
  for (let round = 0; round < 12; round++) {
    const acquired = await runLock(dir, systemClock()).acquire('contender', 30000, () => {}, newCancellation())
    if (!acquired.ok) throw new Error(JSON.stringify(acquired.failure))
    closeSync(openSync(dir + '/witness', 'wx'))
    await new Promise((resolve) => setImmediate(resolve))
    rmSync(dir + '/witness')
    acquired.lock.release()
    writeSync(1, 'entered\\n')
  }
`

test('of processes that compete for the lock never two are inside, and all get in', async () => {
  const dir = newFolder()
  const script = join(dir, 'contender.mjs')
  writeFileSync(script, contender)
  const paths = [join(import.meta.dir, 'run-lock.ts'), join(import.meta.dir, 'system-clock.ts'), join(import.meta.dir, '../model/cancellation.ts'), dir]
  const ended = await Promise.all(
    Array.from({ length: 3 }, async () => {
      const child = spawn(process.execPath, [script, ...paths], { stdio: ['ignore', 'pipe', 'inherit'] })
      children.push(child)
      let output = ''
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
      const [code] = await once(child, 'close')
      return { code: Number(code), entries: output.split('\n').length - 1 }
    }),
  )
  expect(ended).toEqual(Array.from({ length: 3 }, () => ({ code: 0, entries: 12 })))
  expect(existsSync(join(dir, 'witness'))).toBe(false)
}, 30_000)
