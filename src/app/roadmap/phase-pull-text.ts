/** Title and text of the pull request of a phase: facts of all its runs, as Markdown in which foreign text is never markup. */
import type { PassedGate } from '../../engine/owed-gates.ts'
import { jobOf } from '../../model/job-table.ts'
import { spentTogether, type Spent } from '../../model/budget.ts'
import type { RoadmapPhase } from '../../model/roadmap.ts'
import type { Journal } from '../../model/roadmap-journal.ts'
import { standingWords, type Standing, type TaskStanding } from '../../model/roadmap-standing.ts'
import { code, plain, spentText } from '../jobs/pull-request-text.ts'

export type PhaseFacts = {
  readonly file: string
  readonly phase: RoadmapPhase
  readonly passed: PassedGate
  readonly standings: ReadonlyMap<string, TaskStanding>
  readonly journal: Journal
  /** The branch that it is to be merged into, when that is of an earlier phase. */
  readonly upon?: string
}

export const phaseTitle = ({ id, title }: RoadmapPhase): string => plain(`Phase ${id}: ${title}`).slice(0, 120)

export function phaseBody({ file, phase, passed, standings, journal, upon }: PhaseFacts): string {
  const tasks = phase.groups.flatMap((group) => group.tasks)
  const rows = tasks.map(({ id, title }) => {
    const work = workOn(journal, id)
    const cells = [code(id), code(title), standingCell(standings.get(id)?.standing ?? { kind: 'open' }), work === undefined ? '' : workText(work)]
    return `| ${cells.join(' | ')} |`
  })
  const all = tasks.flatMap(({ id }) => workOn(journal, id) ?? [])
  return [
    `Phase ${code(phase.id)} of ${code(file)}, made by coding agents of pawl. This branch ends with the commit that the gate of the phase judged, in run ${passed.run}.`,
    ...(upon === undefined ? [] : ['', `It is built upon ${code(upon)}: merge that first.`]),
    '',
    '| check | ending | findings |',
    '| --- | --- | ---: |',
    ...passed.checks.map(({ check, ending, findings }) => `| ${code(check)} | ${ending} | ${findings} |`),
    '',
    '| task | title | how it stands | by |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    all.length === 0 ? 'No agent was asked.' : `In all: ${workText(all.reduce(together))}.`,
    '',
  ].join('\n')
}

function standingCell(standing: Standing): string {
  const { kind } = standing
  if (kind === 'landed')
    return `landed as ${standing.commit.slice(0, 12)} (run ${standing.run})${standing.again === undefined ? '' : `, done again in run ${standing.again.run}: nothing to change`}`
  return 'why' in standing && standing.why !== undefined ? `${standingWords[kind]}: ${code(standing.why)}` : standingWords[kind]
}

type Work = { readonly agents: readonly string[]; readonly turns: number; readonly spent: Spent }

/** Of all runs: what is told again of an earlier one counts once. Undefined: no agent was asked. */
function workOn({ runs }: Journal, id: string): Work | undefined {
  const works = runs.flatMap(({ events }) => {
    const job = events.flatMap((event) => (event.type === 'roadmap.planned' ? event.tasks : [])).find((task) => task.id === id)?.job
    const facts = events.flatMap((event) =>
      event.type === 'job.advanced' && jobOf(event.task) !== undefined && event.task === job && !event.attempt.endsWith('@0.0') ? [event.fact] : [],
    )
    return facts.flatMap((fact): readonly Work[] => (fact.kind === 'turn-ended' ? [{ agents: [fact.agent], turns: 1, spent: fact.spent }] : []))
  })
  return works.length === 0 ? undefined : works.reduce(together)
}

const together = (one: Work, other: Work): Work => ({
  agents: [...new Set([...one.agents, ...other.agents])],
  turns: one.turns + other.turns,
  spent: spentTogether(one.spent, other.spent),
})

const workText = ({ agents, turns, spent }: Work): string =>
  `${agents.map(code).join(' and ')} in ${turns} ${turns === 1 ? 'turn' : 'turns'}, ${spentText(spent)}`
