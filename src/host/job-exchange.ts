/** The folder by which the agent of a job and pawl tell each other something: one file of records, one of answers, both only ever appended to. */
import { lstatSync, readdirSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import type { JobAnswer, JobRecord } from '../model/exchange.ts'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import { appendLine, readLines } from './appended-lines.ts'
import { isJobFolder } from './jobs-folder.ts'
import { attempted } from './state-trouble.ts'

export type JobExchange = {
  /** Name of the folder. */
  readonly job: string
  /** Durable when it is ok. */
  declare(record: JobRecord): Promise<Result<void>>
  /** In order; what is cut off or strange is left out. */
  records(): Result<readonly JobRecord[]>
  answer(answer: JobAnswer): Promise<Result<void>>
  /** Id of a question → its answer; the first one counts. */
  answers(): Result<ReadonlyMap<string, string>>
  /** What the jobs in the folders beside it have said. */
  others(): Result<ReadonlyMap<string, readonly JobRecord[]>>
}

/** `folder`: absolute; it must be there, and belong to this user. */
export function openExchange(folder: string): Result<JobExchange> {
  const refusal = refusalOf(folder)
  return refusal === undefined ? ok(exchangeIn(resolve(folder))) : failed(refusal)
}

function refusalOf(folder: string): Failure | undefined {
  if (!isAbsolute(folder)) return noJob(folder, 'it is no absolute path')
  const seen = attempted(folder, () => lstatSync(folder, { throwIfNoEntry: false }))
  if (!seen.ok) return seen.failure
  if (seen.value === undefined) return noJob(folder, 'it is not there')
  if (!seen.value.isDirectory()) return noJob(folder, 'it is no folder')
  const user = process.getuid?.()
  return user === undefined || seen.value.uid === user ? undefined : noJob(folder, `it belongs to user ${seen.value.uid} and you are user ${user}`)
}

const noJob = (folder: string, why: string): Failure => ({ type: 'job.none', what: `${folder} is no folder of a job`, why })

function exchangeIn(folder: string): JobExchange {
  const records = join(folder, 'records.jsonl')
  const answers = join(folder, 'answers.jsonl')
  return {
    job: basename(folder),
    declare: (record) => appendLine(records, record),
    records: () => recordsIn(records),
    answer: (answer) => appendLine(answers, answer),
    answers() {
      const lines = readLines(answers)
      if (!lines.ok) return lines
      // The first one was acted upon already.
      return ok(
        new Map(
          lines.value
            .filter(isAnswer)
            .map(({ id, text }) => [id, text] as const)
            .toReversed(),
        ),
      )
    },
    others: () => besides(folder),
  }
}

function recordsIn(path: string): Result<readonly JobRecord[]> {
  const lines = readLines(path)
  return lines.ok ? ok(lines.value.filter(isRecord)) : lines
}

function besides(folder: string): Result<ReadonlyMap<string, readonly JobRecord[]>> {
  const parent = dirname(folder)
  const names = attempted(parent, () => readdirSync(parent, { withFileTypes: true }))
  if (!names.ok) return failed(names.failure)
  const said = new Map<string, readonly JobRecord[]>()
  for (const entry of names.value) {
    if (!entry.isDirectory() || !isJobFolder(entry.name) || entry.name === basename(folder)) continue
    const records = recordsIn(join(parent, entry.name, 'records.jsonl'))
    if (!records.ok) return records
    if (records.value.length > 0) said.set(entry.name, records.value)
  }
  return ok(said)
}

type Fields = Readonly<Record<string, unknown>>
const isText = (value: unknown): value is string => typeof value === 'string'
const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText)

/** Own fields of the object alone: a key such as "__proto__" is nothing special in JSON. */
const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && 'at' in value && Number.isFinite(value.at) ? { ...value } : undefined

function isRecord(value: unknown): value is JobRecord {
  const fields = fieldsOf(value)
  switch (fields?.['kind']) {
    case 'no-change':
      return isText(fields['why'])
    case 'claim':
    case 'touched':
      return isTexts(fields['paths'])
    case 'question':
      return isText(fields['id']) && isText(fields['text'])
    case 'done':
      return isText(fields['summary'])
    default:
      return false
  }
}

function isAnswer(value: unknown): value is JobAnswer {
  const fields = fieldsOf(value)
  return fields !== undefined && isText(fields['id']) && isText(fields['text'])
}
