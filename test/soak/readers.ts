/** Whatever text comes in, every reader answers, soon, and says so when it cannot read it (T70). */
import { Buffer } from 'node:buffer'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import picomatch from 'picomatch'
import { parseBytes } from '../../src/config/bytes.ts'
import { argvOf } from '../../src/config/command.ts'
import { detect } from '../../src/config/detect.ts'
import { wordsOf } from '../../src/config/imports/hook-command.ts'
import { loadConfig } from '../../src/config/load.ts'
import { presets } from '../../src/config/presets.ts'
import { makeTargets } from '../../src/config/presets/makefile.ts'
import { memoryFiles } from '../../src/config/presets/memory-files.ts'
import { scriptParts } from '../../src/config/presets/script-words.ts'
import { npmSecretsIn } from '../../src/app/known-secrets.ts'
import { readReport } from '../../src/executors/coverage/by-content.ts'
import { readForeignMark, readMark } from '../../src/executors/coverage/mark-file.ts'
import { readDiff } from '../../src/host/line-changes.ts'
import { parseTable } from '../../src/executors/builtins/package-manifests.ts'
import { readNpmLock } from '../../src/executors/builtins/npm-lock.ts'
import { readPnpmLock } from '../../src/executors/builtins/pnpm-lock.ts'
import { inSpecifier } from '../../src/executors/builtins/python-specifier.ts'
import { satisfiesRange } from '../../src/model/semver-range.ts'
import { readYarnLock } from '../../src/executors/builtins/yarn-lock.ts'
import { networkTrouble } from '../../src/executors/network-trouble.ts'
import { parsers } from '../../src/executors/parsers/by-name.ts'
import { safeBlock, safeLines } from '../../src/faces/reporters/safe-text.ts'
import { readListing, readStatus } from '../../src/host/git-listing.ts'
import { matcherFor } from '../../src/host/globs.ts'
import { newRedactor } from '../../src/model/redaction.ts'
import { failureIn } from '../../src/model/failure.ts'
import { parseDuration } from '../../src/model/duration.ts'
import { isEndlessGlob } from '../../src/model/endless-glob.ts'
import type { ParserName } from '../../src/model/task.ts'
import { dice, type Dice } from '../simulation/dice.ts'
import { regexLiterals } from './regex-literals.ts'
import type { SoakRow } from './soak-row.ts'

export const rows: readonly SoakRow[] = [
  {
    id: 'T70',
    title: 'no text makes a reader crash, hang or take more than its length asks for',
    run: async (size, report) => {
      const parts = [await fuzzed(size, report), await grown(size, report), await expressions(size, report)]
      return { cases: parts.reduce((sum, part) => sum + part.cases, 0), broken: parts.flatMap((part) => part.broken).slice(0, 30) }
    },
  },
]

type Part = { readonly cases: number; readonly broken: readonly string[] }
type Reader = {
  readonly name: string
  readonly read: (text: string) => unknown
  /** Words that it looks for, so that chance gets past its first glance. */
  readonly words: readonly string[]
  /** Most characters that it is ever given; 1 MB where nobody says. */
  readonly most?: number
  /** Costs more than a hundred microseconds a text: fewer of them in every run of the tests. */
  readonly dear?: boolean
}

