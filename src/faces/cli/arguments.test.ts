import { expect, test } from 'bun:test'
import { readArguments } from './arguments.ts'
import { commands } from './commands.ts'

/** What was read, short: the command, its flags, its words, what stands after "--"; or what is wrong and what to try. */
function read(line: string): string {
  const words = line === '' ? [] : line.split(' ').map((word) => word.replaceAll('␠', ' ').replaceAll('∅', ''))
  const result = readArguments(words, commands)
  if (!result.ok) return result.failures.map(({ type, what, hint }) => `${type}: ${what}${hint === undefined ? '' : ` | ${hint}`}`).join('\n')
  const { command, flags, words: rest, rest: files } = result.value
  const shown = [...flags].map(([name, value]) => (value === true ? name : `${name}=${Array.isArray(value) ? `[${value.join(' ')}]` : String(value)}`))
  return [command.name, ...shown.sort(), ...rest.map((word) => `'${word}'`), ...(files.length === 0 ? [] : ['--', ...files])].join(' ')
}

const understood: readonly (readonly [line: string, meaning: string])[] = [
  ['', 'run'],
  ['run', 'run'],
  ['--fast --skip-tests', 'run fast skip-tests'],
  ['--skip-tests --fast', 'run fast skip-tests'],
  ['--fast run --skip-tests', 'run fast skip-tests'],
  ['-nv', 'run dry-run verbose'],
  ['-vn', 'run dry-run verbose'],
  ['-j4', 'run jobs=4'],
  ['-j 4', 'run jobs=4'],
  ['-j=4', 'run jobs=4'],
  ['-nj4 -q', 'run dry-run jobs=4 quiet'],
  ['-nj 4 status-file', 'args.unknown-command: \'status-file\' is not a command of pawl | pawl --help lists them. Files are named after "--" or with --files.'],
  ['-C dir status', 'status cwd=dir'],
  ['-Cdir status', 'status cwd=dir'],
  ['--cwd=dir status', 'status cwd=dir'],
  ['status -C dir', 'status cwd=dir'],
  ['-C - status', 'status cwd=-'],
  ['--only eslint,tsc --only knip', 'run only=[eslint tsc knip]'],
  ['--only=eslint, --only=,tsc', 'run only=[eslint tsc]'],
  ['--only eslint,␠tsc', 'run only=[eslint tsc]'],
  ['--only status', 'run only=[status]'],
  ['--only=--fast', 'run only=[--fast]'],
  ['--only run run', 'run only=[run]'],
  ['--since=a=b', 'run since=a=b'],
  ['-- a.ts --fast', 'run -- a.ts --fast'],
  ['--fast -- status', 'run fast -- status'],
  ['--', 'run'],
  ['--fix', 'run fix'],
  ['--fix=lock', 'run fix=lock'],
  ['--no-fix', 'run no-fix'],
  ['--jobs 2 --jobs 4', 'run jobs=4'],
  ['--fast --fast', 'run fast'],
  ['--fix=safe --fix=lock', 'run fix=lock'],
  ['--timeout 1h', 'run timeout=3600000'],
  ['--timeout 90', 'run timeout=90000'],
  ['--timeout 1m␠30s', 'run timeout=90000'],
  ['cache prune --older-than 0', "cache older-than=0 'prune'"],
  ['why why', "why 'why'"],
  ['logs 41 tsc', "logs '41' 'tsc'"],
  ['why --help', 'why help'],
  ['cache -h', 'cache help'],
  ['help why', "help 'why'"],
  ['--json -o a.sarif', 'run json output=a.sarif'],
  ['--format junit -o a.txt', 'run format=junit output=a.txt'],
  ['plan --json --format json', 'plan format=json json'],
]

