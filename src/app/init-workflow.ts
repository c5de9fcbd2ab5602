/** Plans the GitHub workflow of a repository; one that pawl would not write exactly so is never touched. */
import { join } from 'node:path'
import { freshMachine, type FreshMachine } from '../config/fresh-machine.ts'
import { workflowText } from '../config/workflow.ts'
import { defaultBranch } from '../host/default-branch.ts'
import { readPlaced } from '../host/placed-file.ts'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import { commandLine } from '../model/shell-words.ts'
import { taskId } from '../model/task.ts'
import type { FileChange } from './file-change.ts'
import { planFor } from './planned.ts'
import type { Site } from './site.ts'
import { version } from './version.ts'

const path = '.github/workflows/pawl.yml'

export async function planWorkflow(site: Site, remove: boolean): Promise<Result<readonly FileChange[]>> {
  const { repository } = site
  if (repository === undefined)
    return failed({ type: 'repo.no-git', what: 'a GitHub workflow needs a git repository and this folder is none', hint: 'git init makes it one' })
  const before = readPlaced(site.root, path)
  const change = { path, file: join(site.root, path) }
  if (remove && before.kind === 'none') return ok([{ ...change, does: 'nothing', text: undefined, written: '' }])
  const machine = await freshMachine(site.files(), version)
  if (!machine.ok) return machine
  const branch = await defaultBranch(repository)
  if (!branch.ok) return branch
  const install = await missingInstall(site, machine.value)
  if (!install.ok) return install
  const text = workflowText({ ...machine.value, branch: branch.value, ...(install.value !== undefined && { install: install.value }) })
  if (before.kind === 'other' || (before.kind === 'text' && before.text !== text))
    return failed(inTheWay(remove, commandLine(machine.value.start), before.kind === 'other' ? before.why : undefined))
  if (remove) return ok([{ ...change, does: 'remove', text: undefined, written: text }])
  return ok([{ ...change, does: before.kind === 'none' ? 'write' : 'keep', text, written: text }])
}

/** The command that installs the packages, if what pawl does on the machine of GitHub would not. */
async function missingInstall(site: Site, { packages, local }: FreshMachine): Promise<Result<readonly string[] | undefined>> {
  // Variables of this machine say nothing about that one.
  const planned = await planFor({ ...site, env: { PATH: site.env['PATH'], CI: 'true' } }, {})
  if (!planned.ok) return failed(...planned.failures.map((failure) => ({ kept: 'nothing was written', ...failure })))
  if (packages === undefined || local) return ok(packages?.install)
  const { plan, limits } = planned.value
  const fixes = plan.tasks.get(taskId(packages.check))?.task.fixes ?? []
  const mends = limits.rounds > 1 && fixes.some((id) => (plan.tasks.get(id)?.task.level ?? Number.POSITIVE_INFINITY) <= limits.fixLevel)
  return ok(mends ? undefined : packages.install)
}

const inTheWay = (remove: boolean, start: string, why = 'somebody else wrote it, it was changed since, or the repository needs another one now'): Failure => ({
  type: 'init.foreign',
  what: 'this workflow is not what pawl would write',
  why,
  kept: remove ? 'it was not removed' : 'it was not changed',
  hint: remove ? `If you no longer need it: git rm ${path}` : `Add this step to it:  run: ${start}  or move it away, then try again.`,
  place: { file: path },
})
