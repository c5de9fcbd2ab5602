/** What the packages of a workspace become: one task for each package and script, in the order of their dependencies. */
import { expect, test } from 'bun:test'
import { detect } from '../detect.ts'
import type { CheckConfig } from '../check-shape.ts'
import { memoryFiles } from './memory-files.ts'
import { nodePackages } from './node-packages.ts'
import { nodeScripts } from './node-scripts.ts'
import { nodeToolFiles } from './node-tools.ts'

type Manifest = Readonly<Record<string, unknown>>

/** The packages by folder below packages/, with the root's scripts. */
async function detected(packages: Readonly<Record<string, Manifest>>, root: Manifest = {}, more: Readonly<Record<string, string>> = {}) {
  const manifests = Object.entries(packages).map(([folder, manifest]) => [`packages/${folder}/package.json`, JSON.stringify(manifest)])
  const files = {
    'package.json': JSON.stringify({ workspaces: ['packages/*'], ...root }),
    'package-lock.json': '{}',
    '.gitignore': 'dist\n',
    ...Object.fromEntries(manifests),
    ...more,
  }
  const { checks, remarks } = await detect(memoryFiles(files), [nodePackages, nodeScripts, nodeToolFiles])
  const tasks: Record<string, CheckConfig> = Object.fromEntries(Object.entries(checks).filter(([, check]) => check.stage === 'quality'))
  return { tasks, told: remarks.map((remark) => remark.text) }
}

const library = (name: string, dependencies: Readonly<Record<string, string>> = {}): Manifest => ({
  name,
  version: '1.2.0',
  main: 'dist/index.js',
  scripts: { build: `cc ${name}`, test: 'node --test', lint: 'eslint .', dev: 'vite' },
  dependencies,
})
const needsOf = (check: CheckConfig | undefined): readonly string[] => (check?.needs ?? []).filter((name) => !name.startsWith('npm:'))

test('each package and script is a task, named after both', async () => {
  const { tasks } = await detected({ ui: library('@acme/ui') })
  expect(Object.keys(tasks)).toEqual(['@acme/ui:lint', '@acme/ui:build', '@acme/ui:test'])
  expect(tasks['@acme/ui:build']).toMatchObject({
    script: 'build',
    package: '@acme/ui',
    cwd: 'packages/ui',
    outputs: ['packages/ui/dist/**'],
    inputs: ['.gitignore', 'package-lock.json', 'package.json', 'packages/ui/**', '!packages/ui/dist/**'],
  })
  expect(tasks['@acme/ui:test']).toMatchObject({ after: ['@acme/ui:build'] })
})

test('a package waits for what the packages it depends on build, near and through those that build nothing', async () => {
  const { tasks } = await detected({
    base: library('base'),
    plain: { name: 'plain', dependencies: { base: 'workspace:*' } },
    web: library('web', { plain: '*' }),
  })
  expect(needsOf(tasks['web:build'])).toEqual(['base:build'])
  expect(needsOf(tasks['web:lint'])).toEqual(['base:build'])
  expect(tasks['web:test']?.inputs).toContain('packages/plain/**')
  expect(tasks['web:test']?.inputs).not.toContain('packages/base/**')
})

test('a range that the package of the workspace does not fit leads to a registry, not to it', async () => {
  const wishes: readonly [string, boolean][] = [
    ['^1.0.0', true],
    ['^2.0.0', false],
    ['workspace:^2', true],
    ['file:../base', true],
    ['npm:other@1', false],
    ['catalog:', true],
    ['latest', true],
  ]
  for (const [wish, isMeant] of wishes) {
    const { tasks } = await detected({ base: library('base'), web: library('web', { base: wish }) })
    expect([wish, needsOf(tasks['web:build'])]).toEqual([wish, isMeant ? ['base:build'] : []])
  }
})

test('files of a dependency whose outputs are not known count, and its build is waited for as well', async () => {
  const { tasks } = await detected({ base: { name: 'base', scripts: { build: 'make' } }, web: library('web', { base: '*' }) }, {}, { '.gitignore': '' })
  expect(tasks['base:build']?.inputs).toBe('unknown')
  expect(needsOf(tasks['web:test'])).toEqual(['base:build'])
  expect(tasks['web:test']?.inputs).toContain('packages/base/**')
})

test('packages in a circle wait for none of each other, and all of them for what any of them needs', async () => {
  const { tasks, told } = await detected({
    a: library('a', { b: '*' }),
    b: library('b', { a: '*', base: '*' }),
    base: library('base'),
    web: library('web', { a: '*' }),
  })
  expect(needsOf(tasks['a:build'])).toEqual(['base:build'])
  expect(needsOf(tasks['b:build'])).toEqual(['base:build'])
  expect(tasks['a:build']?.inputs).toContain('packages/b/**')
  expect(needsOf(tasks['web:build'])).toEqual(['a:build', 'b:build'])
  expect(told).toEqual(['the packages a, b depend on each other in a circle: none of them waits for another, and the files of each count for all'])
})

