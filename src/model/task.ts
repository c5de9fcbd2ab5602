/** A Task is a declared unit of work: the one noun that the engine plans and runs. */
import type { AgentChoice } from './agent.ts'
import type { Budget } from './budget.ts'
import type { FindingSeverity } from './finding.ts'
import type { Json } from './json.ts'
import type { Prompt } from './prompt.ts'
import type { RedBefore } from './red-before.ts'

declare const brand: unique symbol
export type TaskId = string & { readonly [brand]: 'TaskId' }
export const taskId = (text: string): TaskId => text as TaskId

/** Which text of a tool becomes findings. Each name is one file in `executors/parsers`. */
export type ParserName =
  | 'lines'
  | 'gnu'
  | 'tsc'
  | 'eslint-json'
  | 'biome-json'
  | 'oxlint-json'
  | 'stylelint-json'
  | 'markdownlint'
  | 'knip-json'
  | 'vitest-json'
  | 'jest-json'
  | 'npm-audit-json'
  | 'file-list'
  | 'ruff-json'
  | 'mypy'
  | 'cargo-json'
  | 'go'
  | 'go-test-json'
  | 'actionlint'
  | 'sarif'
  | 'junit'
  | 'checkstyle'
  | 'pyright-json'
  | 'bandit-json'
  | 'pip-audit-json'
  | 'codespell'
  | 'shellcheck-json'
  | 'hadolint-json'
  | 'gitleaks-json'
  | 'semgrep-json'
  | 'staticcheck-json'
  | 'none'

/** What a plugin brings is named by both: "acme/report". */
export type PluginName = `${string}/${string}`

/** One line of a problem matcher, as VS Code and GitHub Actions know it: a regular expression, and which of its groups is what. */
export type LinePattern = {
  readonly regexp: string
  readonly file?: number
  /** "3", "3,5" or "3,5,3,9". */
  readonly location?: number
  readonly line?: number
  readonly column?: number
  readonly severity?: number
  readonly code?: number
  readonly message?: number
  /** Only for the last of several: it matches as many lines as follow. */
  readonly loop?: boolean
}

export type ProblemMatcher = {
  /** Of findings whose line does not say it. */
  readonly severity: FindingSeverity
  /** For lines that follow each other. */
  readonly patterns: readonly LinePattern[]
}

export type CommandAction = {
  readonly kind: 'command'
  /** Started without a shell. The argument "{files}" stands for the selected files. */
  readonly argv: readonly string[]
  /** What "{files}" means when no files were selected; usually ["."]. */
  readonly whole: readonly string[]
  /** Relative to the root of the repository; "." is the root. */
  readonly cwd: string
  /** Added to the environment of the child; part of the fingerprint. */
  readonly env: Readonly<Record<string, string>>
  readonly exits: ExitPolicy
  readonly parser: ParserName | PluginName
  /** Takes the place of the parser. */
  readonly matcher?: ProblemMatcher
  /** The pass is not believed when the tool printed something (gofmt -l, prettier --list-different). */
  readonly failsOnOutput: boolean
  /** Longest time without any output before the tool counts as hung. */
  readonly silenceMs?: number
  /** How to get the program when it is missing: shown, never run. */
  readonly install?: string
  /** Digest of the code of the plugin that the parser comes from. */
  readonly code?: string
  /** Present: argv is the text of a script of a package.json, and is run as the package manager would run it. */
  readonly script?: PackageScript
}

/** A script of a package.json that is started without its package manager. */
export type PackageScript = {
  readonly manager: 'npm' | 'pnpm' | 'yarn' | 'bun'
  readonly name: string
  /** Of the package.json, relative to the root; "." is the root. */
  readonly folder: string
  /** Texts of the scripts that the manager runs before and after it. */
  readonly before?: string
  readonly after?: string
}

/** Which exit code means what. A code in neither list is an error of the tool, not a finding. */
export type ExitPolicy = {
  readonly pass: readonly number[]
  /** "other": every other code from 1 to 125 means findings. */
  readonly findings: readonly number[] | 'other'
}

/** A check done inside pawl without starting a process. */
export type BuiltinAction = {
  readonly kind: 'builtin'
  /** Of pawl itself, or of a plugin: then it is a PluginName. */
  readonly name: string
  readonly with: Readonly<Record<string, Json>>
  /** Digest of the code of the plugin that it comes from. */
  readonly code?: string
}

/** Whether code of a plugin does it. */
export const isGuest = ({ name }: BuiltinAction): boolean => name.includes('/')

/** A turn of a coding agent that mends what checks found: it edits a copy, and only what is strictly better comes back. */
export type AgentAction = {
  readonly kind: 'agent'
  readonly agent: AgentChoice
  /** Of all turns of a run together. */
  readonly budget: Budget
  /** mend: what checks found; tests: lines that nothing covers get tests, which must prove themselves. */
  readonly purpose: 'mend' | 'tests'
  /** Globs of files that the agent must not change. */
  readonly shielded: readonly string[]
  /** Nobody is asked before an edit is applied. */
  readonly unasked: boolean
}

/** One prompt on its way to a commit that passed the gate, in a checkout of its own. */
export type JobAction = {
  readonly kind: 'job'
  readonly prompt: Prompt
  readonly agent: AgentChoice
  /** Who goes on, in this order, where it has no quota, no login or no program. */
  readonly fallback?: readonly AgentChoice[]
  /** Of all turns of this job together. */
  readonly budget: Budget
  /** Further turns that may mend what the gate found. */
  readonly mendTurns: number
  readonly isolation: 'linked' | 'clone'
  /** Branch that the work begins with and that decides about the gate. */
  readonly onto: string
}

