/** The shape of pawl.yaml. Validation, types, the JSON Schema and the reference in the docs all come from here. */
import * as v from 'valibot'

const describe = <S extends v.GenericSchema>(schema: S, description: string) => v.pipe(schema, v.description(description))

const duration = describe(v.union([v.string(), v.number()]), 'A duration: "90s", "10m", "1h 30m", or a number of seconds.')
const globs = v.array(v.string())
const oneOrMore = v.union([v.string(), v.array(v.string())])
const command = describe(oneOrMore, 'A list of arguments, started without a shell; or a text: started without a shell when it has no shell syntax, through `sh -c` when it has. "{files}" stands for the selected files and is not allowed in shell text.')

export const fixShape = v.strictObject({
  command: v.optional(command),
  level: v.optional(describe(v.picklist(['safe', 'tracked', 'lock', 'system', 'never']), 'safe: writes only ignored or derived paths; tracked: writes files of the repository; lock: rewrites a lockfile or manifest; system: installs toolchains or touches the home folder; never: only shown.')),
  whole: v.optional(describe(v.array(v.string()), 'What "{files}" means when no files are selected; default ["."].')),
  writes: v.optional(describe(globs, 'Ignored or derived paths that it writes, such as node_modules.')),
  timeout: v.optional(duration),
  cwd: v.optional(v.string()),
  env: v.optional(v.record(v.string(), v.string())),
  install: v.optional(v.string()),
  exits: v.optional(v.strictObject({ pass: v.optional(v.array(v.number())), findings: v.optional(v.union([v.array(v.number()), v.literal('other')])) })),
})

export const checkShape = v.strictObject({
  command: v.optional(command),
  builtin: v.optional(describe(v.string(), 'Name of a check that is built into pawl, instead of a command.')),
  with: v.optional(describe(v.record(v.string(), v.any()), 'Arguments of the built-in check.')),
  stage: v.optional(describe(v.string(), 'environment, dependencies, quality, platform, or one of `stages`. Default: quality.')),
  files: v.optional(describe(oneOrMore, 'Globs of the files that this check judges. Selects it for --files, --since and --staged, and is what "{files}" is filled from.')),
  whole: v.optional(describe(v.array(v.string()), 'What "{files}" means when no files are selected; default ["."].')),
  inputs: v.optional(describe(v.union([v.literal('unknown'), globs]), 'Globs of all files whose content the result depends on. Default: every file of the repository. "unknown": never reuse a result.')),
  extra: v.optional(describe(globs, 'Ignored files or files outside git that count too: plain paths relative to the root.')),
  tools: v.optional(describe(v.array(v.string()), 'Programs whose identity counts, besides the command itself.')),
  outputs: v.optional(describe(globs, 'Globs of files that the check writes; a reuse restores them.')),
  needs: v.optional(describe(v.array(v.string()), 'Must have passed first. Default: all checks of the stages environment and dependencies, for checks of later stages.')),
  after: v.optional(describe(v.array(v.string()), 'Must have ended first, however.')),
  fix: v.optional(describe(v.union([v.string(), v.array(v.union([v.string(), fixShape])), fixShape]), 'How to mend what this check complains of: a command, an object, or several to be tried in order.')),
  timeout: v.optional(duration),
  silence: v.optional(describe(duration, 'Longest time without output before the check counts as hung.')),
  ttl: v.optional(describe(duration, 'Upper bound on the age of a reused result. Content decides before it does.')),
  retries: v.optional(describe(v.union([v.number(), v.strictObject({ times: v.number(), delay: v.optional(duration), on: v.optional(v.array(v.picklist(['failed', 'errored', 'timed-out']))) })]), 'Further tries after one that failed, with a pause that doubles.')),
  severity: v.optional(describe(v.picklist(['required', 'advisory']), 'An advisory check may fail without making the run fail.')),
  platforms: v.optional(describe(v.array(v.picklist(['linux', 'macos', 'windows', 'wsl'])), 'Skipped elsewhere, saying so.')),
  when: v.optional(describe(v.strictObject({ exists: v.optional(oneOrMore), env: v.optional(v.string()), branch: v.optional(v.string()), ci: v.optional(v.boolean()) }), 'Skipped, saying so, unless all of these hold: a file matches, a variable is set and not 0/false/no, the branch matches a glob, it runs in CI or not.')),
  mutex: v.optional(describe(oneOrMore, 'Names that only one running check may hold at a time.')),
  pool: v.optional(describe(v.string(), 'Pool whose slots it takes. Default: cpu.')),
  weight: v.optional(describe(v.pipe(v.number(), v.integer(), v.minValue(1)), 'How many slots it takes. Default: 1.')),
  priority: v.optional(describe(v.number(), 'Higher first among checks that are ready. Default: 0.')),
  env: v.optional(describe(v.record(v.string(), v.string()), 'Variables set for the command.')),
  passEnv: v.optional(describe(v.array(v.string()), 'Variables of your environment that the command gets and whose values count.')),
  exits: v.optional(describe(v.strictObject({ pass: v.optional(v.array(v.number())), findings: v.optional(v.union([v.array(v.number()), v.literal('other')])) }), 'Which exit codes mean "passed" (default [0]) and which mean findings (default: every other). A code in neither list is an error of the tool.')),
  parser: v.optional(describe(v.picklist(['lines', 'gnu', 'tsc', 'eslint-json', 'biome-json', 'oxlint-json', 'file-list', 'ruff-json', 'mypy', 'cargo-json', 'go', 'go-test-json', 'actionlint', 'none']), 'How findings are read from the output. Default: gnu (file:line:column: message).')),
  failsOnOutput: v.optional(describe(v.boolean(), 'Any output means findings, even with exit code 0.')),
  cwd: v.optional(describe(v.string(), 'Folder relative to the root. Default: the root.')),
  install: v.optional(describe(v.string(), 'How to get the program when it is missing; shown, never run.')),
  fast: v.optional(describe(v.boolean(), 'Belongs to what --fast runs.')),
  reason: v.optional(describe(v.string(), 'Why this check exists; shown in plans.')),
})

