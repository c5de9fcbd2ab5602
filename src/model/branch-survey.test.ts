import { expect, test } from 'bun:test'
import { leadsOut, surveyOf, type BranchChange } from './branch-survey.ts'

/** Put together here, so that no scanner takes this file for a leak. */
const put = (text: string): string => text.replace('|', '')
const texts = new Map<string, string>()
let count = 0
const side = (text: string, mode = '100644', bytes = text.length) => {
  const id = `id${count++}`
  texts.set(id, text)
  return { mode, id, bytes }
}
const added = (path: string, text = 'x', mode = '100644'): BranchChange => ({ path, after: side(text, mode), binary: false })
const changed = (path: string, before: string, after: string): BranchChange => ({ path, before: side(before), after: side(after), binary: false })
const gone = (path: string): BranchChange => ({ path, before: side('x'), binary: false })
const reasons = (...changes: readonly BranchChange[]): readonly string[] => [...new Set(surveyOf(changes, texts).map(({ reason }) => reason))]

const surfaces = [
  '.husky/pre-commit',
  '.githooks/pre-push',
  'lefthook.yml',
  '.pre-commit-config.yaml',
  '.lintstagedrc.json',
  '.gitattributes',
  '.gitmodules',
  'vendor/x/.git/config',
  '.envrc',
  '.env',
  '.tool-versions',
  '.vscode/tasks.json',
  '.idea/workspace.xml',
  '.devcontainer/devcontainer.json',
  'app.code-workspace',
  '.claude/settings.json',
  '.mcp.json',
  '.codex/config.toml',
  '.gemini/settings.json',
  '.cursor/mcp.json',
  'opencode.json',
  'CLAUDE.md',
  'AGENTS.md',
  '.github/copilot-instructions.md',
  '.npmrc',
  'packages/a/.npmrc',
  '.yarnrc.yml',
  '.pnpmfile.cjs',
  '.cargo/config.toml',
  'pip.conf',
  'Makefile',
  'justfile',
  'build.rs',
  'setup.py',
  'conftest.py',
  'Dockerfile',
  '.github/workflows/ci.yml',
  '.github/actions/x/action.yml',
  '.gitlab-ci.yml',
  '.circleci/config.yml',
  'CODEOWNERS',
]

test.each(surfaces)('%s is looked at by a person before it lands', (path) => {
  expect(reasons(changed(path, 'a', 'b'))).toContain('protected')
})

const tampering: readonly (readonly [string, BranchChange])[] = [
  ['pawl.yaml', changed('pawl.yaml', 'checks: {}', 'checks: { a: { skip: true } }')],
  ['a config of pawl in code', added('pawl.config.ts')],
  ['state of pawl', added('.pawl/cache/x')],
  ['an ignore file of a linter', changed('.eslintignore', '', 'src')],
  ['an ignore file of a formatter', added('.prettierignore')],
  ['.gitignore', changed('.gitignore', '', 'src/')],
  ['a config of ESLint', changed('eslint.config.mjs', 'a', 'b')],
  ['an old config of ESLint', changed('.eslintrc.json', '{}', '{"a":1}')],
  ['a config of oxlint', changed('.oxlintrc.json', '{}', '{"a":1}')],
  ['a config of Biome', changed('biome.json', '{}', '{"a":1}')],
  ['a config of TypeScript', changed('packages/a/tsconfig.build.json', '{}', '{"a":1}')],
  ['a config of Vitest', changed('vitest.config.ts', 'a', 'b')],
  ['a config of Jest', added('jest.config.js')],
  ['a config of coverage', changed('.coveragerc', 'a', 'b')],
  ['a config of pytest', changed('pytest.ini', 'a', 'b')],
  ['a section of pyproject.toml', changed('pyproject.toml', '[tool.ruff]\nselect = ["E"]\n', '[tool.ruff]\nselect = []\n')],
  ['lints of Cargo.toml', changed('Cargo.toml', '[lints.clippy]\nall = "deny"\n', '[lints.clippy]\n')],
  ['a test that is deleted', gone('src/a.test.ts')],
  ['a folder of tests that is deleted', gone('tests/deep/one.py')],
  ['a config of golangci-lint', changed('.golangci.yml', 'a', 'b')],
]