/** Moves the work of a job onto its branch, together with that of all others that are ready. */
export type LandAction = {
  readonly kind: 'land'
  readonly job: TaskId
  readonly onto: string
}

/** Judges the branch as it is when all work of a stage has landed; what does not pass goes to an agent, and what that makes of it is landed like any work. */
export type StageGateAction = {
  readonly kind: 'stage-gate'
  readonly stage: string
  readonly onto: string
  /** Names of checks; absent: all of the gate. */
  readonly checks?: readonly string[]
  /** Who mends it. Absent: nobody. */
  readonly mender?: Pick<JobAction, 'agent' | 'fallback' | 'budget' | 'mendTurns' | 'isolation'>
  /** It was red when it was judged last: no turn is spent again on the very same. */
  readonly red?: RedBefore
}

export type Action = CommandAction | BuiltinAction | AgentAction | JobAction | LandAction | StageGateAction

/** 0 ignored or derived paths only · 1 tracked files · 2 lockfile or manifest · 3 toolchains, home folder · 4 never by itself. */
export type FixLevel = 0 | 1 | 2 | 3 | 4

export type Retry = {
  /** Further attempts after the first. */
  readonly times: number
  /** Wait before the first retry; doubles each time. */
  readonly delayMs: number
  readonly on: readonly ('failed' | 'errored' | 'timed-out')[]
}

/** How bad it is when a check does not pass. What comes after a critical one waits for it to pass. */
export const securityLevels = ['low', 'medium', 'high', 'critical'] as const
export type SecurityLevel = (typeof securityLevels)[number]

/** What the result of a task depends on. */
export type Inputs = {
  /** Globs over tracked and untracked, not ignored, files; "!" excludes. Undefined: unknown, so never reused. */
  readonly files?: readonly string[]
  /** Names of environment variables whose values count and which the child gets. */
  readonly env: readonly string[]
  /** Programs whose identity counts, besides argv[0]. */
  readonly tools: readonly string[]
  /** Ignored or outside files whose content counts too, as plain paths relative to the root. */
  readonly extra: readonly string[]
}

/** The task judges each file by itself: what it says of all is the sum of what it says of each. It goes on after a bad file. */
export type PerFile = {
  /** Globs of what counts for the answer about every file, such as its settings. */
  readonly reads: readonly string[]
  /** Whether it counts which files there are. */
  readonly names: boolean
  /** The tool itself says each time whether its answers are such, through a formatter of pawl that takes the place of its own. Absent: they always are. */
  readonly told?: FormatterName
}

/** A formatter of pawl that runs inside of the user's tool. Each name is one file in `executors/formatters`. */
export type FormatterName = 'eslint'

export type Task = {
  readonly id: TaskId
  /** A check judges; a fix may mend a check and runs only when one asks for it; work brings something about. */
  readonly role: 'check' | 'fix' | 'work'
  /** For people only; compile has turned it into needs. */
  readonly stage: string
  readonly action: Action
  /** Must have passed before this starts. */
  readonly needs: readonly TaskId[]
  /** Those of `needs` that nobody wrote down: critical checks that come before this. What they write is no input. */
  readonly guards?: readonly TaskId[]
  /** Must be settled, in whatever way, before this starts. */
  readonly after: readonly TaskId[]
  readonly inputs: Inputs
  /** Absent: only a whole answer is ever reused. */
  readonly perFile?: PerFile
  /** Globs of files that the task writes and that a reuse restores. */
  readonly outputs: readonly string[]
  /** Fixes to try, in order, when this fails. */
  readonly fixes: readonly TaskId[]
  /** Only for fixes. */
  readonly level: FixLevel
  /** Only for fixes: it is tried when everything is judged and no other fix is left. */
  readonly late?: true
  /** Only for fixes: how often it may be tried in a run. Absent: as often as every fix. */
  readonly mostTries?: number
  /** Only for fixes: derived paths that it writes. */
  readonly derived: readonly string[]
  readonly timeoutMs: number
  /** Upper bound on the age of a reused result; undefined: content alone decides. */
  readonly ttlMs?: number
  readonly retry: Retry
  /** An advisory task may fail without making the run fail or blocking what needs it. */
  readonly severity: 'required' | 'advisory'
  readonly security?: SecurityLevel
  /** Slots of this pool are taken while the task runs. */
  readonly pool: string
  readonly weight: number
  /** Names that only one running task may hold at a time. */
  readonly mutexes: readonly string[]
  /** Higher first among tasks that are ready. */
  readonly priority: number
  /** Belongs to what `--fast` runs. */
  readonly fast: boolean
  /** Why this task is in the plan: "eslint: devDependencies + eslint.config.js", "pawl.yaml:12". */
  readonly reason: string
  /** Globs by which --files, --since and --staged select this task; undefined: like inputs.files. */
  readonly concerns?: readonly string[]
  /** The package of a workspace that it belongs to. */
  readonly package?: string
  /** What a person types to see the same failure; undefined: derived from the action. */
  readonly reproduce?: string
}

/** Globs of the files by which a selection picks the task: those that it judges. */
export const concernsOf = (task: Task): readonly string[] => task.concerns ?? task.inputs.files ?? ['**/*']
