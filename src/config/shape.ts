/** The shape of pawl.yaml. Validation, types, the JSON Schema and the reference in the docs all come from here. */
import * as v from 'valibot'
import { securityLevels, type PluginName } from '../model/task.ts'
import { agentShape, aiFixShape } from './agent-shape.ts'
import { roadmapShape } from './roadmap-shape.ts'
import { servicesShape } from './services-shape.ts'
import { workShape } from './work-shape.ts'
import { parseBytes } from './bytes.ts'
import { isPlainData } from './plain-data.ts'
import { count, describe, duration, glob, globs, oneOrMore } from './shape-words.ts'

const size = v.pipe(
  v.union([v.string(), v.number()]),
  v.check((value) => parseBytes(value) !== undefined, 'a size such as "1GiB", "500MB" or a number of bytes'),
)
const exitCodes = v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0))), v.readonly())
const folder = v.pipe(v.string(), v.check(isInside, 'a folder inside the repository, relative to its root, such as "packages/app"'))
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

export const strategyShape = v.strictObject({
  select: v.optional(describe(v.picklist(['all', 'fast']), 'Which checks: all, or those marked fast. Default: all.')),
  jobs: v.optional(describe(count, 'Most checks at a time.')),
  order: v.optional(
    describe(
      v.picklist(['needs', 'stages', 'declared']),
      'needs: as soon as what a check needs has passed; stages: one stage after the other; declared: one after the other as written. Default: needs.',
    ),
  ),
  failFast: v.optional(describe(v.boolean(), 'Start nothing more after the first failure. Default: false.')),
  skip: v.optional(describe(v.array(v.string()), 'Checks that it leaves out.')),
  only: v.optional(describe(v.array(v.string()), 'The only checks that it runs, with what they need.')),
  stages: v.optional(describe(v.array(v.string()), 'The only stages that it runs, with what their checks need. `--stage` goes before it.')),
})
export type StrategyConfig = v.InferOutput<typeof strategyShape>

const fixLevel = v.union([v.boolean(), v.picklist(['safe', 'tracked', 'lock', 'system'])])
const ttlEntries = {
  runtime: v.optional(describe(duration, 'The language runtime. Default: 1h.')),
  packageManager: v.optional(describe(duration, 'The package manager. Default: 1h.')),
  environmentFolder: v.optional(describe(duration, 'Virtual environment or node_modules. Default: 10m.')),
  lockfile: v.optional(describe(duration, 'Whether the lockfile fits the manifest. Default: 5m.')),
  dependencySync: v.optional(describe(duration, 'Whether what is installed fits the lockfile. Default: 30m.')),
  quality: v.optional(describe(duration, 'Quality checks. Default: 10m.')),
  platform: v.optional(describe(duration, 'Specifics of the operating system. Default: 1h.')),
}

/** The settings that a profile may change, too. */
const settingEntries = {
  jobs: v.optional(describe(count, 'Most tasks at a time. Default: the number of processors.')),
  rounds: v.optional(describe(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(20)), 'Most rounds of checking and mending in a run. Default: 5.')),
  fix: v.optional(describe(fixLevel, 'Highest level of fix that runs without asking; false: none; true: like the default. Default: tracked, in CI safe.')),
  strategy: v.optional(
    describe(
      v.string(),
      'Strategy used when none is named on the command line: fast (checks marked fast), comprehensive (all, as soon as what they need has passed), dependency-aware (the same by its older name), parallel (all; as many at a time as there are processors whatever `jobs` says, and `after` is not waited for), sequential (all, one at a time as written), or one of `strategies`. Default: comprehensive.',
    ),
  ),
  lockWait: v.optional(describe(duration, 'How long to wait for another run in this repository. Default: 30s.')),
  diskFree: v.optional(describe(size, 'Free disk space required before a run: "1GiB", "500MB" or bytes. Default: 1GiB.')),
  isolation: v.optional(
    describe(
      v.picklist(['group', 'namespace']),
      'How a command is kept together. group: it leads a session of its own, and all that it started is ended with it. namespace: a process namespace of the kernel too, which nothing can leave; costs some milliseconds for each command and needs Linux with bubblewrap. Default: group.',
    ),
  ),
  warm: v.optional(
    describe(
      v.boolean(),
      'Whether ESLint and Prettier may stay loaded in a process of their own: between the rounds of a run that may mend, and between the runs of `pawl watch`. Default: true.',
    ),
  ),
  env: v.optional(
    describe(
      v.strictObject({
        pass: v.optional(
          describe(v.array(v.string()), 'Further variables that every command gets; their values do not count for reuse. "*" at the end matches a prefix.'),
        ),
        key: v.optional(describe(v.array(v.string()), 'Further variables that every command gets and whose values count for reuse.')),
      }),
      'Which variables of your environment the commands see. Everything else is withheld.',
    ),
  ),
  secrets: v.optional(
    describe(
      v.array(v.string()),
      'Variables of your environment that are secrets, besides those whose names say so: their values are taken out of all that pawl shows and keeps.',
    ),
  ),
  ttl: v.optional(describe(v.strictObject(ttlEntries), 'Upper bounds on the age of reused results of checks whose `ttl` names a row of this table.')),
  scripts: v.optional(
    describe(
      v.picklist(['direct', 'manager']),
      'How scripts of a package.json are started: direct, with the environment that the package manager gives but without starting it; manager, through it. Default: direct.',
    ),
  ),
  stages: v.optional(describe(v.array(v.string()), 'Order of the stages. Default: environment, dependencies, quality, platform.')),
  pools: v.optional(describe(v.record(v.string(), count), 'Slots of pools of your own.')),
}
export const profileShape = v.strictObject(settingEntries)
export type ProfileConfig = v.InferOutput<typeof profileShape>

