/** Finds the commands of a plan that run tests. */
import type { Plan } from '../../model/plan.ts'
import type { ParserName, TaskId } from '../../model/task.ts'

/** Commands after which the check judges that this fix is of: those that may run tests. */
export function testsOf(plan: Plan, fix: TaskId): readonly TaskId[] {
  const asking = plan.order.flatMap((id) => plan.tasks.get(id)?.task ?? []).filter((task) => task.fixes.includes(fix))
  const commands = [...new Set(asking.flatMap((task) => task.after))].filter((id) => plan.tasks.get(id)?.task.action.kind === 'command')
  const running = commands.filter((id) => !linting.has(parserOf(plan, id)))
  return running.length > 0 ? running : commands
}

/** What has such output reads code and runs none: a fault that only a type checker notices is not noticed by a test. */
const linting: ReadonlySet<string> = new Set<ParserName>([
  ...(['tsc', 'eslint-json', 'biome-json', 'oxlint-json', 'stylelint-json', 'markdownlint', 'knip-json', 'file-list', 'ruff-json', 'mypy'] as const),
  ...(['pyright-json', 'bandit-json', 'codespell', 'shellcheck-json', 'hadolint-json', 'gitleaks-json', 'semgrep-json', 'staticcheck-json'] as const),
  ...(['actionlint', 'npm-audit-json', 'pip-audit-json'] as const),
])

function parserOf(plan: Plan, id: TaskId): string {
  const action = plan.tasks.get(id)?.task.action
  return action?.kind === 'command' ? action.parser : ''
}
