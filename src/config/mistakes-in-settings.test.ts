/** Mistakes in the settings of a configuration: where, what, and the way out. */
import { expect, test } from 'bun:test'
import { mistakesIn } from './mistakes-told.ts'

const table: readonly (readonly [yaml: string, ...told: string[]])[] = [
  [
    '',
    '1:1 pawl.yaml is empty | Write at least "version: 1", or remove the file to let pawl detect everything.',
  ],
  [
    '# only a comment\n',
    '1:1 pawl.yaml is empty | Write at least "version: 1", or remove the file to let pawl detect everything.',
  ],
  [
    '---\n',
    '1:1 pawl.yaml is empty | Write at least "version: 1", or remove the file to let pawl detect everything.',
  ],
  [
    '- a\n- b\n',
    '1:1 the configuration must be a mapping, not a list | For example: checks: { test: { command: make test } }',
  ],
  [
    'just text\n',
    "1:1 the configuration must be a mapping, not 'just text' | For example: checks: { test: { command: make test } }",
  ],
  [
    '42\n',
    '1:1 the configuration must be a mapping, not 42 | For example: checks: { test: { command: make test } }',
  ],
  [
    'jobs: 2\njbos: 3\n',
    "2:1 unknown key 'jbos' | Did you mean 'jobs'?",
  ],
  [
    'jobs: many\n',
    "1:7 'jobs' must be a whole number from 1, not 'many' | For example: jobs: 1",
  ],
  [
    'jobs: 0\n',
    "1:7 'jobs' must be a whole number from 1, not 0 | For example: jobs: 1",
  ],
  [
    'jobs: 1.5\n',
    "1:7 'jobs' must be a whole number from 1, not 1.5 | For example: jobs: 1",
  ],
  [
    'jobs: "4"\n',
    "1:7 'jobs' must be a whole number from 1, not '4' | Write it without quotes.",
  ],
  [
    'jobs:\n',
    "1:1 'jobs' must be a whole number from 1, not empty | Give the key a value or remove it.",
  ],
  [
    'jobs: [1]\n',
    "1:7 'jobs' must be a whole number from 1, not a list | For example: jobs: 1",
  ],
  [
    'rounds: 21\n',
    "1:9 'rounds' must be a whole number from 1 to 20, not 21 | For example: rounds: 1",
  ],
  [
    'version: 2\n',
    "1:10 'version' must be 1, not 2 | For example: version: 1",
  ],
  [
    'detect: yes\n',
    "1:9 'detect' must be true or false, not 'yes' | Write true.",
  ],
  [
    'detect: off\n',
    "1:9 'detect' must be true or false, not 'off' | Write false.",
  ],
  [
    'fix: always\n',
    "1:6 'fix' must be true, false, 'safe', 'tracked', 'lock' or 'system', not 'always' | For example: fix: true",
  ],
  [
    'fix: trackd\n',
    "1:6 'fix' must be true, false, 'safe', 'tracked', 'lock' or 'system', not 'trackd' | Did you mean 'tracked'?",
  ],
  [
    'fix: no\n',
    "1:6 'fix' must be true, false, 'safe', 'tracked', 'lock' or 'system', not 'no' | Write false.",
  ],
  [
    'lockWait: soon\n',
    `1:11 'lockWait' must be a duration such as "90s", "10m", "1h 30m" or a number of seconds, not 'soon' | For example: lockWait: 90s`,
  ],
  [
    'lockWait: 0\n',
    `1:11 'lockWait' must be a duration such as "90s", "10m", "1h 30m" or a number of seconds, not 0 | For example: lockWait: 90s`,
  ],
  [
    'lockWait: {a: 1}\n',
    `1:11 'lockWait' must be a duration such as "90s", "10m", "1h 30m" or a number of seconds, not a mapping | For example: lockWait: 90s`,
  ],
  [
    'diskFree: 1G\n',
    `1:11 'diskFree' must be a size such as "1GiB", "500MB" or a number of bytes, not '1G' | For example: diskFree: 1GiB`,
  ],
  [
    'diskFree: -1\n',
    `1:11 'diskFree' must be a size such as "1GiB", "500MB" or a number of bytes, not -1 | For example: diskFree: 1GiB`,
  ],
  [
    'diskFree: 0.5\n',
    `1:11 'diskFree' must be a size such as "1GiB", "500MB" or a number of bytes, not 0.5 | For example: diskFree: 1GiB`,
  ],
  [
    'env: [A]\n',
    "1:6 'env' must be a mapping, not a list | For example: env: { pass: [text] }",
  ],
  [
    'env:\n  pass: HOME\n',
    "2:9 'env.pass' must be a list of texts, not 'HOME' | Write a list: [HOME]",
  ],
  [
    'env:\n  pass: [1]\n',
    `2:10 'env.pass[0]' must be a text, not 1 | Put it in quotes: "1"`,
  ],
  [
    'env:\n  pas: [A]\n',
    "2:3 unknown key 'pas' | Did you mean 'pass'?",
  ],
  [
    'ttl: 5m\n',
    "1:6 'ttl' must be a mapping, not '5m' | For example: ttl: { runtime: 90s }",
  ],
  [
    'ttl:\n  lockfile: x\n  locfile: 5m\n',
    `2:13 'ttl.lockfile' must be a duration such as "90s", "10m", "1h 30m" or a number of seconds, not 'x' | For example: lockfile: 90s`,
    "3:3 unknown key 'locfile' | Did you mean 'lockfile'?",
  ],
  [
    'stages: quality\n',
    "1:9 'stages' must be a list of texts, not 'quality' | Write a list: [quality]",
  ],
  [
    'pools:\n  db: 0\n',
    "2:7 'pools.db' must be a whole number from 1, not 0 | For example: db: 1",
  ],
  [
    'pools:\n  constructor: 1\n',
    "2:3 'constructor' cannot be used as a name | Choose another name.",
  ],
  [
    'strategies:\n  mine:\n    order: need\n',
    "3:12 'strategies.mine.order' must be 'needs', 'stages' or 'declared', not 'need' | Did you mean 'needs'?",
  ],
  [
    'strategies:\n  mine: fast\n',
    "2:9 'strategies.mine' must be a mapping, not 'fast' | For example: mine: { select: all }",
  ],
  [
    'profiles:\n  ci:\n    checks: {}\n',
    "3:5 unknown key 'checks' | Known keys here: jobs, rounds…",
  ],
  [
    'profiles:\n  ci:\n    jobs: x\n',
    "3:11 'profiles.ci.jobs' must be a whole number from 1, not 'x' | For example: jobs: 1",
  ],
  [
    'profiles: ci\n',
    "1:11 'profiles' must be a mapping, not 'ci' | For example: profiles: { name: value }",
  ],
  [
    'jobs: 1\njobs: x\n',
    "2:1 the key 'jobs' is there twice | Keep one of the two.",
    "2:7 'jobs' must be a whole number from 1, not 'x' | For example: jobs: 1",
  ],
  [
    '\ufeffjobs: x\n',
    "1:7 'jobs' must be a whole number from 1, not 'x' | For example: jobs: 1",
  ],
  [
    'jobs: 2\r\nfix: maybe\r\nchecks:\r\n  a:\r\n    timout: 1\r\n',
    "2:6 'fix' must be true, false, 'safe', 'tracked', 'lock' or 'system', not 'maybe' | For example: fix: true",
    "5:5 unknown key 'timout' | Did you mean 'timeout'?",
  ],
  [
    'constructor: 1\n__proto__: 2\ntoString: 3\n',
    "1:1 unknown key 'constructor' | Known keys here: $schema, version…",
    "2:1 unknown key '__proto__' | Known keys here: $schema, version…",
    "3:1 unknown key 'toString' | Known keys here: $schema, version…",
  ],
  [
    'jobs: .inf\n',
    "1:7 'jobs' must be a whole number from 1, not Infinity | For example: jobs: 1",
  ],
  [
    'jobs: .nan\n',
    "1:7 'jobs' must be a whole number from 1, not NaN | For example: jobs: 1",
  ],
  [
    'strategy: [a]\n',
    "1:11 'strategy' must be a text, not a list | For example: strategy: text",
  ],
  [
    '$schema: 1\n',
    `1:10 '$schema' must be a text, not 1 | Put it in quotes: "1"`,
  ],
  [
    'jobs: 2 # ok\nchecks:\n  \'né\': {command: [a], tools: b}\n',
    "3:31 'checks.né.tools' must be a list of texts, not 'b' | Write a list: [b]",
  ],
  [
    'jobs: ~\n',
    "1:1 'jobs' must be a whole number from 1, not empty | Give the key a value or remove it.",
  ],
]

test('a setting of the wrong shape is told with its place and a way out', async () => {
  for (const [yaml, ...told] of table) expect({ yaml, ...(await mistakesIn(yaml)) }).toEqual({ yaml, told, types: ['config.invalid'] })
})
