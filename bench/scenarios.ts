/** What happens to a repository before a run, and what must be true after it: a run that did not do its work is never counted. */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { deleteOutputs, editCode, editComment, git, scripts, type Package } from './monorepo.ts'
import { forget, type ScenarioName } from './runner.ts'
import { executed, forgetExecuted, linkModules, wrongOutputs, type Subject } from './subject.ts'

export type Scenario = {
  readonly name: ScenarioName
  readonly title: string
  /** All is up to date before the first round. */
  readonly settled: boolean
  /** Not measured. The answer is the folder in which the tool is started. */
  prepare(subject: Subject, round: number): string
  /** What is wrong with what the run left; undefined: nothing. */
  judge(subject: Subject, root: string): string | undefined
  /** Not measured. */
  cleanUp?(subject: Subject, root: string): void
}

const root = ({ repo }: Subject): string => repo.root
const last = ({ repo }: Subject): Package => repo.packages.at(-1) ?? missingPackage()
const first = ({ repo }: Subject): Package => repo.packages[0] ?? missingPackage()

export const scenarios: readonly Scenario[] = [
  {
    name: 'cold',
    title: 'Cold: every task really runs',
    settled: false,
    prepare(subject) {
      git(root(subject), 'checkout', '--quiet', '--', '.')
      forget(subject.runner, subject.repo, subject.home)
      git(root(subject), 'status', '--porcelain')
      return root(subject)
    },
    judge(subject, folder) {
      const all = subject.repo.packages.flatMap(({ name }) => scripts.map((script) => `${name}:${script}`)).sort()
      const ran = executed(subject)
      return ran.join() === all.join() ? outputsOf(subject, folder) : `${ran.length} executions of ${all.length} tasks`
    },
  },
  {
    name: 'nothing',
    title: 'Nothing changed',
    settled: true,
    prepare: root,
    judge: (subject, folder) => nothingRan(subject) ?? outputsOf(subject, folder),
  },
  {
    name: 'code',
    title: 'One file changed in a package that nobody needs (3 tasks to run)',
    settled: true,
    prepare(subject, round) {
      editCode(root(subject), last(subject), round)
      return root(subject)
    },
    judge: (subject, folder) => lacking(subject, last(subject), ['build', 'lint', 'test']) ?? outputsOf(subject, folder),
  },
  {
    name: 'comment',
    title: 'A comment changed in the package that all need (3 tasks to run, if its unchanged output is noticed)',
    settled: true,
    prepare(subject, round) {
      editComment(root(subject), first(subject), round)
      return root(subject)
    },
    judge: (subject, folder) => lacking(subject, first(subject), ['build', 'lint']) ?? outputsOf(subject, folder),
  },
  {
    name: 'restore',
    title: 'All outputs deleted',
    settled: true,
    prepare(subject) {
      deleteOutputs(subject.repo)
      return root(subject)
    },
    judge: outputsOf,
  },
  {
    name: 'worktree',
    title: 'In a new linked worktree',
    settled: true,
    prepare(subject, round) {
      const folder = join(subject.scratch, `worktree-${round}`)
      git(root(subject), 'worktree', 'add', '--quiet', '--detach', folder)
      linkModules(folder, subject.place, subject.repo.packages)
      git(folder, 'status', '--porcelain')
      return folder
    },
    judge: outputsOf,
    cleanUp(subject, folder) {
      rmSync(join(folder, 'node_modules'), { recursive: true, force: true })
      git(root(subject), 'worktree', 'remove', '--force', folder)
      if (existsSync(folder)) rmSync(folder, { recursive: true })
    },
  },
  { name: 'plan', title: 'Plan only, nothing changed', settled: true, prepare: root, judge: nothingRan },
]

export function prepared(scenario: Scenario, subject: Subject, round: number): string {
  const folder = scenario.prepare(subject, round)
  forgetExecuted(subject)
  return folder
}

function outputsOf(subject: Subject, folder: string): string | undefined {
  const wrong = wrongOutputs(subject, folder)
  return wrong.length === 0 ? undefined : `outputs missing or wrong in ${wrong.length} of ${subject.repo.packages.length} packages`
}

function nothingRan(subject: Subject): string | undefined {
  const ran = executed(subject)
  return ran.length === 0 ? undefined : `${ran.length} tasks ran, first ${ran[0]}`
}

function lacking(subject: Subject, pkg: Package, wanted: readonly string[]): string | undefined {
  const ran = new Set(executed(subject))
  const missing = wanted.map((script) => `${pkg.name}:${script}`).filter((task) => !ran.has(task))
  return missing.length === 0 ? undefined : `${missing.join(', ')} did not run`
}

function missingPackage(): never {
  throw new Error('a monorepo without packages')
}