const yaml = [
  'checks:',
  'command',
  ': ',
  '- ',
  '\n',
  '  ',
  '&a',
  '*a',
  '<<: *a',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  '|',
  '>',
  '#',
  '---',
  '...',
  '!!str ',
  '? ',
  '%YAML',
  '\t',
  'jobs: 2',
  'null',
  '~',
  '1e9',
]
const json = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ':',
  ',',
  '"a"',
  '1',
  'null',
  'true',
  '//',
  '/*',
  '\\u',
  '\\ud800',
  '"scripts":',
  '"dependencies":',
  '"packages":',
  '"lockfileVersion":3',
  '"node_modules/a":',
  '"version":"1.0.0"',
  '__proto__',
  '1e999',
]
const shell = [
  'eslint',
  ' ',
  '&&',
  '||',
  ';',
  '|',
  '"',
  "'",
  '\\',
  '$',
  '`',
  '>',
  '<',
  '(',
  ')',
  '*',
  '{a,b}',
  '#',
  'A=1',
  'cross-env',
  '--',
  '{files}',
  '\n',
  'npm run ',
]
const git = [
  '# branch.oid ',
  '# branch.head ',
  '1 ',
  'u ',
  '? ',
  '! ',
  'M.',
  '.M',
  'N...',
  'S...',
  '100644',
  '000000',
  'a'.repeat(40),
  ' ',
  '\0',
  '\t',
  'H ',
  'S ',
  'h ',
  '(initial)',
  'path',
  '\xff',
]
const versions = [
  '1',
  '.',
  '0',
  '-',
  '+',
  'x',
  '*',
  '^',
  '~',
  '>=',
  '<',
  '||',
  ' - ',
  ' ',
  'v',
  'alpha',
  '==',
  '!=',
  '===',
  ',',
  'a1',
  'rc',
  '99999999999999999999',
]
const coverage = [
  'SF:a.ts\n',
  'DA:1,1\n',
  'BRDA:1,0,0,-\n',
  'end_of_record\n',
  'mode: set\n',
  'a/b.go:1.1,2.2 1 0\n',
  '<coverage line-rate="1">',
  '<class filename="a">',
  '<line number="1" hits="1"/>',
  '</class>',
  '</coverage>',
  '<report name="a">',
  '<sourcefile name="b">',
  '<line nr="1" ci="1"/>',
  '<!--',
  '<!DOCTYPE a ',
  '&#1;',
  '<',
  '>',
  '{"type":"llvm.coverage.json.export","data":[',
  '{"total":{"lines":{"pct":1}},"a":',
  '"statementMap":{',
]
const diff = ['diff --git a/a b/a\n', '--- a/a\n', '+++ b/a\n', '+++ "b/\\t\\001"\n', '@@ -1,2 +3,4 @@\n', '@@ -0,0 +1 @@\n', '+', '-', '\\ No newline\n', '\n']
const output = [
  'a.ts',
  ':',
  '1',
  ' ',
  '\n',
  '(',
  ')',
  'error',
  'warning',
  'TS1',
  '--> ',
  '\x1b[',
  '0m',
  '\x1b]',
  '\x07',
  '{"reason":"compiler-message","message":',
  '[{"filePath":"a","messages":[{}]}]',
  'FAIL  ',
  '● ',
  '{"Action":"fail"}',
  '    at f (a.ts:1:1)',
  '\r',
  'dial tcp ',
  '<?xml version="1.0"?>',
  '<testsuites>',
  '<testsuite name="a" ',
  '<testcase name="b">',
  '<failure>',
  '</failure></testcase></testsuite></testsuites>',
  '<checkstyle>',
  '<![CDATA[',
  ']]>',
  '<!--',
  '&lt;',
  '{"runs":[{"results":[',
  ' ==> ',
]