export const coverageShape = v.strictObject({
  reports: v.optional(
    describe(globs, 'Globs of the reports of coverage, relative to the root; ignored files count too. Default: where tools usually write them.'),
  ),
  tolerance: v.optional(describe(v.pipe(v.number(), v.minValue(0), v.maxValue(100)), 'Percent points below the mark that still pass. Default: 0.')),
  allowMissing: v.optional(describe(v.boolean(), 'Coverage may be missing: then the check passes and says so. Default: false.')),
  packages: v.optional(describe(v.record(v.string(), folder), 'Parts with a mark of their own: name and folder. Default: the packages of the workspace.')),
})
export type CoverageConfig = v.InferOutput<typeof coverageShape>

export const configShape = v.strictObject({
  $schema: v.optional(describe(v.string(), 'Address of the JSON Schema, for editors.')),
  version: v.optional(describe(v.literal(1), 'Version of this format.')),
  detect: v.optional(
    describe(v.boolean(), 'true: what pawl detects is the base, and `checks` changes or adds to it by name. false: `checks` is the whole plan. Default: true.'),
  ),
  ...settingEntries,
  strategies: v.optional(
    describe(v.record(v.string(), strategyShape), 'Strategies of your own by name. One with the name of a built-in strategy changes that one.'),
  ),
  plugins: v.optional(
    describe(
      v.array(
        v.pipe(
          v.any(),
          v.check(
            (value) => typeof value === 'string' || (typeof value === 'object' && value !== null && !Array.isArray(value)),
            'a plugin, or the name of its package or file',
          ),
        ),
      ),
      'Plugins, which bring parsers, adapters, strategies and presets: names of installed packages, or paths such as "./tools/plugin.ts"; in pawl.config.ts also the plugins themselves. They are code, and are run by every command that plans.',
    ),
  ),
  profiles: v.optional(describe(v.record(v.string(), profileShape), 'Named sets of settings that --profile puts over the rest.')),
  packages: v.optional(
    describe(
      v.record(v.string(), v.union([v.literal(false), checkShape])),
      'Tasks of every package of the workspace that has a script of this name, or of all with a `command`. Globs and `cwd` are relative to the package. In `needs` and `after`, "^build" is that task of the packages it depends on, "build" its own. false switches the tasks off.',
    ),
  ),
  agents: v.optional(
    describe(
      v.record(v.string(), agentShape),
      'Coding agents by name, for --ai-fix and pawl fix. `claude`, `codex`, `gemini`, `opencode` and `copilot` are known; one with such a name changes it.',
    ),
  ),
  work: v.optional(describe(workShape, 'How agents work on prompts: pawl agents run.')),
  roadmap: v.optional(describe(roadmapShape, 'Where the roadmap is, and what must pass between its parts: pawl roadmap.')),
  services: v.optional(
    describe(
      servicesShape,
      'Programs that agents and their checks need besides, by name: started before the first agent, ended after the last. See docs/services.md.',
    ),
  ),
  aiFix: v.optional(describe(aiFixShape, 'How an agent mends what the fixes of tools do not: pawl fix, or --ai-fix.')),
  coverage: v.optional(describe(coverageShape, 'Coverage that only rises: where its reports are, and what is asked of them.')),
  checks: v.optional(describe(v.record(v.string(), v.union([v.literal(false), checkShape])), 'The checks by name. false switches a detected check off.')),
})
export type ConfigFile = v.InferOutput<typeof configShape>

/** True for a relative path that does not climb above its start. */
function isInside(path: string): boolean {
  if (path === '' || /^([/\\]|[A-Za-z]:)/.test(path)) return false
  let depth = 0
  for (const part of path.split(/[/\\]/)) {
    if (part === '..') depth -= 1
    else if (part !== '.' && part !== '') depth += 1
    if (depth < 0) return false
  }
  return true
}
