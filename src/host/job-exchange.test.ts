import { afterAll, expect, test } from 'bun:test'
import { spawn } from 'node:child_process'
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JobRecord } from '../model/exchange.ts'
import { openExchange, type JobExchange } from './job-exchange.ts'

const base = mkdtempSync(join(tmpdir(), 'pawl-exchange-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

let count = 0
function newJob(name = `job-${(count += 1)}`, under = base): { readonly folder: string; readonly job: JobExchange } {
  const folder = join(under, name)
  mkdirSync(folder, { recursive: true })
  const opened = openExchange(folder)
  if (!opened.ok) throw new Error(opened.failures[0]?.what)
  return { folder, job: opened.value }
}

const recordsOf = (job: JobExchange): readonly JobRecord[] => {
  const read = job.records()
  if (!read.ok) throw new Error(read.failures[0]?.what)
  return read.value
}

test('what is declared is read again, in order; nothing is there at first', async () => {
  const { folder, job } = newJob()
  expect(recordsOf(job)).toEqual([])
  const said: readonly JobRecord[] = [
    { at: 1, kind: 'claim', paths: ['src/a.ts', 'line\nbreak'] },
    { at: 2, kind: 'question', id: 'q', text: '"quotes" \u2028 and $(sh)' },
    { at: 3, kind: 'no-change', why: 'it is so already' },
    { at: 4, kind: 'touched', paths: ['b'] },
    { at: 5, kind: 'done', summary: 'all' },
  ]
  for (const record of said) expect(await job.declare(record)).toEqual({ ok: true, value: undefined })
  expect(recordsOf(job)).toEqual(said)
  expect(statSync(join(folder, 'records.jsonl')).mode & 0o777).toBe(0o600)
})

test('a line that was cut off takes nothing with it, and what is strange is left out', async () => {
  const { folder, job } = newJob()
  const file = join(folder, 'records.jsonl')
  await job.declare({ at: 1, kind: 'done', summary: 'one' })
  appendFileSync(file, '{"at":2,"kind":"done","summ')
  await job.declare({ at: 3, kind: 'done', summary: 'three' })
  appendFileSync(file, '\n7\nnull\n[]\n{"kind":"done","summary":"no time"}\n{"at":4,"kind":"rm","path":"/"}\n{"at":5,"kind":"claim","paths":[1]}\n{"at":6,"ki')
  expect(recordsOf(job).map(({ at }) => at)).toEqual([1, 3])
})

test('many processes that write at once lose nothing', async () => {
  const { folder, job } = newJob()
  const writers = 8
  const each = 20
  const program = `
    import { openExchange } from ${JSON.stringify(join(import.meta.dirname, 'job-exchange.ts'))}
    const job = openExchange(process.argv[2]).value
    for (let i = 0; i < ${each}; i += 1) await job.declare({ at: i, kind: 'done', summary: process.argv[3].repeat(500) })`
  const file = join(base, 'writer.ts')
  writeFileSync(file, program)
  const ends = Array.from({ length: writers }, (_, writer) => {
    const child = spawn(process.execPath, [file, folder, String(writer)], { stdio: 'inherit' })
    return new Promise((resolve) => child.on('close', resolve))
  })
  expect(await Promise.all(ends)).toEqual(Array.from({ length: writers }, () => 0))
  const records = recordsOf(job)
  expect(records).toHaveLength(writers * each)
  const ofFirst = records.flatMap((record) => (record.kind === 'done' && record.summary.startsWith('0') ? [record.at] : []))
  expect(ofFirst).toEqual(Array.from({ length: each }, (_, i) => i))
})

test('size and number are bounded, and the answer says so', async () => {
  const { folder, job } = newJob()
  const tooLong = await job.declare({ at: 1, kind: 'done', summary: 'x'.repeat(70_000) })
  expect(tooLong.ok || tooLong.failures[0]?.type).toBe('job.full')
  writeFileSync(join(folder, 'records.jsonl'), '{"at":1,"kind":"done","summary":""}\n'.repeat(2000))
  const tooMany = await job.declare({ at: 1, kind: 'done', summary: '' })
  expect(tooMany.ok || tooMany.failures[0]?.type).toBe('job.full')
  expect(recordsOf(job)).toHaveLength(2000)
})

test('the first answer to a question counts', async () => {
  const { job } = newJob()
  await job.answer({ at: 1, id: 'q', text: 'yes' })
  await job.answer({ at: 2, id: 'q', text: 'no' })
  await job.answer({ at: 3, id: '__proto__', text: 'fine' })
  const answers = job.answers()
  expect(answers.ok && [...answers.value]).toEqual([
    ['__proto__', 'fine'],
    ['q', 'yes'],
  ])
})

test('other jobs are the folders beside it that said something', async () => {
  const under = join(base, 'jobs')
  const { job: mine } = newJob('mine', under)
  const { job: other } = newJob('other', under)
  newJob('silent', under)
  writeFileSync(join(under, 'file'), '')
  symlinkSync(join(under, 'other'), join(under, 'link'))
  await mine.declare({ at: 1, kind: 'claim', paths: ['a'] })
  await other.declare({ at: 2, kind: 'claim', paths: ['b'] })
  // In the home of an agent anything may lie.
  await newJob('mine.home', under).job.declare({ at: 3, kind: 'claim', paths: ['c'] })
  const others = mine.others()
  expect(others.ok && [...others.value]).toEqual([['other', [{ at: 2, kind: 'claim', paths: ['b'] }]]])
})

test.each([
  ['relative', 'it is no absolute path'],
  [join(base, 'missing'), 'it is not there'],
  [join(base, 'a-file'), 'it is no folder'],
  [join(base, 'a-link'), 'it is no folder'],
])('%s is no folder of a job', (folder, why) => {
  writeFileSync(join(base, 'a-file'), '')
  rmSync(join(base, 'a-link'), { force: true })
  symlinkSync(base, join(base, 'a-link'))
  expect(openExchange(folder)).toMatchObject({ ok: false, failures: [{ type: 'job.none', why }] })
})

test('a link in the place of the file is not followed', async () => {
  const { folder, job } = newJob()
  const target = join(base, 'target')
  writeFileSync(target, '{"at":1,"kind":"done","summary":"foreign"}\n')
  chmodSync(target, 0o600)
  symlinkSync(target, join(folder, 'records.jsonl'))
  const declared = await job.declare({ at: 2, kind: 'done', summary: 'mine' })
  expect(declared.ok).toBe(false)
  expect(readFileSync(target, 'utf8')).not.toContain('mine')
  expect(job.records().ok).toBe(false)
})
