/** The check that asks for more coverage, and the agent that may write tests for it. */
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Json } from '../model/json.ts'
import { taskId, type Task } from '../model/task.ts'
import { agentFix, programsOf, type AiFix } from './ai-fix.ts'
import { allButTests } from './protected-paths.ts'

const ratchet = taskId('coverage-ratchet')
const mark = taskId('coverage-mark')

/** `order`: files where tests pay most, first. The check judges after the tests, as the ratchet does, and with its settings. */
export function withCoverageGoal(tasks: readonly Task[], aiFix: AiFix, order: readonly string[]): Result<readonly Task[]> {
  const model = tasks.find(({ id }) => id === ratchet)
  if (model?.action.kind !== 'builtin') return failed(noMark)
  const fix = agentFix(aiFix, 'tests', allButTests([...programsOf(tasks), ...aiFix.protect]))
  const goal: Readonly<Record<string, Json>> = aiFix.tests?.goal === undefined ? {} : { goal: aiFix.tests.goal }
  const check: Task = {
    ...model,
    id: taskId('coverage-goal'),
    action: { ...model.action, name: 'coverage-goal', with: { ...model.action.with, ...goal, order } },
    after: [...model.after, ratchet],
    fixes: [fix.id],
    severity: 'required',
    reason: 'pawl coverage improve',
  }
  // The mark rises when the tests that were kept have run, and not in between.
  return ok([...tasks.map((task) => (task.id === mark ? { ...task, after: [...task.after, check.id] } : task)), check, fix])
}

const noMark: Failure = {
  type: 'coverage.no-mark',
  what: 'nothing here is held to a mark of coverage',
  kept: 'nothing was started',
  hint: 'Run the tests with a report of coverage, then pawl coverage init; docs/coverage.md shows how.',
}
