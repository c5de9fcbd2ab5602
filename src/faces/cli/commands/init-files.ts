/** `pawl init --workflow`, `--vscode` and `--alias`: writes what connects pawl with other programs, shows it with --dry-run, takes it out with --remove. */
import { carryOutFiles, type FileChange } from '../../../app/file-change.ts'
import { planAlias, planAliasRemoval, usualAlias } from '../../../app/init-alias.ts'
import { planTasks } from '../../../app/init-vscode.ts'
import { planWorkflow } from '../../../app/init-workflow.ts'
import type { Site } from '../../../app/site.ts'
import type { Result } from '../../../model/failure.ts'
import { safeBlock, safeLine } from '../../reporters/safe-text.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { ownProgram } from '../../../app/own-program.ts'
import { say, sayJson, wantsJson } from '../say.ts'

type Kind = 'workflow' | 'vscode' | 'alias'

export async function initFiles(context: CommandContext, site: Site): Promise<CommandEnd> {
  const { flags } = context.args
  const dryRun = flags.has('dry-run')
  const kind: Kind = flags.has('workflow') ? 'workflow' : flags.has('vscode') ? 'vscode' : 'alias'
  const planned = await plan(kind, context, site)
  if (!planned.ok) return planned
  const changes = planned.value
  if (!dryRun) {
    const done = await carryOutFiles(changes)
    if (!done.ok) return done
  }
  if (wantsJson(context)) {
    sayJson(kind, { dryRun, files: changes.map(({ path, does, written }) => ({ path, does, text: written })) })
    return { code: 0 }
  }
  if (dryRun) for (const { written } of changes.filter(isWriting)) say(safeBlock(written).trimEnd(), '')
  say(...changes.map((change) => safeLine(outcome(change, dryRun))))
  if (kind === 'alias' && !dryRun) say(...changes.filter(isWriting).map(({ path }) => safeLine(`New shells know it; this one after: source ${path}`)))
  return { code: 0 }
}

const isWriting = ({ does }: FileChange): boolean => does === 'write' || does === 'add' || does === 'renew'

async function plan(kind: Kind, { args, env, cwd }: CommandContext, site: Site): Promise<Result<readonly FileChange[]>> {
  const remove = args.flags.has('remove')
  if (kind === 'workflow') return planWorkflow(site, remove)
  if (kind === 'vscode') return planTasks(site, remove)
  if (remove) return planAliasRemoval(env)
  const name = args.flags.get('alias')
  return planAlias({ env, cwd, program: ownProgram() }, typeof name === 'string' ? name : usualAlias)
}

function outcome({ path, does, text }: FileChange, dryRun: boolean): string {
  const removal = text === undefined ? 'removed' : 'changed'
  if (dryRun && does !== 'keep' && does !== 'nothing') return `(dry run: ${path} was not ${does === 'remove' ? removal : 'written'})`
  switch (does) {
    case 'write':
      return `Wrote ${path}`
    case 'add':
      return `Wrote into ${path}`
    case 'renew':
      return `Changed what pawl has in ${path}`
    case 'keep':
      return `${path} already holds exactly this; nothing was changed.`
    case 'remove':
      return text === undefined ? `Removed ${path}` : `Took out of ${path} what pawl wrote there`
    case 'nothing':
      return `There is nothing of pawl in ${path}; nothing was changed.`
  }
}
