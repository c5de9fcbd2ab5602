/** The shape of a check in pawl.yaml, and of its fix. */
import * as v from 'valibot'
import { securityLevels, type PluginName } from '../model/task.ts'
import { isPlainData } from './plain-data.ts'
import { count, describe, duration, folder, glob, globs, oneOrMore } from './shape-words.ts'

const exitCodes = v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0))), v.readonly())
const retryTimes = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(20))
const oneOrMoreGlobs = v.union([glob, globs])
const timeLimitNames = ['runtime', 'packageManager', 'environmentFolder', 'lockfile', 'dependencySync', 'quality', 'platform'] as const
const exits = v.strictObject({
  pass: v.optional(describe(exitCodes, 'Exit codes that mean "passed". Default: [0].')),
  findings: v.optional(describe(v.union([exitCodes, v.literal('other')]), 'Exit codes that mean findings. Default: "other", every other code from 1 to 125.')),
})
const isPluginName = (text: string): text is PluginName => /^[^/\s]+\/\S+$/.test(text)
const pluginName = v.pipe(v.string(), v.guard(isPluginName, 'what a plugin brings, such as "acme/report"'))
const command = describe(
  oneOrMore,
  'A list of arguments, started without a shell; or a text: started without a shell when it has no shell syntax, through `sh -c` when it has. "{files}" stands for the selected files and is not allowed in shell text.',
)

const script = describe(
  v.string(),
  'Name of a script of the package.json in `cwd`, instead of a command: it is started with the environment that the package manager gives, but without the package manager, with its pre and post scripts.',
)

export const fixShape = v.strictObject({
  command: v.optional(command),
  script: v.optional(script),
  level: v.optional(
    describe(
      v.picklist(['safe', 'tracked', 'lock', 'system', 'never']),
      'safe: writes only ignored or derived paths; tracked: writes files of the repository; lock: rewrites a lockfile or manifest; system: installs toolchains or touches the home folder; never: only shown. Default: tracked.',
    ),
  ),
  whole: v.optional(describe(v.array(v.string()), 'What "{files}" means when no files are selected. Default: ["."].')),
  writes: v.optional(describe(globs, 'Ignored or derived paths that it writes, such as node_modules.')),
  timeout: v.optional(describe(duration, 'Time limit. Default: 10m.')),
  cwd: v.optional(describe(folder, 'Folder relative to the root. Default: that of the check.')),
  env: v.optional(describe(v.record(v.string(), v.string()), 'Variables set for the command, over those of the check.')),
  install: v.optional(describe(v.string(), 'How to get the program when it is missing; shown, never run.')),
  exits: v.optional(describe(exits, 'Which exit codes mean what, like those of a check.')),
})

const group = v.pipe(v.number(), v.integer(), v.minValue(0))
const linePattern = v.strictObject({
  regexp: describe(v.string(), 'Regular expression of JavaScript; lines are cut at 500 characters.'),
  file: v.optional(describe(group, 'Number of the group that is the file.')),
  location: v.optional(describe(group, 'Group with line and column: "3,5".')),
  line: v.optional(describe(group, 'Group with the line.')),
  column: v.optional(describe(group, 'Group with the column.')),
  severity: v.optional(describe(group, 'Group with the severity, as a word.')),
  code: v.optional(describe(group, 'Group with the rule.')),
  message: v.optional(describe(group, 'Group with the message.')),
  loop: v.optional(describe(v.boolean(), 'The last of several patterns may match as many lines as follow. Default: false.')),
})

