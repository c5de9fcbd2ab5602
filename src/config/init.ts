/** Writes the pawl.yaml that `pawl init` leaves behind: what was detected and why, with every value that one might want to change. */
import type { Json } from '../model/json.ts'
import type { Detected } from './preset.ts'
import { usualOrder } from './presets/package-tasks.ts'
import type { CheckConfig } from './check-shape.ts'
import { stageOf } from './translation.ts'
import { commentYaml, entryYaml, textYaml } from './yaml-text.ts'

/** The same detection gives the same bytes; read back, the text means the same tasks. */
export function initText(detected: Detected): string {
  const checks = Object.entries(detected.checks).filter(([, check]) => check.package === undefined)
  const lines = [
    ...opening,
    ...told(
      'Found here',
      detected.found.map(({ name, why }) => `${name}: ${why}`),
    ),
    ...told(
      'Worth knowing',
      detected.remarks.map(({ text, file }) => (file === undefined ? text : `${file}: ${text}`)),
    ),
    ...told(
      'Could not be read',
      detected.failures.map(({ what }) => what),
    ),
    ...settings,
    ...packageLines(Object.values(detected.checks)),
    '',
    checks.length === 0 ? 'checks: {}' : 'checks:',
    ...checks.flatMap(([name, check], i) => [...(i === 0 ? [] : ['']), ...checkLines(name, check)]),
    ...(checks.length === 0 ? example : []),
  ]
  return `${lines.join('\n')}\n`
}

const opening = [
  '# yaml-language-server: $schema=https://unpkg.com/pawl/schema/pawl.schema.json',
  '# Written by `pawl init`. Everything in here is yours to change; `pawl config` shows what is in force and why.',
  'version: 1',
  '',
  '# false: the checks below are all there are. With true (or without this line) pawl detects the repository at',
  '# each run, and the checks below change or add to what it finds; `name: false` then switches a check off.',
  'detect: false',
]

/** Defaults as comments: they are what holds when the line is missing. */
const settings = [
  '',
  '# Settings and their defaults. Flags and environment variables go before them.',
  '# jobs: 4                  most checks at a time; default: the number of processors',
  '# fix: tracked             highest level of fix that runs without asking (safe, tracked, lock, system; false: none); in CI: safe',
  '# strategy: comprehensive  or fast, dependency-aware, parallel, sequential, or one of your own under `strategies`',
  '# rounds: 5                most rounds of checking and mending in a run',
  '# lockWait: 30s            how long to wait for another run in this repository',
  '# diskFree: 1GiB           free disk space required before a run',
  '# env:',
  '#   pass: []               further variables that commands get',
  '#   key: []                the same, and their values count for the reuse of results',
]

const example = [
  '  # test:',
  '  #   command: make test',
  '  #   files: ["src/**"]       which files concern it',
  '  #   fix: make format         how to mend what it complains of',
]

/** One entry for each script stands for all packages that have it: what differs between them is found anew at each run. */
function packageLines(checks: readonly CheckConfig[]): readonly string[] {
  const scripts = new Map<string, number>()
  for (const { package: name, script } of checks) if (name !== undefined && script !== undefined) scripts.set(script, (scripts.get(script) ?? 0) + 1)
  if (scripts.size === 0) return []
  return [
    '',
    '# Scripts of the packages of the workspace: one task for each package that has one, with inputs and outputs of its own.',
    '# "^build" is the build of the packages that a package depends on. A key such as `outputs: ["dist/**"]` or `timeout: 5m`',
    '# holds for all of them; `name: false` switches a script off.',
    'packages:',
    ...[...scripts].flatMap(([script, count]) => {
      const { needs, after } = usualOrder(script)
      return [
        `  ${textYaml(script)}: # ${count === 1 ? 'of 1 package' : `of ${count} packages`}`,
        ...entryYaml('needs', [...needs], '    '),
        ...(after.length > 0 ? entryYaml('after', [...after], '    ') : []),
      ]
    }),
  ]
}

function told(title: string, texts: readonly string[]): readonly string[] {
  return texts.length === 0 ? [] : ['', `# ${title}:`, ...texts.map((text) => commentYaml(`  ${text}`).replace('# ', '#   '))]
}

// Within a check: what it is, when it runs, what it depends on, how it ends; then the rest as it comes.
const firstKeys: readonly (keyof CheckConfig)[] = [
  'reason',
  'stage',
  'package',
  'command',
  'script',
  'builtin',
  'adapter',
  'with',
  'cwd',
  'fix',
  'files',
  'inputs',
  'needs',
  'after',
  'timeout',
  'severity',
]

/** The reason is a comment for the reader of the file and a key for the reader of a plan. */
function checkLines(name: string, check: CheckConfig): readonly string[] {
  const full: CheckConfig = {
    ...check,
    reason: check.reason ?? 'detected',
    stage: stageOf(check),
    timeout: check.timeout ?? '10m',
    severity: check.severity ?? 'required',
  }
  const keys = [...firstKeys, ...Object.keys(full).filter((key) => !firstKeys.some((first) => first === key))]
  const values = new Map<string, unknown>(Object.entries(full))
  return [
    ...(check.reason === undefined ? [] : [`  ${commentYaml(check.reason)}`]),
    `  ${textYaml(name)}:`,
    ...keys.flatMap((key) => (values.get(key) === undefined ? [] : entryYaml(key, plain(values.get(key)), '    '))),
  ]
}

/** Settings of checks are plain data; a key without a value is no key. */
function plain(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map(plain)
  return Object.fromEntries(Object.entries(Object(value) as object).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, plain(inner)]])))
}
