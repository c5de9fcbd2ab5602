/** The job of pawl that this process was started for, as its environment says. */
import { openExchange, type JobExchange } from '../host/job-exchange.ts'
import { randomHex } from '../host/random-hex.ts'
import { failed, ok, type Result } from '../model/failure.ts'

/** Names the exchange folder; set by whoever starts an agent for a job. */
const variable = 'PAWL_JOB'

export function jobHere(env: Readonly<Record<string, string | undefined>>): Result<JobExchange> {
  const folder = env[variable] ?? ''
  if (folder !== '') return openExchange(folder)
  return failed({
    type: 'job.none',
    what: 'this is no job of pawl',
    why: `${variable} names no folder, so nobody would read what is declared here`,
    hint: 'check and explain work without a job; tell the person the rest in words.',
  })
}

/** The id of the same question asked before, or a new one. */
export function questionIn(job: JobExchange, text: string): Result<{ readonly id: string; readonly asked: boolean }> {
  const records = job.records()
  if (!records.ok) return records
  const before = records.value.find((record) => record.kind === 'question' && record.text === text)
  return ok(before?.kind === 'question' ? { id: before.id, asked: true } : { id: randomHex(6), asked: false })
}