function readers(): readonly Reader[] {
  const odd = new Map<string, Buffer>()
  const inFile =
    (path: string, read: (files: ReturnType<typeof memoryFiles>) => Promise<unknown>) =>
    (text: string): Promise<unknown> =>
      read(memoryFiles({ [path]: text }))
  const detecting = (path: string): Reader['read'] => inFile(path, (files) => detect(files, presets))
  return [
    { name: 'pawl.yaml', words: yaml, dear: true, most: 4096, read: inFile('pawl.yaml', (files) => loadConfig(files, { importModule: async () => ({}) })) },
    { name: 'package.json', words: json, read: parseTable },
    { name: 'detection from package.json', words: [...json, ...shell], dear: true, most: 16_384, read: detecting('package.json') },
    {
      name: 'detection from pyproject.toml',
      words: ['[tool.ruff]', '[', ']', '=', '"', '\n', 'project', '.', '#', '{', '}', ...versions],
      dear: true,
      most: 16_384,
      read: detecting('pyproject.toml'),
    },
    { name: 'detection from lefthook.yml', words: [...yaml, ...shell], dear: true, most: 4096, read: detecting('lefthook.yml') },
    { name: 'detection from pre-commit', words: [...yaml, 'repos:', 'hooks:', 'id: '], dear: true, most: 4096, read: detecting('.pre-commit-config.yaml') },
    {
      name: 'Makefile',
      words: ['all:', '\n', '\t', ':', '=', '.PHONY', ' ', '$(X)', '\\', '#', 'lint', 'define', 'endef'],
      read: inFile('Makefile', makeTargets),
    },
    { name: 'package-lock.json', words: json, read: inFile('package-lock.json', (files) => readNpmLock(files, 'package-lock.json')) },
    { name: 'pnpm-lock.yaml', words: [...yaml, 'lockfileVersion: 9', 'importers:', 'specifier: '], dear: true, most: 4096, read: readPnpmLock },
    {
      name: 'yarn.lock',
      words: ['a@^1', ':', '\n', '  ', 'version', ' "', '"', 'dependencies', '__metadata', ',', '#', 'resolution', '\r\n'],
      read: readYarnLock,
    },
    { name: '.npmrc', words: ['//r/:_authToken', '=', '"', '\n', '\t', ' ', ';', '_auth', '_password', '${X}'], read: npmSecretsIn },
    { name: 'reports of coverage', words: [...coverage, ...json], read: (text) => readReport(text, { modules: new Map([['a', '']]) }) },
    {
      name: 'marks of coverage',
      words: [...json, '"total":', '"lines":', '"covered":', '"version":1'],
      read: (text) => [readMark(text), readForeignMark(text)],
    },
    { name: 'git diff', words: diff, read: readDiff },
    { name: 'git ls-files', words: git, read: (text) => readListing(Buffer.from(text, 'latin1'), odd) },
    { name: 'git status', words: git, read: (text) => readStatus(Buffer.from(text, 'latin1'), odd) },
    { name: 'scripts', words: shell, read: scriptParts, most: 64 * 1024 },
    { name: 'commands', words: shell, read: (text) => argvOf(text, 'linux', ['checks', 'a'], () => undefined), most: 64 * 1024 },
    { name: 'commands of hooks', words: shell, read: wordsOf, most: 64 * 1024 },
    // The library refuses what is longer.
    {
      name: 'globs',
      words: ['*', '**', '/', '?', '[', ']', '{', '}', ',', '!', '(', ')', '+', '@', '|', 'a', '.', '..', '\\', 'src'],
      read: (text) => isEndlessGlob(text) || tolerant(() => matcherFor([text], picomatch)('src/a/b.ts')),
      most: 4000,
      dear: true,
    },
    { name: 'durations', words: ['1', '.', 'm', 's', 'h', 'd', 'ms', 'min', ' ', '-', 'e9', '\n'], read: parseDuration },
    { name: 'sizes', words: ['1', '.', 'K', 'Ki', 'GiB', 'MB', 'b', ' ', '-', 'e9'], read: parseBytes },
    { name: 'versions for npm', words: versions, read: (text) => [satisfiesRange('1.2.3', text), satisfiesRange(text, '^1.0.0')], most: 64 * 1024 },
    { name: 'versions for Python', words: versions, read: (text) => [inSpecifier('3.11.1', text), inSpecifier(text, '>=3.9')], most: 64 * 1024 },
    { name: 'text for the terminal', words: output, read: (text) => [safeLines(text), safeBlock(text)] },
    {
      name: 'signs of trouble with the network',
      words: [...output, 'connect ECONNREFUSED ', 'getaddrinfo '],
      read: (text) => networkTrouble('npm', text),
      most: 64 * 1024,
    },
    { name: 'search for secrets', words: ['secret', '-value', 'secret-value-1'], read: (text) => redactor?.text(text) },
    ...Object.keys(parsers).map((name): Reader => ({
      name: `output as ${name}`,
      words: output,
      read: (text) => parsers[name as ParserName]({ stdout: text, stderr: '' }),
    })),
  ]
}

const redactor = newRedactor([{ name: 'A', value: 'secret-value-1' }])

/** That a glob cannot be read is an answer, too. */
function tolerant(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    if (failureIn(error)?.type === 'config.invalid') return undefined
    throw error
  }
}

