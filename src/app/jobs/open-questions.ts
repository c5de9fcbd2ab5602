/** What agents have asked a person, and how the person answers. */
import { openExchange } from '../../host/job-exchange.ts'
import { jobFolders } from '../../host/job-papers.ts'
import { failed, ok, type Result } from '../../model/failure.ts'
import type { Site } from '../site.ts'

export type OpenQuestion = { readonly job: string; readonly id: string; readonly text: string; readonly at: number; readonly run: number }

/** Those without an answer, oldest first. A folder that cannot be read asks nothing. */
export function openQuestions({ stateFolder }: Pick<Site, 'stateFolder'>, run: number): readonly OpenQuestion[] {
  const open = [...jobFolders(stateFolder, run)].flatMap(([job, folder]) => {
    const exchange = openExchange(folder)
    const records = exchange.ok ? exchange.value.records() : exchange
    const answers = exchange.ok ? exchange.value.answers() : exchange
    if (!records.ok || !answers.ok) return []
    return records.value.flatMap((record) => {
      if (record.kind !== 'question' || answers.value.has(record.id)) return []
      return [{ job, id: record.id, text: record.text, at: record.at, run }]
    })
  })
  return open.toSorted((a, b) => a.at - b.at)
}

/** `name`: id of a question, or "JOB/ID" where two jobs have one of this id. */
export async function answerQuestion(site: Site, run: number, name: string, text: string): Promise<Result<OpenQuestion>> {
  const open = openQuestions(site, run)
  const meant = open.filter(({ job, id }) => id === name || `${job}/${id}` === name)
  const [question] = meant
  if (question === undefined || meant.length > 1) {
    const known = open.map(({ job, id }) => `${job}/${id}`).join(', ')
    const what = meant.length > 1 ? `several jobs have a question ${name}` : `no open question is called ${name}`
    return failed({ type: 'job.unknown', what, hint: known === '' ? 'No question is open; pawl ps shows those that are.' : `Open: ${known}` })
  }
  const exchange = openExchange(jobFolders(site.stateFolder, run).get(question.job) ?? '')
  if (!exchange.ok) return exchange
  const given = await exchange.value.answer({ at: site.clock.now(), id: question.id, text })
  return given.ok ? ok(question) : given
}
