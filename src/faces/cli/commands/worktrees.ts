/** `pawl worktrees` and `pawl cleanup`: the checkouts in which agents work or have worked, and which of them can go. */
import { cleanUp, jobWorktrees, sizeOf, type Cleaned } from '../../../app/jobs/job-worktrees.ts'
import { sizeText } from '../../../model/size.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { columns, say, sayJson, wantsJson } from '../say.ts'
import { withState } from '../with-state.ts'

export async function worktrees(context: CommandContext): Promise<CommandEnd> {
  return withState(context, async (site, { store }) => {
    if (site.repository === undefined) return noRepository(site.root)
    const found = await Promise.all(jobWorktrees(site, store).map(async (one) => ({ ...one, bytes: await sizeOf(one) })))
    if (wantsJson(context)) sayJson('worktrees', { worktrees: found })
    else if (found.length === 0) say('No worktree of an agent is there.')
    else
      say(
        ...columns([
          ['JOB', 'STATE', 'SIZE', 'BRANCH', 'FOLDER'],
          ...found.map(({ job, run, status, isUsed, bytes, branch, folder }) => [
            job === undefined ? 'unknown' : `${job} (run ${run ?? 0})`,
            `${status ?? 'unknown'}${isUsed ? ', in use' : ''}`,
            sizeText(bytes),
            branch,
            folder,
          ]),
        ]),
      )
    return { code: 0 }
  })
}

export async function cleanup(context: CommandContext): Promise<CommandEnd> {
  const { flags } = context.args
  const isDry = flags.has('dry-run')
  const olderThan = flags.get('older-than')
  return withState(context, async (site, { store }) => {
    if (site.repository === undefined) return noRepository(site.root)
    const cleaned = await cleanUp(site, store, { isDry, ...(typeof olderThan === 'number' ? { olderThanMs: olderThan } : {}) })
    if (!cleaned.ok) return cleaned
    if (wantsJson(context)) sayJson('cleanup', { dryRun: isDry, worktrees: cleaned.value })
    else if (cleaned.value.length === 0) say('No worktree of an agent is there.')
    else say(...cleaned.value.flatMap((one) => columns([[one.branch, whatText(one, isDry)]])))
    return { code: 0 }
  })
}

function whatText({ isRemoved, why, branchGoes, rescued }: Cleaned, isDry: boolean): string {
  if (!isRemoved) return `kept: ${why ?? ''}`
  const [goes, stays] = isDry ? ['would go', 'would stay'] : ['removed', 'kept']
  const branch = branchGoes ? `folder and branch ${goes}` : `folder ${goes}; branch ${stays}, it holds work that is nowhere else`
  return rescued === undefined ? branch : `${branch}; ${isDry ? 'rescued first' : 'rescued'}: ${rescued}`
}

const noRepository = (root: string): CommandEnd => ({
  failures: [{ type: 'repo.no-git', what: `${root} is no git repository`, hint: 'Agents work in worktrees of a repository.' }],
})