/** What is odd about texts: marks of other encodings, halves of characters and of lines, what only looks like a line break. */
const oddities = [
  '\ufeff',
  '\ufffe',
  '\0',
  '\ud800',
  '\udc00',
  '\r\n',
  '\r',
  '\u2028',
  '\u0085',
  '\x1b',
  '\x7f',
  '\x9b',
  '\u202e',
  'e\u0301',
  '\u{1f5dd}',
  '__proto__',
  'constructor',
  'toString',
]

function textBy(chance: Dice, words: readonly string[]): string {
  const kind = chance.roll(10)
  if (kind === 0) return String.fromCharCode(...Array.from({ length: chance.roll(200) }, () => chance.roll(0x10000)))
  const parts = Array.from({ length: chance.roll(kind === 1 ? 200 : 40) }, () => (chance.roll(12) === 0 ? chance.pick(oddities) : chance.pick(words)))
  const text = parts.join('')
  if (kind === 2) return Buffer.from(text, 'utf16le').toString('latin1')
  if (kind === 3) return text.repeat(1 + chance.roll(5)).slice(0, 3000)
  return text
}

/** Small texts that are large when they are read, and such as lead in a circle. */
const bombs: readonly string[] = [
  [
    'a: &a [x, x, x, x, x, x, x, x, x]',
    ...Array.from({ length: 9 }, (_, at) => `${'bcdefghij'[at]}: &${'bcdefghij'[at]} [${Array.from({ length: 9 }, () => `*${'abcdefghi'[at]}`).join()}]`),
  ].join('\n'),
  'a: &a { b: *a }',
  'a: *nowhere',
  '&a [*a]',
  'a: &a { <<: *a }',
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  '['.repeat(3000),
  `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  `a = ${'['.repeat(20_000)}`,
  `${Array.from({ length: 300 }, (_, at) => ' '.repeat(at) + 'a:').join('\n')}\n`,
  '"\\ud800"',
  '\ufeff{"scripts":{"lint":"eslint ."}}',
  '{"a":1',
  '1'.repeat(100_000),
]

async function fuzzed(size: 'ci' | 'full', report: (line: string) => void): Promise<Part> {
  const broken: string[] = []
  let cases = 0
  for (const reader of readers()) {
    const chance = dice(reader.name.length * 7919 + reader.name.charCodeAt(0))
    const times = size === 'full' ? (reader.dear === true ? 50_000 : 200_000) : reader.dear === true ? 50 : 2000
    const startedAt = performance.now()
    for (let number = 0; number < times + bombs.length; number++) {
      const text = bombs[number] ?? textBy(chance, reader.words)
      cases += 1
      const begun = performance.now()
      try {
        const answer = reader.read(text)
        if (answer instanceof Promise) await answer
      } catch (error) {
        broken.push(`${reader.name} threw ${String(error).slice(0, 100)} on ${JSON.stringify(text.slice(0, 100))}`)
      }
      // A text of at most a few thousand characters; the rest is room for a busy machine.
      if (number >= bombs.length && performance.now() - begun > 2000)
        broken.push(`${reader.name} took ${Math.round(performance.now() - begun)} ms on ${JSON.stringify(text.slice(0, 100))}`)
    }
    report(`${reader.name}: ${times} texts in ${Math.round(performance.now() - startedAt)} ms`)
  }
  return { cases, broken }
}

/** The best of a few tries: the machine may be busy with something else. */
async function fastest(read: Reader['read'], text: string, tries: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let number = 0; number < tries; number++) {
    const begun = performance.now()
    const answer = read(text)
    if (answer instanceof Promise) await answer
    best = Math.min(best, performance.now() - begun)
    if (best < 2) break
  }
  return best
}

/** Much of one thing: what a reader looks for, over and over, and never the end of it. */
async function grown(size: 'ci' | 'full', report: (line: string) => void): Promise<Part> {
  const broken: string[] = []
  let cases = 0
  for (const reader of readers()) {
    const most = Math.min(reader.most ?? 1024 * 1024, size === 'full' ? 1024 * 1024 : reader.dear === true ? 1024 : 16 * 1024)
    const units = [...new Set([...reader.words, ...oddities, ' ', '\n', 'a', '{"a":', '[[', 'a: {', '- - ', 'a b '])]
    let worst = { msForMb: 0, unit: '' }
    for (const unit of units) {
      cases += 1
      const small = unit.repeat(Math.ceil(most / 4 / unit.length))
      const large = small.repeat(4)
      const begun = performance.now()
      const largeMs = await fastest(reader.read, large, 3)
      const msForMb = (largeMs * 1024 * 1024) / large.length
      if (msForMb > worst.msForMb) worst = { msForMb, unit }
      // Within this time nothing that grows without bounds can hide at this length.
      if (largeMs < Math.max(100, large.length / 2000)) continue
      const doublings = Math.sqrt(largeMs / Math.max(await fastest(reader.read, small, 3), 0.2))
      // A step, at which the engine of the expressions changes its ways, is no growth: twice as much again would show it.
      if (doublings > 3.2 && (await fastest(reader.read, large + large, 3)) > largeMs * 3.2)
        broken.push(
          `${reader.name} on much of ${JSON.stringify(unit)}: twice the length takes ${doublings.toFixed(1)} times as long (${Math.round(largeMs)} ms for ${large.length} characters)`,
        )
      if (performance.now() - begun > 60_000) broken.push(`${reader.name} on much of ${JSON.stringify(unit)} takes minutes`)
    }
    report(`${reader.name}: at worst ${worst.msForMb.toFixed(1)} ms for a megabyte, of ${JSON.stringify(worst.unit.slice(0, 20))}`)
  }
  return { cases, broken }
}

const sources = join(import.meta.dirname, '../../src')

/** Every regular expression of the source, on much of each thing that it speaks of: none may grow faster than with the square of the length. */
async function expressions(size: 'ci' | 'full', report: (line: string) => void): Promise<Part> {
  const literals = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .flatMap((path) => regexLiterals(readFileSync(join(sources, path), 'utf8')).map((literal) => ({ path: path.replaceAll('\\', '/'), ...literal })))
  const broken: string[] = []
  let cases = 0
  let slowest = { ms: 0, what: '' }
  for (const { path, source, flags, line } of literals) {
    const expression = new RegExp(source, flags.replaceAll('y', ''))
    const length = size === 'full' ? 8000 : 3000
    for (const { start, pump } of pumps(source)) {
      cases += 1
      const text = `${start}${pump.repeat(Math.ceil(length / pump.length))}\u0001`
      const begun = performance.now()
      if (expression.global) for (const match of text.matchAll(expression)) if (match[0] === undefined) break
      expression.lastIndex = 0
      expression.exec(text)
      const ms = performance.now() - begun
      if (ms > slowest.ms) slowest = { ms, what: `/${source}/ on ${JSON.stringify(pump)}` }
      if (ms <= 100) continue
      const search = (searched: string): void => {
        expression.lastIndex = 0
        expression.exec(searched)
      }
      const [halfMs, wholeMs] = [await fastest(search, `${text.slice(0, length / 2)}\u0001`, 5), await fastest(search, text, 5)]
      if (wholeMs > 100 && wholeMs / Math.max(halfMs, 0.1) > 5)
        broken.push(
          `${path}:${line}: /${source}/${flags} takes ${Math.round(wholeMs)} ms for ${length} characters of ${JSON.stringify(pump)}, ${Math.round(halfMs)} ms for half of them`,
        )
    }
  }
  report(`${literals.length} expressions, ${cases} texts, the slowest ${Math.round(slowest.ms)} ms: ${slowest.what}`)
  return { cases, broken: [...new Set(broken)] }
}

/** Words of the expression itself and what its classes stand for, alone and after a beginning that fits. */
function pumps(source: string): readonly { readonly start: string; readonly pump: string }[] {
  const words = source.split(/\\[bBdDsSwW]|\\[pP]\{[^}]*\}|\(\?[:=!<]*|[\\^$.*+?()[\]{}|]/).filter((word) => word !== '')
  const singles = new Set([' ', '\t', '\n', 'a', '0', '_', '-', '/', ...words, ...words.map((word) => `${word} `), ...words.map((word) => `${word}a`)])
  const first = words[0] ?? ''
  return [...singles].slice(0, 14).flatMap((pump) =>
    first === '' || first === pump
      ? [{ start: '', pump }]
      : [
          { start: '', pump },
          { start: first, pump },
        ],
  )
}
