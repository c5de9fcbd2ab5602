/** Mistakes in the checks of a configuration: where, what, and the way out. */
import { expect, test } from 'bun:test'
import { mistakesIn } from './mistakes-told.ts'

const table: readonly (readonly [yaml: string, ...told: string[]])[] = [
  ['checks:\n  lint:\n    command: eslint .\n\n\n\n    comand: x\n', "7:5 unknown key 'comand' | Did you mean 'command'?"],
  [
    'checks:\n  lint:\n    command: eslint\n    severty: advisory\n    timout: 5m\n    xyz: 1\n',
    "4:5 unknown key 'severty' | Did you mean 'severity'?",
    "5:5 unknown key 'timout' | Did you mean 'timeout'?",
    "6:5 unknown key 'xyz' | Known keys here: command, builtin…",
  ],
  ['checks:\n', "1:1 'checks' must be a mapping, not empty | Give the key a value or remove it."],
  ['checks: []\n', "1:9 'checks' must be a mapping, not a list | For example: checks: { name: value }"],
  ['checks:\n  lint: true\n', "2:9 'checks.lint' must be false or a mapping, not true | For example: lint: false"],
  ['checks:\n  lint: eslint .\n', "2:9 'checks.lint' must be false or a mapping, not 'eslint .' | Write a mapping: { command: eslint . }"],
  ['checks:\n  lint:\n', "2:3 'checks.lint' must be false or a mapping, not empty | Give the key a value or remove it."],
  ['checks:\n  lint:\n    command: {files}\n', `3:14 'checks.lint.command' must be a text or a list of texts, not a mapping | Put it in quotes: "{files}"`],
  ['checks:\n  lint:\n    command: [eslint, {files}]\n', `3:23 'checks.lint.command[1]' must be a text, not a mapping | Put it in quotes: "{files}"`],
  ['checks:\n  lint:\n    command: [eslint, 1]\n', `3:23 'checks.lint.command[1]' must be a text, not 1 | Put it in quotes: "1"`],
  ['checks:\n  lint:\n    command: 5\n', `3:14 'checks.lint.command' must be a text or a list of texts, not 5 | Put it in quotes: "5"`],
  [
    'checks:\n  lint:\n    env:\n      CI: 1\n      DEBUG: true\n',
    `4:11 'checks.lint.env.CI' must be a text, not 1 | Put it in quotes: "1"`,
    `5:14 'checks.lint.env.DEBUG' must be a text, not true | Put it in quotes: "true"`,
  ],
  ['checks:\n  lint:\n    needs: setup\n', "3:12 'checks.lint.needs' must be a list of texts, not 'setup' | Write a list: [setup]"],
  ['checks:\n  lint:\n    inputs: none\n', "3:13 'checks.lint.inputs' must be 'unknown' or a list of texts, not 'none' | Write a list: [none]"],
  ['checks:\n  lint:\n    inputs: unknwon\n', "3:13 'checks.lint.inputs' must be 'unknown' or a list of texts, not 'unknwon' | Did you mean 'unknown'?"],
  [
    'checks:\n  lint:\n    platforms: [linux, macOS]\n',
    "3:24 'checks.lint.platforms[1]' must be 'linux', 'macos', 'windows' or 'wsl', not 'macOS' | Did you mean 'macos'?",
  ],
  [
    'checks:\n  lint:\n    parser: eslint\n',
    "3:13 'checks.lint.parser' must be 'lines', 'gnu', 'tsc', 'eslint-json', 'biome-json', 'oxlint-json', 'stylelint-json', 'markdownlint', 'knip-json', 'vitest-json', 'jest-json', 'npm-audit-json', 'file-list', 'ruff-json', 'mypy', 'cargo-json', 'go', 'go-test-json', 'actionlint', 'sarif', 'junit', 'checkstyle', 'pyright-json', 'bandit-json', 'pip-audit-json', 'codespell', 'shellcheck-json', 'hadolint-json', 'gitleaks-json', 'semgrep-json', 'staticcheck-json', 'none' or what a plugin brings, such as \"acme/report\", not 'eslint' | For example: parser: lines",
  ],
  [
    'checks:\n  lint:\n    severity: optional\n',
    "3:15 'checks.lint.severity' must be 'required' or 'advisory', not 'optional' | For example: severity: required",
  ],
  ['checks:\n  lint:\n    retries: -1\n', "3:14 'checks.lint.retries' must be a whole number from 0 to 20 or a mapping, not -1 | For example: retries: 0"],
  ['checks:\n  lint:\n    retries:\n      delay: 1s\n', "3:5 'checks.lint.retries' lacks 'times' | Add 'times'."],
  [
    'checks:\n  lint:\n    retries: {times: 2, on: [lost]}\n',
    "3:30 'checks.lint.retries.on[0]' must be 'failed', 'errored' or 'timed-out', not 'lost' | For example: failed",
  ],
  [
    'checks:\n  lint:\n    exits: {findings: others}\n',
    "3:23 'checks.lint.exits.findings' must be 'other' or a list of whole numbers from 0, not 'others' | Did you mean 'other'?",
  ],
  ['checks:\n  lint:\n    exits: {pass: [-1, 1]}\n', "3:20 'checks.lint.exits.pass[0]' must be a whole number from 0, not -1 | For example: 0"],
  [
    'checks:\n  lint:\n    cwd: ../x\n',
    `3:10 'checks.lint.cwd' must be a folder inside the repository, relative to its root, such as "packages/app", not '../x' | For example: cwd: packages/app`,
  ],
  [
    'checks:\n  lint:\n    cwd: /etc\n',
    `3:10 'checks.lint.cwd' must be a folder inside the repository, relative to its root, such as "packages/app", not '/etc' | For example: cwd: packages/app`,
  ],
  ['checks:\n  lint:\n    fix: {comand: x}\n', "3:11 unknown key 'comand' | Did you mean 'command'?"],
  [
    'checks:\n  lint:\n    fix:\n      - a\n      - {command: x, level: saf}\n      - 3\n',
    "5:29 'checks.lint.fix[1].level' must be 'safe', 'tracked', 'lock', 'system' or 'never', not 'saf' | Did you mean 'safe'?",
    `6:9 'checks.lint.fix[2]' must be a text or a mapping, not 3 | Put it in quotes: "3"`,
  ],
  ['checks:\n  lint:\n    fix: true\n', `3:10 'checks.lint.fix' must be a text, a mapping or a list of texts or mappings, not true | Put it in quotes: "true"`],
  ['checks:\n  lint:\n    when: {exist: x}\n', "3:12 unknown key 'exist' | Did you mean 'exists'?"],
  ['checks:\n  lint:\n    when: {ci: 1}\n', "3:16 'checks.lint.when.ci' must be true or false, not 1 | For example: ci: true"],
  ['checks:\n  lint:\n    weight: 0\n', "3:13 'checks.lint.weight' must be a whole number from 1, not 0 | For example: weight: 1"],
  [
    'checks:\n  lint:\n    ttl: qualty\n',
    `3:10 'checks.lint.ttl' must be 'runtime', 'packageManager', 'environmentFolder', 'lockfile', 'dependencySync', 'quality', 'platform' or a duration such as "90s", "10m", "1h 30m" or a number of seconds, not 'qualty' | Did you mean 'quality'?`,
  ],
  ['checks:\n  lint:\n    with: [1]\n', "3:11 'checks.lint.with' must be a mapping of plain data, not a list | For example: with: { name: value }"],
  ['checks:\n  lint:\n    builtin: [x]\n', "3:14 'checks.lint.builtin' must be a text, not a list | For example: builtin: text"],
  ['checks:\n  lint: {command: a}\n  lint: {command: b}\n', "3:3 the key 'lint' is there twice | Keep one of the two."],
  [
    'checks:\n  a: &a {timeout: 5}\n  b:\n    <<: *a\n    timeot: 5\n    needs: x\n',
    "5:5 unknown key 'timeot' | Did you mean 'timeout'?",
    "6:12 'checks.b.needs' must be a list of texts, not 'x' | Write a list: [x]",
  ],
  ['checks:\n  __proto__:\n    command: x\n', "2:3 '__proto__' cannot be used as a name | Choose another name."],
  [
    'checks:\n  a:\n    command: x\n    extra: {x: 1}\n    passEnv: A\n    mutex: 4\n    failsOnOutput: 1\n',
    "4:12 'checks.a.extra' must be a list of texts, not a mapping | For example: extra: [text]",
    "5:14 'checks.a.passEnv' must be a list of texts, not 'A' | Write a list: [A]",
    `6:12 'checks.a.mutex' must be a text or a list of texts, not 4 | Put it in quotes: "4"`,
    "7:20 'checks.a.failsOnOutput' must be true or false, not 1 | For example: failsOnOutput: true",
  ],
  ['checks:\n  lint: []\n', "2:9 'checks.lint' must be false or a mapping, not a list | For example: lint: false"],
  [
    'when: 1\nchecks: {a: {when: []}}\n',
    "1:1 unknown key 'when' | Known keys here: $schema, version…",
    "2:20 'checks.a.when' must be a mapping, not a list | For example: when: { exists: text }",
  ],
  ['checks: {a: {retries: []}}\n', "1:23 'checks.a.retries' must be a whole number from 0 to 20 or a mapping, not a list | For example: retries: 0"],
]

test('a check of the wrong shape is told with its place and a way out', async () => {
  for (const [yaml, ...told] of table) expect({ yaml, ...(await mistakesIn(yaml)) }).toEqual({ yaml, told, types: ['config.invalid'] })
})
