/** Which files a prompt will probably change, and which prompts clash over them. */
import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { repositoryFiles } from '../../host/repository-files.ts'
import { ScratchRepository } from '../../host/scratch-repository.ts'
import type { Prompt, Touch } from '../../model/prompt.ts'
import { clashesOf } from './clashes.ts'
import { knownPaths } from './known-paths.ts'
import { readSources } from './read-sources.ts'
import { importsOf } from './source-links.ts'
import { touchesOf, type RepositoryFacts } from './touches.ts'

const prompt = (text: string, more: Partial<Prompt> = {}): Prompt => ({
  id: 'a',
  title: 't',
  text,
  dependsOn: [],
  priority: 0,
  place: { file: 'a.md' },
  ...more,
})
const facts = (paths: readonly string[], more: Partial<RepositoryFacts> = {}): RepositoryFacts => ({ paths, sources: new Map(), commits: [], ...more })

const told = (touches: readonly Touch[] | undefined): unknown => (touches ?? []).map(({ path, probability, why }) => `${probability} ${path}: ${why}`)
const touched = (text: string, about: RepositoryFacts, more: Partial<Prompt> = {}): unknown => told(touchesOf([prompt(text, more)], about).get('a'))

const paths = [
  'README.md',
  'package.json',
  'src/app.tsx',
  'src/api/users.ts',
  'src/api/roles.ts',
  'src/my-button.jsx',
  'docs/guide.md',
  '.claude/tools/run.py',
  'src/a/same.ts',
  'src/b/same.ts',
  'Makefile',
  'app/[slug]/page.tsx',
]

test('files, folders, globs and lines that the text names', () => {
  const table: readonly (readonly [text: string, ...touches: string[]])[] = [
    ['Change `src/app.tsx`.', '0.5 src/app.tsx: named in the text (line 1)'],
    ['Change src/app.tsx:12:3, and (src/my-button.jsx).', '0.5 src/app.tsx: named in the text (line 1)', '0.5 src/my-button.jsx: named in the text (line 1)'],
    ['Fix [the app](./src/app.tsx#L10) and **docs/guide.md**', '0.5 docs/guide.md: named in the text (line 1)', '0.5 src/app.tsx: named in the text (line 1)'],
    ['x\n`.claude/tools/run.py`', '0.5 .claude/tools/run.py: named in the text (line 2)'],
    ['app.tsx has a bug', '0.5 src/app.tsx: named in the text (line 1)'],
    ['same.ts', '0.3536 src/a/same.ts: named in the text (same.ts, line 1)', '0.3536 src/b/same.ts: named in the text (same.ts, line 1)'],
    [
      'All of src/api/ and no node.js, e.g. v1.2',
      '0.3536 src/api/roles.ts: named in the text (src/api/, line 1)',
      '0.3536 src/api/users.ts: named in the text (src/api/, line 1)',
    ],
    ['`src/*.jsx`, `Makefile`', '0.5 Makefile: named in the text (line 1)', '0.5 src/my-button.jsx: named in the text (line 1)'],
    ['the route `app/[slug]/page.tsx`', '0.5 app/[slug]/page.tsx: named in the text (line 1)'],
    [
      'Make src/new/thing.ts and `other.ts`; not foo.xyz, not https://x.org/a.ts',
      '0.5 other.ts: named in the text (line 1)',
      '0.5 src/new/thing.ts: named in the text (line 1)',
    ],
    ['Do not touch `README.md`', '0.05 README.md: to be left alone (line 1)'],
    [
      'Change `README.md`. You must not change `src/app.tsx`, but `docs/guide.md` may change. Leave `Makefile` alone.\nREADME.md stays unchanged',
      '0.5 docs/guide.md: named in the text (line 1)',
      '0.05 Makefile: to be left alone (line 1)',
      '0.05 README.md: to be left alone (line 2)',
      '0.05 src/app.tsx: to be left alone (line 1)',
    ],
    ['See `docs/guide.md` for how', '0.15 docs/guide.md: to be read (line 1)'],
    [
      '## 2. Target Files\n- src/app.tsx (142 errors)\n- src/api\n## Other\nREADME.md',
      '0.9 src/app.tsx: a target (line 2)',
      '0.6364 src/api/roles.ts: a target (src/api, line 3)',
      '0.6364 src/api/users.ts: a target (src/api, line 3)',
      '0.5 README.md: named in the text (line 5)',
    ],
    [
      'Do not touch anything in src/api/ except src/api/users.ts',
      '0.5 src/api/users.ts: named in the text (line 1)',
      '0.0354 src/api/roles.ts: to be left alone (src/api/, line 1)',
    ],
    ['## Files\n- README.md\n## Rules\nDo not change README.md', '0.9 README.md: a target (line 2)'],
    ['## Out of scope\n- src/app.tsx', '0.05 src/app.tsx: to be left alone (line 2)'],
    ['```sh\ncat src/app.tsx\n```', '0.15 src/app.tsx: in a block of code (line 2)'],
    ['/etc/passwd ../x.ts `..` `/` `*` src'],
  ]
  for (const [text, ...touches] of table) expect({ text, told: touched(text, facts(paths)) }).toEqual({ text, told: touches })
})