export const checkShape = v.strictObject({
  command: v.optional(command),
  builtin: v.optional(describe(v.string(), 'Name of a check that is built into pawl, instead of a command.')),
  adapter: v.optional(describe(pluginName, 'Plugin and name of an adapter that it brings, such as "acme/report", instead of a command.')),
  script: v.optional(script),
  with: v.optional(
    describe(
      v.pipe(
        v.record(v.string(), v.any()),
        v.check((value) => isPlainData(value), 'a mapping of plain data'),
      ),
      'Arguments of the built-in check or of the adapter.',
    ),
  ),
  stage: v.optional(describe(v.string(), 'environment, dependencies, quality, platform, or one of `stages`. Default: quality.')),
  files: v.optional(
    describe(oneOrMoreGlobs, 'Globs of the files that this check judges. Selects it for --files, --since and --staged, and is what "{files}" is filled from.'),
  ),
  whole: v.optional(describe(v.array(v.string()), 'What "{files}" means when no files are selected. Default: ["."].')),
  inputs: v.optional(
    describe(
      v.union([v.literal('unknown'), globs]),
      'Globs of all files whose content the result depends on. "unknown": never reuse a result. Default: every file of the repository.',
    ),
  ),
  perFile: v.optional(
    describe(
      v.strictObject({
        reads: describe(globs, 'Globs of what counts for the answer about every file, such as settings. May be empty.'),
        names: v.optional(describe(v.boolean(), 'Whether it counts which files there are. Default: true.')),
        told: v.optional(
          describe(
            v.picklist(['eslint']),
            'The tool says itself whether each answer stands for itself: pawl puts a formatter of its own in the place of "json" after --format.',
          ),
        ),
      }),
      'The command judges each file by itself, and looks at all of them even if one is bad. Then only files that it has not judged with their content before are put in the place of "{files}".',
    ),
  ),
  extra: v.optional(describe(globs, 'Ignored files or files outside git that count too: plain paths relative to the root.')),
  tools: v.optional(describe(v.array(v.string()), 'Programs whose identity counts, besides the command itself.')),
  outputs: v.optional(describe(globs, 'Globs of files that the check writes; a reuse restores them.')),
  needs: v.optional(
    describe(v.array(v.string()), 'Must have passed first. Default: all checks of the stages environment and dependencies, for checks of later stages.'),
  ),
  after: v.optional(describe(v.array(v.string()), 'Must have ended first, however.')),
  fix: v.optional(
    describe(
      v.union([v.string(), v.array(v.union([v.string(), fixShape])), fixShape]),
      'How to mend what this check complains of: a command, an object, or several to be tried in order. A list is a list of fixes, never of arguments. "lint:fix" alone names the fix of another check.',
    ),
  ),
  timeout: v.optional(describe(duration, 'Time limit. Default: 10m.')),
  silence: v.optional(describe(duration, 'Longest time without output before the check counts as hung.')),
  ttl: v.optional(
    describe(
      v.union([v.picklist(timeLimitNames), duration]),
      'Upper bound on the age of a reused result: a duration or the name of a row of `ttl`. Content decides before it does. Default: content alone decides.',
    ),
  ),
  retries: v.optional(
    describe(
      v.union([
        retryTimes,
        v.strictObject({
          times: describe(retryTimes, 'How many further tries.'),
          delay: v.optional(describe(duration, 'Pause before the first further try; doubles each time. Default: 1s.')),
          on: v.optional(describe(v.array(v.picklist(['failed', 'errored', 'timed-out'])), 'What is tried again. Default: errored and timed-out.')),
        }),
      ]),
      'Further tries, with a pause that doubles. A number alone also tries again what failed. Default: none.',
    ),
  ),
  severity: v.optional(describe(v.picklist(['required', 'advisory']), 'An advisory check may fail without making the run fail. Default: required.')),
  security: v.optional(
    describe(
      v.picklist(securityLevels),
      'How bad it is when it does not pass. While a critical check has not passed, nothing of later stages runs and, if it is marked fast, nothing of its own stage that is not. Default: nothing is said.',
    ),
  ),
  platforms: v.optional(describe(v.array(v.picklist(['linux', 'macos', 'windows', 'wsl'])), 'Skipped elsewhere, saying so. linux includes wsl.')),
  when: v.optional(
    describe(
      v.strictObject({
        exists: v.optional(describe(oneOrMoreGlobs, 'Globs or paths, one of which must exist.')),
        env: v.optional(describe(v.string(), 'A variable that must be set and not be 0, false, no or off.')),
        branch: v.optional(describe(v.string(), 'A glob that the current branch must match.')),
        ci: v.optional(describe(v.boolean(), 'true: only in CI; false: never in CI.')),
      }),
      'Skipped, saying so, unless all of these hold: a file matches, a variable is set and not 0/false/no, the branch matches a glob, it runs in CI or not.',
    ),
  ),
  mutex: v.optional(describe(oneOrMore, 'Names that only one running check may hold at a time.')),
  pool: v.optional(describe(v.string(), 'Pool whose slots it takes. Default: cpu.')),
  weight: v.optional(describe(count, 'How many slots it takes. Default: 1.')),
  priority: v.optional(describe(v.number(), 'Higher first among checks that are ready. Default: 0.')),
  env: v.optional(describe(v.record(v.string(), v.string()), 'Variables set for the command.')),
  passEnv: v.optional(describe(v.array(v.string()), 'Variables of your environment that the command gets and whose values count.')),
  exits: v.optional(
    describe(
      exits,
      'Which exit codes mean "passed" (default [0]) and which mean findings (default: every other). A code in neither list is an error of the tool.',
    ),
  ),
  parser: v.optional(
    describe(
      v.union([
        v.picklist([
          'lines',
          'gnu',
          'tsc',
          'eslint-json',
          'biome-json',
          'oxlint-json',
          'stylelint-json',
          'markdownlint',
          'knip-json',
          'vitest-json',
          'jest-json',
          'npm-audit-json',
          'file-list',
          'ruff-json',
          'mypy',
          'cargo-json',
          'go',
          'go-test-json',
          'actionlint',
          'sarif',
          'junit',
          'checkstyle',
          'pyright-json',
          'bandit-json',
          'pip-audit-json',
          'codespell',
          'shellcheck-json',
          'hadolint-json',
          'gitleaks-json',
          'semgrep-json',
          'staticcheck-json',
          'none',
        ]),
        pluginName,
      ]),
      'How findings are read from the output; "plugin/name" for a parser that a plugin brings. The default reads file:line:column: message. Default: gnu.',
    ),
  ),
  matcher: v.optional(
    describe(
      v.strictObject({
        severity: v.optional(describe(v.picklist(['error', 'warning', 'info']), 'Of findings whose line does not say it. Default: error.')),
        pattern: describe(
          v.union([linePattern, v.pipe(v.array(linePattern), v.minLength(1))]),
          'One pattern, or one for each of several lines that follow each other.',
        ),
      }),
      'Reads findings with regular expressions, in the place of `parser`: a problem matcher as VS Code and GitHub Actions know it.',
    ),
  ),
  failsOnOutput: v.optional(describe(v.boolean(), 'Any output means findings, even with exit code 0. Default: false.')),
  cwd: v.optional(describe(folder, 'Folder relative to the root. Default: the root.')),
  install: v.optional(describe(v.string(), 'How to get the program when it is missing; shown, never run.')),
  fast: v.optional(describe(v.boolean(), 'Belongs to what --fast runs. Default: false.')),
  package: v.optional(describe(v.string(), 'The package of the workspace that it belongs to; what --filter and --only select it by.')),
  reason: v.optional(describe(v.string(), 'Why this check exists; shown in plans.')),
})

export type PatternConfig = v.InferOutput<typeof linePattern>
export type CheckConfig = v.InferOutput<typeof checkShape>
export type FixConfig = v.InferOutput<typeof fixShape>
