/** Turns the flags of a command line into a Request: the part of them that decides about plan and run. */
import type { Arguments } from './command.ts'
import { costOf, present } from './said.ts'
import { failed, ok, type Result } from '../../model/failure.ts'
import type { ScreenWish } from '../reporters/screen.ts'
import type { AiFixWish, FixWish, Request, Selection } from '../../model/request.ts'

export function requestOf(args: Arguments): Result<Request> {
  const { flags } = args
  const has = (name: string): boolean => flags.get(name) === true
  const list = (name: string): readonly string[] | undefined => {
    const value = flags.get(name)
    return Array.isArray(value) ? value : undefined
  }
  const fix = fixWish(args)
  const aiFix = aiFixWish(args)
  if (!aiFix.ok) return aiFix
  const selection = selectionOf(args)
  if (!selection.ok) return selection
  const text = (name: string): string | undefined => (typeof flags.get(name) === 'string' ? String(flags.get(name)) : undefined)
  const number = (name: string): number | undefined => (typeof flags.get(name) === 'number' ? Number(flags.get(name)) : undefined)
  return ok(
    present({
      fast: has('fast') || undefined,
      skipTests: has('skip-tests') || undefined,
      dryRun: has('dry-run') || undefined,
      interactive: has('interactive') || undefined,
      force: has('force') || undefined,
      failFast: has('fail-fast') || undefined,
      persist: has('persist') || undefined,
      fix,
      aiFix: aiFix.value,
      selection: selection.value,
      only: list('only'),
      skip: list('skip'),
      filter: list('filter'),
      stage: list('stage'),
      strategy: text('strategy'),
      profile: text('profile'),
      jobs: number('jobs'),
      timeoutMs: number('timeout'),
    }),
  )
}

function fixWish({ flags }: Arguments): FixWish | undefined {
  if (flags.has('no-fix')) return false
  const fix = flags.get('fix')
  const levels = ['safe', 'tracked', 'lock', 'system'] as const
  return fix === true ? true : levels.find((level) => level === fix)
}

/** `pawl fix` asks for it by its name, other commands by a flag. */
function aiFixWish(args: Arguments): Result<AiFixWish | undefined> {
  const { command, flags } = args
  const flag = flags.get('ai-fix')
  const improving = command.name === 'coverage' && args.words[0] === 'improve'
  if (flag === undefined && command.name !== 'fix' && !improving) {
    const alone = flags.has('yes') && command.flags.some(({ name }) => name === 'ai-fix')
    return alone
      ? failed({ type: 'args.conflict', what: '--yes says yes to nothing without --ai-fix', hint: 'Add --ai-fix, or use pawl fix --yes.' })
      : ok(undefined)
  }
  const usd = costOf(args)
  if (!usd.ok) return usd
  const number = (name: string): number | undefined => (typeof flags.get(name) === 'number' ? Number(flags.get(name)) : undefined)
  const agent = typeof flag === 'string' ? flag : flags.get('agent')
  const allow = flags.get('allow')
  const said = {
    agent: typeof agent === 'string' ? agent : undefined,
    iterations: number('iterations'),
    allow: Array.isArray(allow) ? allow : undefined,
    timeMs: number('max-time'),
    turns: number('max-turns'),
    tokens: number('max-tokens'),
    usd: usd.value,
    unasked: flags.has('yes') || undefined,
    tests: improving ? goalOf(args.words[1]) : undefined,
  }
  return ok(present(said))
}

const goalOf = (word: string | undefined): { readonly goal?: number } => (word === undefined ? {} : { goal: Number(word.replace('%', '')) })

function selectionOf(args: Arguments): Result<Selection | undefined> {
  const files = args.flags.get('files')
  const paths = [...(Array.isArray(files) ? files : []), ...args.rest]
  const since = args.flags.get('since')
  const wanted: Selection[] = [
    ...(paths.length > 0 ? [{ kind: 'files' as const, paths }] : []),
    ...(typeof since === 'string' ? [{ kind: 'since' as const, ref: since }] : []),
    ...(args.flags.has('staged') ? [{ kind: 'staged' as const }] : []),
  ]
  if (wanted.length > 1)
    return failed({
      type: 'args.conflict',
      what: `only one of --files, --since and --staged can select files, not ${wanted.map((selection) => `--${selection.kind}`).join(' and ')}`,
    })
  return ok(wanted[0])
}

/** What the flags say about the terminal. */
export function screenWish(args: Arguments): ScreenWish {
  const colour = args.flags.get('color')
  return colour === 'always' ? { colour: true } : colour === 'never' ? { colour: false } : {}
}
