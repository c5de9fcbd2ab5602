/** The shape of pawl.yaml. Validation, types, the JSON Schema and the reference in the docs all come from here. */
import * as v from 'valibot'
import { agentShape, aiFixShape } from './agent-shape.ts'
import { checkShape } from './check-shape.ts'
import { roadmapShape } from './roadmap-shape.ts'
import { servicesShape } from './services-shape.ts'
import { workShape } from './work-shape.ts'
import { parseBytes } from './bytes.ts'
import { count, describe, duration, folder, globs } from './shape-words.ts'

const size = v.pipe(
  v.union([v.string(), v.number()]),
  v.check((value) => parseBytes(value) !== undefined, 'a size such as "1GiB", "500MB" or a number of bytes'),
)

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