test('scripts of the root that only start those of the packages are not planned; one that does work of its own is', async () => {
  const scripts: readonly [string, boolean][] = [
    ['turbo run test', false],
    ['npx turbo test --filter=ui', false],
    ['npm test --workspaces --if-present', false],
    ['npm run build -ws && npm run test -ws', false],
    ['pnpm -r test', false],
    ['pnpm --filter ui run test', false],
    ['yarn workspaces foreach -A run test', false],
    ['bun run --filter "*" test', false],
    ['nx run-many -t test build', false],
    ['lerna run test --stream', false],
    ['npm test -ws && node check.js', true],
    ['turbo run e2e', true],
    ['turbo run test -- --bail', true],
    ['node own.js', true],
  ]
  for (const [text, isPlanned] of scripts) {
    const { tasks, told } = await detected({ ui: library('ui') }, { scripts: { test: text } })
    expect([text, Object.hasOwn(tasks, 'test')]).toEqual([text, isPlanned])
    expect([text, told.some((remark) => remark.includes('only starts scripts of the packages'))]).toEqual([text, !isPlanned])
  }
})

test('scripts that write, serve, only call others, or do nothing are no tasks of packages', async () => {
  const scripts = {
    test: 'echo "Error: no test specified" && exit 1',
    lint: 'npm run lint:js && npm run lint:css',
    'lint:js': 'eslint .',
    'lint:css': 'stylelint .',
    format: 'prettier --write .',
    'format:check': 'prettier --check .',
    check: 'npm run lint && npm run format:check',
    build: 'vite build --watch',
  }
  const { tasks, told } = await detected({ ui: { name: 'ui', scripts }, app: { name: 'app', scripts: { build: scripts.build } } })
  expect(Object.keys(tasks)).toEqual(['ui:lint', 'ui:format:check'])
  expect(told).toEqual(['the script build of packages/app, packages/ui is not planned: it watches, serves, installs or publishes'])
})

test('a script that is one call of a known tool is read as that tool prints for people', async () => {
  const scripts = { typecheck: 'tsc -p .', lint: 'eslint .', 'format:check': 'prettier --check .', 'lint:css': 'stylelint src', test: 'vitest run && node x' }
  const { tasks } = await detected({ ui: { name: 'ui', scripts } })
  expect(tasks['ui:typecheck']).toMatchObject({ parser: 'tsc', exits: { pass: [0], findings: [1, 2, 4] } })
  expect(tasks['ui:lint']).toMatchObject({ parser: 'gnu', exits: { findings: [1] } })
  expect(tasks['ui:format:check']).toMatchObject({ parser: 'file-list', exits: { findings: [1, 2] } })
  expect(tasks['ui:lint:css']).toMatchObject({ parser: 'gnu', exits: { findings: [2] } })
  expect(tasks['ui:test']?.exits).toBeUndefined()
})

test('names that are taken, doubled or odd get the folder', async () => {
  const one = { scripts: { lint: 'eslint .' } }
  const { tasks } = await detected({
    a: { name: 'same', ...one },
    b: { name: 'same', ...one },
    'odd (one)': one,
    c: { name: 'npm', scripts: { lockfile: '' } },
  })
  expect(Object.keys(tasks)).toEqual(['same:lint', 'packages/b:lint', 'packages/odd-one-:lint'])
})

test('a script that reaches out of its package may read every file', async () => {
  const { tasks } = await detected({ ui: { name: 'ui', scripts: { lint: 'eslint -c ../../tools/eslint.js .' } } })
  expect(tasks['ui:lint']?.inputs).toEqual(['**/*', '!packages/ui/dist/**'])
})

test('configurations in the root that tools look for upwards count for every package', async () => {
  const { tasks } = await detected(
    { ui: library('ui') },
    {},
    { 'tsconfig.base.json': '{}', 'eslint.config.js': '', '.prettierrc': '', 'README.md': '', 'docs/a.md': '' },
  )
  expect(tasks['ui:lint']?.inputs?.slice(0, 6)).toEqual([
    '.gitignore',
    '.prettierrc',
    'eslint.config.js',
    'package-lock.json',
    'package.json',
    'tsconfig.base.json',
  ])
})

test('hundreds of packages in a chain are planned in time that grows with their number', async () => {
  const chain = (count: number): Record<string, Manifest> =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, library(`p${i}`, i === 0 ? {} : { [`p${i - 1}`]: '^1.0.0' })]))
  const timed = async (count: number): Promise<number> => {
    const started = performance.now()
    const { tasks } = await detected(chain(count))
    expect(Object.keys(tasks).length).toBe(3 * count)
    return performance.now() - started
  }
  await timed(50)
  const [few, many] = [await timed(100), await timed(500)]
  expect(many / few).toBeLessThan(20)
})