test('what was declared is believed', () => {
  expect(touched('`src/app.tsx` and `Guide`', facts(paths), { files: ['src/api/**', 'src/new.ts', 'docs', '!src/api/roles.ts'] })).toEqual([
    '1 src/new.ts: declared',
    '0.9 docs/guide.md: declared by docs',
    '0.9 src/api/users.ts: declared by src/api/**',
    '0.5 src/app.tsx: named in the text (line 1)',
  ])
  expect(touched('Do not touch `README.md`', facts(paths), { files: ['README.md'] })).toEqual(['1 README.md: declared'])
})

test('symbols, neighbours and history lead to further files', () => {
  const sources = new Map([
    ['src/a.ts', "import { b } from './b.js'\nexport function loadUser() {}\n"],
    ['src/b.ts', 'export const b = 1\n  const inner = 2\n'],
    ['src/c.ts', "export * from './a.ts'\nclass Common {}"],
    ['d.py', 'class Common: pass'],
    ['e.go', 'type Common struct {}'],
  ])
  const commits = [
    ...Array.from({ length: 4 }, () => ['src/a.ts', 'i18n/en.json']),
    ['src/a.ts'],
    ['src/a.ts', 'x.ts'],
    ['src/a.ts', 'x.ts'],
    Array.from({ length: 99 }, (_, i) => `f${i}`).concat('src/a.ts'),
  ]
  const about = facts([...sources.keys(), 'x.ts', 'i18n/en.json'], { sources, commits })
  expect(touched('Call `loadUser()` and `Common`.', about)).toEqual([
    '0.4 src/a.ts: defines loadUser (line 1)',
    '0.3429 i18n/en.json: changed together with src/a.ts in 4 of 7 commits',
    '0.15 src/b.ts: imported by src/a.ts',
    '0.15 src/c.ts: imports src/a.ts',
  ])
  expect(
    touchesOf([prompt('`loadUser`')], about)
      .get('a')
      ?.find(({ path }) => path.startsWith('i18n'))?.hot,
  ).toBe('translations')
})

test('reasons for the same file add up, and a file that is to be left alone stays improbable', () => {
  const sources = new Map([['src/a.ts', 'export class User {}']])
  expect(touched('`User` in `src/a.ts`', facts(['src/a.ts'], { sources }))).toEqual(['0.7 src/a.ts: named in the text (line 1)'])
  expect(touched('Use `User`, but do not change `src/a.ts`', facts(['src/a.ts'], { sources }))).toEqual(['0.05 src/a.ts: to be left alone (line 1)'])
})

