/** Measures the runners on the monorepo of one size, scenario by scenario. */
import { tasksAlone, gitStatus } from './floors.ts'
import { measure } from './measure.ts'
import type { Place } from './place.ts'
import type { Contestant } from './rounds.ts'
import { inTurn } from './rounds.ts'
import type { Row } from './row.ts'
import type { Runner } from './runner.ts'
import { prepared, scenarios, type Scenario } from './scenarios.ts'
import { tableOf } from './table.ts'
import { commandIn, executed, lastLines, newSubject, runAll, settle, type Subject } from './subject.ts'

export type Wanted = { readonly scenarios: readonly string[]; readonly rounds: number; readonly patienceMs: number }

export function monorepoRows(runners: readonly Runner[], size: number, place: Place, wanted: Wanted): readonly Row[] {
  console.log(`${size} packages: writing ${runners.length} repositories`)
  const subjects = subjectsOf(runners, size, place)
  try {
    return scenarios
      .filter(({ name }) => wanted.scenarios.includes(name))
      .flatMap((scenario) => {
        const concerned = subjects.filter(({ runner }) => concerns(scenario, runner))
        console.log(`${size} packages: ${scenario.title.toLowerCase()}`)
        const broken = scenario.settled ? concerned.flatMap((subject) => unsettled(scenario, size, subject)) : []
        const ready = concerned.filter(({ runner }) => !broken.some(({ tool }) => tool === runner.name))
        const rows = [
          ...inTurn(
            scenario.name,
            size,
            ready.map((subject) => contestant(scenario, subject)),
            wanted.rounds,
            wanted.patienceMs,
          ),
          ...broken,
        ]
        console.log(tableOf(rows))
        return rows
      })
  } finally {
    for (const subject of subjects) {
      const argv = subject.runner.end?.(subject.runner.program(place))
      if (argv !== undefined) measure(commandIn(subject, argv, subject.repo.root), subject.scratch, 'times')
    }
  }
}

/** git looks at the repository of the first runner, so that both see the same. */
function subjectsOf(runners: readonly Runner[], size: number, place: Place): readonly Subject[] {
  const subjects: Subject[] = []
  for (const runner of runners) subjects.push(newSubject(runner, size, place, runner === gitStatus ? subjects[0] : undefined))
  return subjects
}

const concerns = (scenario: Scenario, runner: Runner): boolean =>
  (runner.scenarios?.includes(scenario.name) ?? true) && (scenario.name !== 'plan' || runner === gitStatus || runner.plan !== undefined)

function unsettled(scenario: Scenario, size: number, subject: Subject): Row[] {
  if (subject.runner === gitStatus || subject.runner === tasksAlone) return []
  const wrong = settle(subject)
  return wrong === undefined ? [] : [{ scenario: scenario.name, size, tool: subject.runner.name, samples: [], wrong }]
}

function contestant(scenario: Scenario, subject: Subject): Contestant {
  const { runner, place } = subject
  const program = runner.program(place)
  return {
    tool: runner.name,
    run(round, what) {
      const folder = prepared(scenario, subject, round)
      const plan = scenario.name === 'plan' ? runner.plan?.(program) : undefined
      const measured = plan === undefined ? runAll(subject, folder, what) : measure(commandIn(subject, plan, folder), subject.scratch, what)
      const wrong = measured.exitCode === 0 ? judged(scenario, subject, folder) : `exit code ${measured.exitCode}: ${lastLines(measured.output())}`
      scenario.cleanUp?.(subject, folder)
      return { measured, executed: executed(subject).length, wrong }
    },
  }
}

/** The floors do not restore or keep anything: what they ran is judged, the rest of the repository is not. */
function judged(scenario: Scenario, subject: Subject, folder: string): string | undefined {
  if (subject.runner === gitStatus) return undefined
  if (subject.runner === tasksAlone) return executed(subject).length === 3 ? undefined : 'not exactly 3 tasks ran'
  return scenario.judge(subject, folder)
}