export type CheckConfig = v.InferOutput<typeof checkShape>
export type FixConfig = v.InferOutput<typeof fixShape>

export const strategyShape = v.strictObject({
  select: v.optional(describe(v.picklist(['all', 'fast']), 'Which checks: all, or those marked fast.')),
  jobs: v.optional(describe(v.pipe(v.number(), v.integer(), v.minValue(1)), 'Most checks at a time.')),
  order: v.optional(describe(v.picklist(['needs', 'stages', 'declared']), 'needs: as soon as what a check needs has passed; stages: one stage after the other; declared: one after the other as written.')),
  failFast: v.optional(describe(v.boolean(), 'Start nothing more after the first failure.')),
  skip: v.optional(v.array(v.string())),
  only: v.optional(v.array(v.string())),
})
export type StrategyConfig = v.InferOutput<typeof strategyShape>

export const configShape = v.strictObject({
  $schema: v.optional(v.string()),
  version: v.optional(describe(v.literal(1), 'Version of this format.')),
  detect: v.optional(describe(v.boolean(), 'true (default): what pawl detects is the base, and `checks` changes or adds to it by name. false: `checks` is the whole plan.')),
  jobs: v.optional(describe(v.pipe(v.number(), v.integer(), v.minValue(1)), 'Most tasks at a time. Default: the number of processors.')),
  rounds: v.optional(describe(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(20)), 'Most rounds of checking and mending in a run. Default: 5.')),
  fix: v.optional(describe(v.union([v.boolean(), v.picklist(['safe', 'tracked', 'lock', 'system'])]), 'Highest level of fix that runs without asking. Default: tracked; in CI: safe.')),
  strategy: v.optional(describe(v.string(), 'Strategy used when none is named on the command line. Default: comprehensive.')),
  lockWait: v.optional(describe(duration, 'How long to wait for another run in this repository. Default: 30s.')),
  diskFree: v.optional(describe(v.union([v.string(), v.number()]), 'Free disk space required before a run: "1GiB", "500MB" or bytes. Default: 1GiB.')),
  env: v.optional(describe(v.strictObject({
    pass: v.optional(describe(v.array(v.string()), 'Further variables that every command gets; their values do not count for reuse. "*" at the end matches a prefix.')),
    key: v.optional(describe(v.array(v.string()), 'Further variables that every command gets and whose values count for reuse.')),
  }), 'Which variables of your environment the commands see. Everything else is withheld.')),
  ttl: v.optional(describe(v.strictObject({
    runtime: v.optional(duration), packageManager: v.optional(duration), environmentFolder: v.optional(duration), lockfile: v.optional(duration),
    dependencySync: v.optional(duration), quality: v.optional(duration), platform: v.optional(duration),
  }), 'Upper bounds on the age of reused results of detected checks.')),
  stages: v.optional(describe(v.array(v.string()), 'Order of the stages. Default: environment, dependencies, quality, platform.')),
  pools: v.optional(describe(v.record(v.string(), v.pipe(v.number(), v.integer(), v.minValue(1))), 'Slots of pools of your own.')),
  strategies: v.optional(v.record(v.string(), strategyShape)),
  profiles: v.optional(describe(v.record(v.string(), v.any()), 'Named sets of the keys above that --profile puts over the rest.')),
  checks: v.optional(describe(v.record(v.string(), v.union([v.literal(false), checkShape])), 'The checks by name. false switches a detected check off.')),
})
export type ConfigFile = v.InferOutput<typeof configShape>
