import { afterEach, expect, test } from 'bun:test'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { attemptLogs, rotateLogs, runLog } from './attempt-logs.ts'

const folders: string[] = []
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })))

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-logs-'))
  folders.push(folder)
  return folder
}

test('raw output is kept byte for byte, and nothing is created for an attempt that prints nothing', async () => {
  const dir = newFolder()
  const logs = attemptLogs(dir, 41)
  const log = logs.open('lint@1.1')
  log.write('')
  expect(existsSync(join(dir, 'logs'))).toBe(false)
  log.write('grün\n')
  log.write(new Uint8Array([0, 255]))
  expect(await log.close()).toEqual({ bytes: 8, cut: false })
  expect(logs.pathOf('lint@1.1')).toBe(join(dir, 'logs', 'run-000041', 'lint@1.1.log'))
  expect(await logs.read('lint@1.1')).toEqual(Buffer.from([...Buffer.from('grün\n'), 0, 255]))
  expect(await logs.read('test@1.1')).toBeUndefined()
  expect(statSync(logs.pathOf('lint@1.1')).mode & 0o777).toBe(0o600)
})

test('names of attempts never lead out of the folder and never meet', () => {
  const logs = attemptLogs('/s', 1)
  const attempts = ['../../x@1.1', 'a/b:c@1.1', 'a%2fb:c@1.1', '..@1.1', 'ü\ud800@1.1', `${'long/'.repeat(80)}a@1.1`, `${'long/'.repeat(80)}b@1.1`, '\0@1.1']
  const paths = attempts.map((attempt) => logs.pathOf(attempt))
  expect(new Set(paths).size).toBe(attempts.length)
  for (const path of paths) expect(path).toMatch(/^\/s\/logs\/run-000001\/[A-Za-z0-9@._%-]{1,250}$/)
  expect(paths[1]).toBe('/s/logs/run-000001/a%2fb%3ac@1.1.log')
})

test('a log that grows too large is cut with a marker', async () => {
  const logs = attemptLogs(newFolder(), 1, 10)
  const log = logs.open('a@1.1')
  log.write('12345678')
  log.write('90ab')
  log.write('never')
  expect(await log.close()).toEqual({ bytes: 10, cut: true })
  expect(Buffer.from((await logs.read('a@1.1')) ?? []).toString()).toBe('1234567890\n[pawl: the log was cut here, after 10 bytes]\n')
})

test('a log that cannot be written never stops an attempt, and says why at the end', async () => {
  const dir = newFolder()
  writeFileSync(join(dir, 'logs'), 'a file in the way')
  const log = attemptLogs(dir, 1).open('a@1.1')
  log.write('one')
  log.write('two')
  expect(await log.close()).toMatchObject({ bytes: 0, cut: true, failure: { type: 'store.unusable' } })
  const lines = runLog(dir, 1)
  lines.write('one')
  expect(lines.close()).toMatchObject({ type: 'store.unusable' })
})

test('the line log of a run is appended to, for this user alone, and no link is followed', () => {
  const dir = newFolder()
  for (const line of ['one', 'two']) {
    const log = runLog(dir, 41)
    log.write(line)
    expect(log.close()).toBeUndefined()
  }
  expect(readFileSync(join(dir, 'logs', 'run-000041.log'), 'utf8')).toBe('one\ntwo\n')
  expect(statSync(join(dir, 'logs', 'run-000041.log')).mode & 0o777).toBe(0o600)
  symlinkSync('/dev/null', join(dir, 'logs', 'run-000042.log'))
  const linked = runLog(dir, 42)
  linked.write('x')
  expect(linked.close()).toMatchObject({ type: 'store.unusable' })
})

test('old logs go, the newest and those of live runs stay, and foreign files are left alone', async () => {
  const dir = newFolder()
  const elsewhere = newFolder()
  writeFileSync(join(elsewhere, 'precious'), '')
  for (let run = 1; run <= 30; run++) {
    const log = attemptLogs(dir, run).open('a@1.1')
    log.write('x')
    await log.close()
    if (run % 2 === 0) runLog(dir, run).write('line')
  }
  symlinkSync(elsewhere, join(dir, 'logs', 'run-000000'))
  writeFileSync(join(dir, 'logs', 'notes.txt'), '')
  mkdirSync(join(dir, 'logs', 'run-abc'))
  expect(await rotateLogs(dir, 20, [3])).toEqual({ removed: 10 })
  const left = readdirSync(join(dir, 'logs'))
  expect(
    left
      .filter((name) => /^run-\d+$/.test(name))
      .map((name) => Number(name.slice(4)))
      .toSorted((a, b) => a - b),
  ).toEqual([3, ...Array.from({ length: 20 }, (_, i) => i + 11)])
  expect(left.filter((name) => !/^run-\d/.test(name)).toSorted()).toEqual(['notes.txt', 'run-abc'])
  expect(readdirSync(elsewhere)).toEqual(['precious'])
  expect(await rotateLogs(dir, 20, [3])).toEqual({ removed: 0 })
})

test('without a folder for logs there is nothing to remove, and many may remove at once', async () => {
  const dir = newFolder()
  expect(await rotateLogs(dir, 20, [])).toEqual({ removed: 0 })
  for (let run = 1; run <= 9; run++) runLog(dir, run).write('x')
  await Promise.all(Array.from({ length: 5 }, () => rotateLogs(dir, 2, [1])))
  expect(readdirSync(join(dir, 'logs')).toSorted()).toEqual(['run-000001.log', 'run-000008.log', 'run-000009.log'])
})
