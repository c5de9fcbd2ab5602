/** The flags of the replay. */
import { parseArgs } from 'node:util'
import { parseDuration } from '../../src/model/duration.ts'

export type ReplayOptions = {
  /** A clone of the project; only read. */
  readonly repo: string
  readonly config: string
  readonly since: string
  readonly until: string
  /** Shell text; runs first, and again whenever one of `lockfiles` differs from what it saw. */
  readonly install: string | undefined
  readonly lockfiles: readonly string[]
  readonly limitMs: number
  /** The file that gets a line more where "one file edited" is measured. */
  readonly edit: string | undefined
  readonly rounds: number
  /** Facts of an earlier replay with the same commands at the same commits: what was really measured there is not measured again. */
  readonly truth: string | undefined
  /** Facts of an earlier replay: only the reckoning is done again. */
  readonly from: string | undefined
  readonly json: string | undefined
  readonly markdown: string | undefined
}

export const replayUsage = `bun bench/replay.ts --repo DIR --config FILE --since COMMIT --until COMMIT [--install TEXT --lockfiles FILE,…] [--limit 1h] [--edit FILE] [--rounds N] [--json FILE] [--markdown FILE]
bun bench/replay.ts --from FILE [--limit 1h] [--markdown FILE]
  --repo       a clone of the project; it is only read
  --config     the pawl.yaml for all commits
  --since      the first commit; --until: the last one; between them the first parents
  --install    what installs the dependencies: first, and whenever a file of --lockfiles changed
  --limit      the time limit of the reuse that is compared with
  --edit       a source file that gets one more comment line, to measure the sets after one edit
  --rounds     how often the whole sets are measured; 0 leaves them out
  --truth      the --json of an earlier replay with the same commands: take from there what each check really said
  --from       the --json of an earlier replay: reckon again, run nothing`

/** Undefined: only the usage was wanted. Throws for what it does not know. */
export function replayOptionsOf(args: readonly string[]): ReplayOptions | undefined {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      repo: text,
      config: text,
      since: text,
      until: text,
      install: text,
      lockfiles: text,
      limit: text,
      edit: text,
      rounds: text,
      from: text,
      truth: text,
      json: text,
      markdown: text,
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return undefined
  const needed = (name: 'repo' | 'config' | 'since' | 'until'): string => {
    const value = values[name]
    if (value === undefined && values.from === undefined) throw new Error(`--${name} is missing`)
    return value ?? ''
  }
  const limitMs = parseDuration(values.limit ?? '1h')
  if (limitMs === undefined) throw new Error(`--limit: "${values.limit}" is not a duration`)
  const rounds = Number(values.rounds ?? '3')
  if (!Number.isInteger(rounds) || rounds < 0) throw new Error(`--rounds: "${values.rounds}" is not a whole number`)
  return {
    repo: needed('repo'),
    config: needed('config'),
    since: needed('since'),
    until: needed('until'),
    install: values.install,
    lockfiles: values.lockfiles?.split(',').filter(Boolean) ?? [],
    limitMs,
    edit: values.edit,
    rounds,
    from: values.from,
    truth: values.truth,
    json: values.json,
    markdown: values.markdown,
  }
}
