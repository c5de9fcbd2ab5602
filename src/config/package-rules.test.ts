/** What `packages` of pawl.yaml makes of the scripts of packages. */
import { expect, test } from 'bun:test'
import { detect } from './detect.ts'
import { initText } from './init.ts'
import { loadConfig } from './load.ts'
import { packageChecks } from './package-rules.ts'
import { nothingDetected } from './preset.ts'
import { memoryFiles } from './presets/memory-files.ts'
import { nodePackages } from './presets/node-packages.ts'
import { nodeScripts } from './presets/node-scripts.ts'
import type { CheckConfig } from './check-shape.ts'

const manifest = (name: string, scripts: Readonly<Record<string, string>>, dependencies: Readonly<Record<string, string>> = {}): string =>
  JSON.stringify({ name, main: 'dist/index.js', scripts, dependencies })

async function ruled(yaml: string, detecting = true) {
  const files = memoryFiles({
    'package.json': '{"workspaces":["packages/*"],"dependencies":{"a":"1"}}',
    'package-lock.json': '{}',
    '.gitignore': 'dist\n',
    'packages/base/package.json': manifest('base', { build: 'cc', test: 'node --test' }),
    'packages/web/package.json': manifest('web', { build: 'cc', test: 'node --test', lint: 'eslint .', gen: 'node gen.js' }, { base: '*' }),
    'pawl.yaml': yaml,
  })
  const loaded = await loadConfig(files, { importModule: () => Promise.reject(new Error('nothing to import')) })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failures))
  const detected = await detect(files, [nodePackages, nodeScripts])
  const { checks, failures } = await packageChecks(files, detecting ? detected : nothingDetected, loaded.value, detecting)
  const tasks = Object.fromEntries(Object.entries(checks).filter(([, check]) => check.package !== undefined))
  return { tasks, detected, told: failures.map(({ place, what, hint }) => `${place?.line}:${place?.column} ${what} | ${hint}`) }
}

test('a rule changes the task of every package that has the script; globs belong to the package', async () => {
  const { tasks } = await ruled("packages:\n  test: { timeout: 1m, inputs: ['src/**', '!src/*.md', '../../shared/**'], extra: [.env] }\n")
  expect(Object.keys(tasks)).toEqual(['base:build', 'base:test', 'web:lint', 'web:build', 'web:test'])
  expect(tasks['web:test']).toMatchObject({
    script: 'test',
    timeout: '1m',
    inputs: ['packages/web/src/**', '!packages/web/src/*.md', 'shared/**'],
    extra: ['packages/web/.env'],
  })
  expect(tasks['web:lint']?.timeout).toBe('20m')
})

test('^name is that task of the dependencies, name its own, other names are tasks; the installation is always waited for', async () => {
  const { tasks } = await ruled("packages:\n  test: { needs: ['build', '^test', 'web:lint'], after: ['^build'] }\n  lint: { needs: [] }\n")
  expect(tasks['web:test']).toMatchObject({ needs: ['npm:installed', 'web:build', 'base:test', 'web:lint'], after: ['base:build'] })
  expect(tasks['base:test']).toMatchObject({ needs: ['npm:installed', 'base:build', 'web:lint'], after: [] })
  expect(tasks['web:lint']?.needs).toEqual(['npm:installed'])
})

test('false switches a script off, a command makes a task in every package, a named script is planned although none would be', async () => {
  const { tasks } = await ruled('packages:\n  test: false\n  lint: false\n  gen: {}\n  names: { command: ls src, needs: [] }\n')
  expect(Object.keys(tasks)).toEqual(['base:build', 'base:names', 'web:build', 'web:gen', 'web:names'])
  expect(tasks['base:names']).toMatchObject({ command: 'ls src', cwd: 'packages/base', needs: ['npm:installed'] })
  expect(tasks['base:names']).not.toHaveProperty('script')
})

test('declared outputs of a build stand for the package, wherever they are', async () => {
  const { tasks } = await ruled("packages:\n  build: { outputs: ['out/**'] }\n")
  expect(tasks['base:build']).toMatchObject({ outputs: ['packages/base/out/**'] })
  expect(tasks['web:test']?.inputs).toContain('!packages/web/out/**')
})

test('without detection the rules are all there is', async () => {
  const { tasks } = await ruled('detect: false\npackages:\n  build: {}\n', false)
  expect(Object.keys(tasks)).toEqual(['base:build', 'web:build'])
})

test('what init writes means the tasks that were detected', async () => {
  const { detected } = await ruled('version: 1\n')
  const yaml = initText(detected)
  expect(yaml).toContain('packages:\n  ')
  const { tasks } = await ruled(yaml, false)
  const before = Object.entries(detected.checks).filter(([, check]) => check.package !== undefined)
  const told = (all: readonly (readonly [string, CheckConfig])[]) =>
    all.map(([name, { script, cwd, needs, after = [], inputs, outputs }]) => [name, { script, cwd, needs, after, inputs, outputs }])
  expect(told(Object.entries(tasks))).toEqual(told(before))
})

test('mistakes are told with their place and what was meant', async () => {
  expect((await ruled("packages:\n  biuld: {}\n  test:\n    needs: ['^biuld', buidl, 'npm:instaled']\n")).told).toEqual([
    "2:3 no package has a script 'biuld' | Did you mean 'build'?",
    "4:13 'test' of packages needs '^biuld', which is not a task | Did you mean '^build'?",
    "4:23 'test' of packages needs 'buidl', which is not a task | Did you mean 'build'?",
    "4:30 'test' of packages needs 'npm:instaled', which is not a task | Did you mean 'npm:installed'?",
  ])
})