const refused: readonly (readonly [line: string, trouble: string])[] = [
  ['--fats', "args.unknown-flag: pawl run has no flag --fats | Did you mean '--fast'?"],
  ['-fast', "args.unknown-flag: pawl run has no flag -fast | Did you mean '--fast'?"],
  ['-only x', "args.unknown-flag: pawl run has no flag -only | Did you mean '--only'?"],
  ['-fats', "args.unknown-flag: pawl run has no flag -a | Did you mean '--fast'?"],
  ['-nz', 'args.unknown-flag: pawl run has no flag -z | pawl --help lists its flags.'],
  ['--workflow', 'args.unknown-flag: pawl run has no flag --workflow | It is a flag of pawl init.'],
  ['-=', 'args.unknown-flag: pawl run has no flag - | pawl --help lists its flags.'],
  ['--=x', 'args.unknown-flag: pawl run has no flag -- | pawl --help lists its flags.'],
  [
    'status --fast',
    'args.unknown-flag: pawl status has no flag --fast | It is a flag of pawl run, pawl fix, pawl agents, pawl roadmap, pawl watch, pawl plan, pawl why, pawl config, pawl hook.',
  ],
  ['status --limmit 3', "args.unknown-flag: pawl status has no flag --limmit | Did you mean '--limit' of pawl history, pawl coverage?"],
  ['--limitt 5 history', "args.unknown-flag: pawl history has no flag --limitt | Did you mean '--limit'?"],
  [
    '--quit --fasst',
    "args.unknown-flag: pawl run has no flag --quit | Did you mean '--quiet'?\nargs.unknown-flag: pawl run has no flag --fasst | Did you mean '--fast'?",
  ],
  ['stauts', "args.unknown-command: 'stauts' is not a command of pawl | Did you mean 'status'?"],
  ['--fix lock', "args.unknown-command: 'lock' is not a command of pawl | Write --fix=lock in one word."],
  ['run a.ts', 'args.unknown-command: \'a.ts\' is neither a flag nor a command | Files are named after "--" or with --files.'],
  ['--only', 'args.bad-value: --only needs a value (NAME,…)'],
  ['--only --', 'args.bad-value: --only needs a value (NAME,…)'],
  ['--only --fast', "args.bad-value: --only needs a value (NAME,…) | '--fast' looks like a flag. If it is the value, write --only=--fast"],
  ['--only=', 'args.bad-value: --only needs a value (NAME,…)'],
  ['--only ∅', 'args.bad-value: --only needs a value (NAME,…)'],
  ['--only ,', 'args.bad-value: --only needs a value (NAME,…)'],
  ['--since=', 'args.bad-value: --since needs a value (REF)'],
  ['-C ∅', 'args.bad-value: --cwd needs a value (DIR)'],
  ['-j', 'args.bad-value: --jobs needs a value (N)'],
  ['-j -n', "args.bad-value: --jobs needs a value (N) | '-n' looks like a flag. If it is the value, write --jobs=-n"],
  ['-jn', "args.bad-value: --jobs needs a whole number from 1, not 'n'"],
  ['--jobs -1', "args.bad-value: --jobs needs a whole number from 1, not '-1'"],
  ['--jobs 0', "args.bad-value: --jobs needs a whole number from 1, not '0'"],
  ['--jobs 1.5', "args.bad-value: --jobs needs a whole number from 1, not '1.5'"],
  ['--jobs 99999999999999999999', "args.bad-value: --jobs needs a whole number from 1, not '99999999999999999999'"],
  ['--timeout soon', "args.bad-value: --timeout needs a duration like 90s, 10m or 1h, not 'soon'"],
  ['--timeout 0', 'args.bad-value: --timeout needs a duration longer than 0'],
  ['--fix=lok', "args.bad-value: --fix cannot be 'lok'; it is one of safe, tracked, lock, system | Did you mean 'lock'?"],
  ['--fix=', 'args.bad-value: --fix needs a value (LEVEL)'],
  ['--no-fix=lock', 'args.bad-value: --no-fix takes no value'],
  ['--fast=1', 'args.bad-value: --fast takes no value'],
  ['-f=1', 'args.bad-value: --force takes no value'],
  ['--fix --no-fix', 'args.conflict: --fix and --no-fix contradict each other | Leave one of them out.'],
  ['-qv', 'args.conflict: --quiet and --verbose contradict each other | Leave one of them out.'],
  ['status -q -v', 'args.conflict: --quiet and --verbose contradict each other | Leave one of them out.'],
  ['--json -i', 'args.conflict: --json leaves nobody to answer the questions of --interactive | Leave one of them out.'],
  [
    '--json --format sarif',
    'args.conflict: --json and --format both want standard output | Write the findings to a file with --output FILE, or leave one of them out.',
  ],
  ['plan --json --format dot', 'args.conflict: --json and --format dot contradict each other | Leave one of them out.'],
  [
    '-o report.txt',
    "args.bad-value: --output cannot tell a format from the name 'report.txt' | Use --format json, sarif or junit, or a name that ends in .json, .sarif or .xml.",
  ],
  [
    '--format github -o a.xml',
    'args.bad-value: --output cannot write the format github | Use --format json, sarif or junit, or a name that ends in .json, .sarif or .xml.',
  ],
  ['-n -o a.xml', '--dry-run writes nothing'],
  ['why', 'args.bad-value: pawl why needs the name of a check | Usage: pawl why CHECK'],
  ['why a b', "args.bad-value: pawl why does not know what to do with 'b' | Usage: pawl why CHECK"],
  ['cache', 'args.bad-value: pawl cache needs one of stats, clear, prune, verify | Usage: pawl cache stats|clear [CHECK]|prune|verify'],
  ['cache stat', "args.bad-value: pawl cache cannot do 'stat' | Did you mean 'stats'?"],
  ['status now', "args.bad-value: pawl status does not know what to do with 'now' | Usage: pawl status"],
]

test('flags stand anywhere, short ones in one word, values after a space or an equals sign', () => {
  for (const [line, meaning] of understood) expect(`${line} → ${read(line)}`).toBe(`${line} → ${meaning}`)
})

test('nothing unknown, missing, malformed or contradictory is accepted; each time it says what to try', () => {
  for (const [line, trouble] of refused) expect(`${line} → ${read(line)}`).toContain(trouble)
})

test('no line of random pieces makes it throw, and every piece is either used or refused', () => {
  const pieces = [
    '-',
    '--',
    '-j',
    '4',
    '--only',
    '=',
    '--fix',
    'lock',
    '-nv',
    'why',
    '--x',
    '',
    '-é',
    '👍',
    '-👍',
    '--only=a',
    '-C',
    'status',
    '--jobs=2',
    '-=',
  ]
  let seed = 7
  const next = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below
  for (let i = 0; i < 2000; i++) {
    const line = Array.from({ length: next(6) }, () => pieces[next(pieces.length)] ?? '')
    const result = readArguments(line, commands)
    if (!result.ok) expect(result.failures.every((failure) => failure.type.startsWith('args.') && failure.what !== '')).toBe(true)
  }
})
