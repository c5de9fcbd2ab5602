/** Shows a run of jobs that another process works on, to reporters of one's own. */
import { blankTask } from '../../model/blank-task.ts'
import type { PlanSummary } from '../../model/event.ts'
import type { Plan } from '../../model/plan.ts'
import type { Reporter } from '../../model/reporter.ts'
import { apply, newRun } from '../../model/run.ts'
import type { RunRecord, Store } from '../../model/store.ts'
import type { Verdict } from '../../model/verdict.ts'
import { environmentRedaction } from '../redacted.ts'
import type { Site } from '../site.ts'
import { newEvents } from './follow.ts'
import { openQuestions, type OpenQuestion } from './open-questions.ts'
import { papersOf, planOfPapers } from './run-papers.ts'

export type Onlooker = {
  readonly reporter: Reporter
  /** An agent asks a person; once for each question. */
  asked(question: OpenQuestion): void
}

/** Until the end of the run, or of its process: then it is lost. */
export async function attach(site: Site, store: Store, { number }: RunRecord, { reporter, ...onlooker }: Onlooker): Promise<Verdict> {
  const run = newRun()
  const papers = papersOf(site, number)
  let plan = papers === undefined ? undefined : planOfPapers(papers)
  plan = plan === undefined ? undefined : environmentRedaction(site.env).plan(plan)
  const known = new Set<string>()
  for await (const events of newEvents(site, store, number)) {
    for (const event of events) {
      if (event.type === 'run.started') plan ??= planOfSummary(event.plan)
      if (plan === undefined) continue
      apply(plan, run, event)
      reporter.on(event, run, plan)
    }
    if (run.verdict === undefined) tellNew(openQuestions(site, number), known, (question) => onlooker.asked(question))
  }
  await reporter.close?.()
  return run.verdict ?? 'lost'
}

function tellNew(questions: readonly OpenQuestion[], known: Set<string>, asked: (question: OpenQuestion) => void): void {
  for (const question of questions) {
    if (known.has(question.id)) continue
    known.add(question.id)
    asked(question)
  }
}

/** Of a run whose papers are gone: what its first event tells is enough to look on. */
export function planOfSummary({ tasks, skips }: PlanSummary): Plan {
  const planned = tasks.map(({ id, stage, needs, reason }, rank) => {
    const action = { kind: 'land', job: id, onto: '' } as const
    const dependents = tasks.filter((other) => other.needs.includes(id)).map((other) => other.id)
    return [id, { task: { ...blankTask, id, role: 'work' as const, stage, needs, reason, action, timeoutMs: 0 }, rank, dependents }] as const
  })
  return { tasks: new Map(planned), order: tasks.map(({ id }) => id), skips, slots: new Map() }
}