test.each(tampering)('%s holds the branch', (_, change) => {
  expect(reasons(change)).toContain('weakened-gate')
})

test('ordinary work is not held', () => {
  expect(
    reasons(
      changed('src/a.ts', 'a', 'b'),
      added('src/a.test.ts', 'test'),
      changed('docs/guide.md', 'a', 'b'),
      gone('src/old.ts'),
      changed('package.json', '{"name":"a","dependencies":{"b":"1.0.0"}}', '{"name":"a","dependencies":{"b":"1.0.1"}}'),
      changed('pyproject.toml', '[project]\nname = "a"\n[tool.ruff]\nx = 1\n', '[project]\nname = "b"\n[tool.ruff]\nx = 1\n'),
    ),
  ).toEqual([])
})

test('scripts of a package are looked at, and so is a manifest that cannot be read', () => {
  const [reason] = surveyOf([changed('package.json', '{"scripts":{"test":"a"}}', '{"scripts":{"test":"true"}}')], texts)
  expect(reason).toEqual({ reason: 'protected', why: 'it changes scripts in package.json', files: ['package.json'] })
  expect(reasons(changed('package.json', '{}', '{'))).toEqual(['protected'])
})

test('a test that only moved is not deleted', () => {
  const before = side('test')
  const move: readonly BranchChange[] = [
    { path: 'src/a.test.ts', before, binary: false },
    { path: 'src/b.test.ts', after: before, binary: false },
  ]
  expect(reasons(...move)).toEqual([])
})

test('links that lead out, repositories inside and new programs are looked at', () => {
  expect(reasons(added('a', '../x', '120000'))).toEqual(['protected'])
  expect(reasons(added('d/a', '../x', '120000'))).toEqual([])
  expect(reasons({ path: 'sub', after: { mode: '160000', id: 'c', bytes: 0 }, binary: false })).toEqual(['protected'])
  expect(reasons(added('run', 'x', '100755'))).toEqual(['protected'])
  expect([leadsOut('a/b', '../.git/hooks'), leadsOut('a', 'C:\\x'), leadsOut('a/b', '../../c'), leadsOut('a/b', '../c/..')]).toEqual([true, true, true, false])
})

test.each<[string, readonly BranchChange[]]>([
  ['361 deletions', Array.from({ length: 361 }, (_, at) => gone(`docs/${at}.md`))],
  ['many files', Array.from({ length: 300 }, (_, at) => added(`src/${at}.ts`))],
  ['a large file', [{ path: 'a.csv', after: side('x', '100644', 2_000_000), binary: false }]],
  ['many binaries', Array.from({ length: 6 }, (_, at): BranchChange => ({ path: `src/${at}.png`, after: side('x'), binary: true }))],
  ['all over the repository', Array.from({ length: 9 }, (_, at) => changed(`d${at}/a.ts`, 'a', 'b'))],
])('%s are too large to land unseen', (_, changes) => {
  expect(reasons(...changes)).toContain('too-large')
})

test('a key is held with its line and never shown; one that was there before is no news', () => {
  const key = `${put('gh|p_')}aB3dE5fG7hI9kL1mN3oP5qR7sT9uV1wX3yZ5`
  const [reason] = surveyOf([changed('src/a.ts', 'one\n', `one\nconst t = '${key}'\n`)], texts)
  expect(reason).toEqual({ reason: 'secret', why: 'src/a.ts:2 seems to hold a token of GitHub', files: ['src/a.ts'] })
  expect(reasons(changed('src/a.ts', `const t = '${key}'\n`, `const t = '${key}'\nmore\n`))).toEqual([])
})
