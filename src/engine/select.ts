/** Leaves out what a request does not want; everything left out is said with its reason. Pure. */
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Skip } from '../model/plan.ts'
import { stagePlace } from '../model/stage.ts'
import { nearest } from '../model/suggestion.ts'
import type { Task, TaskId } from '../model/task.ts'

export type Selecting = {
  readonly only: readonly string[]
  readonly skip: readonly string[]
  readonly stages: readonly string[]
  /** What names the stages. Default: --stage. */
  readonly stagesBy?: string
  /** Names of packages; undefined: all, and what belongs to none. */
  readonly packages?: ReadonlySet<string>
  readonly fast: boolean
  readonly skipTests: boolean
  /** True when one of the task's files is among the selected ones; undefined: no files were selected. */
  readonly concerned: ((task: Task) => boolean) | undefined
  /** Names in `skip` that nothing is called are fine (they came from an environment variable meant for several tools). */
  readonly lenientSkip: boolean
}

export type Selected = { readonly tasks: readonly Task[]; readonly skips: readonly Skip[] }

export function select(tasks: readonly Task[], wanted: Selecting): Result<Selected> {
  const checks = tasks.filter((task) => task.role === 'check')
  const problems = unmatched(checks, wanted)
  if (problems.length > 0) return failed(...problems)

  const reasons = new Map<TaskId, string>()
  for (const task of checks) {
    const reason = whyNot(task, wanted)
    if (reason !== undefined) reasons.set(task.id, reason)
  }
  const kept = withNeeds(checks, reasons, wanted)
  const skips = checks
    .filter((task) => !kept.has(task.id))
    .map((task): Skip => ({ task: task.id, stage: task.stage, reason: reasons.get(task.id) ?? 'not selected' }))
  const fixes = new Set(checks.filter((task) => kept.has(task.id)).flatMap((task) => task.fixes))
  return ok({ tasks: tasks.filter((task) => kept.has(task.id) || fixes.has(task.id)), skips })
}

/** "npm" names "npm:installed" and "npm:lockfile" too; "build" names the build of every package, and the name of a package all that is done there. */
export function isNamed(task: Pick<Task, 'id' | 'package'>, name: string): boolean {
  if (task.id === name || task.id.startsWith(`${name}:`)) return true
  if (task.package === undefined) return false
  // "ui" may stand for "@acme/ui".
  return task.package === name || task.package.endsWith(`/${name}`) || task.id.endsWith(`:${name}`) || task.id.includes(`:${name}:`)
}

/** Why a check is left out that has nothing to do with the selected files. */
export const unconcerned = 'none of the selected files concerns it'

function whyNot(task: Task, wanted: Selecting): string | undefined {
  if (wanted.skip.some((name) => isNamed(task, name))) return '--skip names it'
  if (wanted.skipTests && task.stage === 'quality') return '--skip-tests leaves out the stage quality'
  if (wanted.only.length > 0 && !wanted.only.some((name) => isNamed(task, name))) return '--only does not name it'
  if (wanted.packages !== undefined && (task.package === undefined || !wanted.packages.has(task.package))) return '--filter does not pick its package'
  if (wanted.stages.length > 0 && !wanted.stages.includes(task.stage)) return `${wanted.stagesBy ?? '--stage'} does not name ${task.stage}`
  if (wanted.fast && task.stage === 'quality' && !task.fast && wanted.only.length === 0) return 'not part of --fast'
  if (wanted.concerned !== undefined && !wanted.concerned(task)) return unconcerned
  return undefined
}

/** What a wanted check needs is wanted too, unless somebody said to skip it by name. */
function withNeeds(checks: readonly Task[], reasons: ReadonlyMap<TaskId, string>, wanted: Selecting): ReadonlySet<TaskId> {
  const byId = new Map(checks.map((task) => [task.id, task]))
  const kept = new Set<TaskId>()
  const keep = (id: TaskId): void => {
    const task = byId.get(id)
    if (task === undefined || kept.has(id) || wanted.skip.some((name) => isNamed(task, name))) return
    kept.add(id)
    task.needs.forEach(keep)
  }
  for (const task of checks) if (!reasons.has(task.id)) keep(task.id)
  return kept
}

function unmatched(checks: readonly Task[], wanted: Selecting): Failure[] {
  const ids = checks.map((task) => task.id)
  const stages = [...new Set(checks.map((task) => task.stage))]
  const missing = (flag: string, name: string, known: readonly string[]): Failure => {
    const meant = nearest(name, known)
    return {
      type: 'plan.no-match',
      what: `${flag} ${name} names nothing in the plan`,
      hint: meant === undefined ? `Known: ${known.slice(0, 20).join(', ')}` : `Did you mean '${meant}'?`,
    }
  }
  const names = (flag: string, list: readonly string[]): Failure[] =>
    list.filter((name) => !checks.some((task) => isNamed(task, name))).map((name) => missing(flag, name, ids))
  return [
    ...names('--only', wanted.only),
    ...(wanted.lenientSkip ? [] : names('--skip', wanted.skip)),
    ...wanted.stages.filter((stage) => !stages.includes(stage)).map((stage) => missing(wanted.stagesBy ?? '--stage', stage, stages)),
  ]
}

/** Adds the edges or priorities that a strategy's order demands. */
export function ordered(tasks: readonly Task[], order: 'needs' | 'stages' | 'declared', stageOrder: readonly string[]): readonly Task[] {
  if (order === 'needs') return tasks
  if (order === 'declared') return tasks.map((task, i) => ({ ...task, priority: -i }))
  const place = (task: Task): number => stagePlace(task.stage, stageOrder)
  return tasks.map((task) => {
    if (task.role === 'fix') return task
    const earlier = tasks.filter((other) => other.role === 'check' && place(other) < place(task)).map((other) => other.id)
    return { ...task, after: [...new Set([...task.after, ...earlier])] }
  })
}
