/** `pawl init --hooks`: writes git hooks, shows them with --dry-run, and removes them with --hooks=off or --remove. */
import { hookNames, type HookName } from '../../../app/hook-script.ts'
import { carryOut, planHooks, type HookChange } from '../../../app/init-hooks.ts'
import type { Site } from '../../../app/site.ts'
import { failed, ok, type Result } from '../../../model/failure.ts'
import { nearest } from '../../../model/suggestion.ts'
import { safeBlock, safeLine } from '../../reporters/safe-text.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { ownProgram } from '../../../app/own-program.ts'
import { say, sayJson, wantsJson } from '../say.ts'

export async function initHooks(context: CommandContext, site: Site): Promise<CommandEnd> {
  const dryRun = context.args.flags.has('dry-run')
  const wanted = context.args.flags.has('remove') ? ok([]) : wantedHooks(context.args.flags.get('hooks'))
  if (!wanted.ok) return wanted
  const planned = await planHooks(site, wanted.value, ownProgram())
  if (!planned.ok) return planned
  if (!dryRun) await carryOut(planned.value)
  if (wantsJson(context)) {
    sayJson('hooks', { dryRun, hooks: planned.value.map(({ name, path, does }) => ({ name, path, does })) })
    return { code: 0 }
  }
  if (dryRun) for (const { text, does } of planned.value) if (does === 'write' || does === 'renew') say(safeBlock(text).trimEnd(), '')
  say(...planned.value.map((change) => safeLine(outcome(change, dryRun))))
  return { code: 0 }
}

function wantedHooks(value: unknown): Result<readonly HookName[]> {
  if (value === true) return ok(['pre-commit'])
  if (value === 'off') return ok([])
  const names: HookName[] = []
  for (const word of String(value).split(',')) {
    const name = hookNames.find((known) => known === word.trim())
    if (name === undefined) {
      const meant = nearest(word.trim(), [...hookNames, 'off'])
      const hint = meant === undefined ? 'Write --hooks, --hooks=pre-commit,pre-push or --hooks=off.' : `Did you mean '${meant}'?`
      return failed({ type: 'args.bad-value', what: `--hooks cannot be '${word}'; it is a list of ${hookNames.join(', ')}, or off`, hint })
    }
    names.push(name)
  }
  return ok([...new Set(names)])
}

function outcome({ path, name, does }: HookChange, dryRun: boolean): string {
  if (dryRun && does !== 'keep' && does !== 'nothing') return `(dry run: ${path} was not ${does === 'remove' ? 'removed' : 'written'})`
  switch (does) {
    case 'write':
      return `Wrote ${path}`
    case 'renew':
      return `Wrote ${path} anew`
    case 'keep':
      return `${path} already holds exactly this; nothing was changed.`
    case 'remove':
      return `Removed ${path}`
    case 'nothing':
      return `There is no ${name} hook of pawl.`
  }
}