test('imports of TypeScript, Python, Go and Rust', () => {
  const sources = new Map([
    ['web/a.ts', "import x from './b'\nconst c = require('../lib')\nimport('./d.tsx')"],
    ['py/m.py', 'from .util import f\nfrom . import other\nimport pkg.deep\nfrom pkg import sub'],
    ['go/main.go', 'import (\n\t"fmt"\n\t"example.com/x/internal/db"\n)'],
    ['rs/src/main.rs', 'mod config;\npub mod api;\nuse crate::api::users::User;'],
  ])
  const targets = [
    'web/b.tsx',
    'lib/index.ts',
    'web/d.tsx',
    'py/util.py',
    'py/other.py',
    'pkg/deep.py',
    'pkg/sub/__init__.py',
    'internal/db/db.go',
    'internal/db/db_test.go',
    'rs/src/config.rs',
    'rs/src/api/mod.rs',
    'rs/src/api/users.rs',
  ]
  const imports = importsOf(sources, knownPaths([...sources.keys(), ...targets]))
  expect([...imports].map(([path, others]) => [path, ...others])).toEqual([
    ['web/a.ts', 'lib/index.ts', 'web/b.tsx', 'web/d.tsx'].toSpliced(1, 2, 'web/b.tsx', 'lib/index.ts'),
    ['py/m.py', 'py/util.py', 'py/other.py', 'pkg/deep.py', 'pkg/sub/__init__.py'],
    ['go/main.go', 'internal/db/db.go'],
    ['rs/src/main.rs', 'rs/src/config.rs', 'rs/src/api/mod.rs', 'rs/src/api/users.rs'],
  ])
})

test('two prompts clash by the files that both will change', () => {
  const touch = (path: string, probability: number, why = 'declared'): Touch => ({ path, probability, why })
  const touches = new Map([
    ['a', [touch('x.ts', 0.5, 'named'), touch('y.ts', 0.5)]],
    ['b', [touch('X.ts', 0.5), touch('y.ts', 1)]],
    ['c', [touch('z.ts', 1)]],
    ['d', [touch('z.ts', 0.005)]],
  ])
  expect(clashesOf(touches)).toEqual([{ between: ['a', 'b'], probability: 0.625, paths: [touch('y.ts', 0.5), touch('x.ts', 0.25, 'a: named; b: declared')] }])
})

test('a probability is one, whatever the text', () => {
  const pieces = fc.constantFrom(
    'src/app.tsx',
    '`',
    'src/',
    '*',
    '**',
    '{',
    '[',
    '(',
    'do not touch ',
    '## Files\n',
    '\n',
    '```\n',
    ' ',
    'leave ',
    'alone',
    ':1',
    '](',
    '.ts',
    '../',
    '\\',
    '!',
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(text, fc.array(fc.oneof(text, fc.constantFrom('src/**', '!src/**', '[', '(a*|b)*', '')), { maxLength: 3 }), (said, files) => {
      const touches = touchesOf([prompt(said, { files }), prompt(said, { id: 'b' })], facts(paths))
      const numbers = [...[...touches.values()].flat(), ...clashesOf(touches)].map(({ probability }) => probability)
      return numbers.every((probability) => probability >= 0 && probability <= 1)
    }),
    { numRuns: 500 },
  )
}, 60_000)

test('large texts and large repositories stay quick', () => {
  const many = Array.from({ length: 50_000 }, (_, i) => `src/part${i % 100}/file${i}.ts`)
  const commits = Array.from({ length: 5000 }, (_, i) => Array.from({ length: 20 }, (_, j) => many[(i * 7 + j) % many.length] ?? ''))
  const sources = new Map(many.slice(0, 3000).map((path, i) => [path, `import './file${i + 100}'\n`.repeat(20) + 'x'.repeat(2000)]))
  const texts = [
    'src/part1/file1.ts '.repeat(60_000),
    '`'.repeat(1_000_000),
    '*'.repeat(1_000_000),
    '[a]('.repeat(250_000),
    'do not '.repeat(150_000),
    'leave it '.repeat(100_000),
    '# Files\n'.repeat(120_000),
    '`src/**`\n'.repeat(100_000),
    'a/'.repeat(500_000),
  ]
  const begun = performance.now()
  touchesOf(
    texts.map((text, i) => prompt(text, { id: `p${i}` })),
    facts(many, { commits, sources }),
  )
  expect(performance.now() - begun).toBeLessThan(60_000)
}, 120_000)

test('sources are read in bounds', async () => {
  using repo = new ScratchRepository()
  repo.write({ 'a.ts': 'a', 'b.md': 'b', 'node_modules/c.ts': 'c', 'big.ts': 'x'.repeat(200_001) })
  const files = repositoryFiles(repo.root, await repo.trees())
  expect([...(await readSources(files, ['a.ts', 'b.md', 'node_modules/c.ts', 'big.ts', 'gone.ts']))]).toEqual([['a.ts', 'a']])
})
