import { expect, test } from 'bun:test'
import { parse } from 'yaml'
import { freshMachine, type FreshMachine } from './fresh-machine.ts'
import { memoryFiles } from './presets/memory-files.ts'
import { workflowText } from './workflow.ts'

async function machineFor(files: Readonly<Record<string, string>>): Promise<FreshMachine> {
  const machine = await freshMachine(memoryFiles(files), '1.2.3')
  if (!machine.ok) throw new Error(JSON.stringify(machine.failures))
  return machine.value
}

const manifest = (more: Readonly<Record<string, unknown>> = {}): string => JSON.stringify({ name: 'x', devDependencies: { eslint: '9' }, ...more })

type Workflow = { readonly jobs: { readonly pawl: { readonly steps: readonly Readonly<Record<string, unknown>>[] } } } & Readonly<Record<string, unknown>>

/** The steps after the checkout. */
async function stepsFor(files: Readonly<Record<string, string>>, install = false): Promise<unknown[]> {
  const machine = await machineFor(files)
  const command = machine.packages?.install
  const text = workflowText({ ...machine, branch: 'main', ...(install && command !== undefined && { install: command }) })
  return (parse(text) as Workflow).jobs.pawl.steps.slice(1)
}

const node = (version: Readonly<Record<string, string>>): unknown => ({ uses: 'actions/setup-node@v5', with: { ...version, 'package-manager-cache': false } })

test('the whole file, for a repository of npm that has pawl as a dependency', async () => {
  const machine = await machineFor({ 'package.json': manifest({ devDependencies: { pawl: '1' } }), 'package-lock.json': '{}', '.nvmrc': '22\n' })
  const text = workflowText({ ...machine, branch: 'release+1', ...(machine.packages && { install: machine.packages.install }) })
  expect(text.slice(text.indexOf('name: pawl'))).toBe(`name: pawl
on:
  push:
    branches: ["release\\\\+1"]
  pull_request:
permissions:
  contents: read
jobs:
  pawl:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
        with:
          persist-credentials: false
      - uses: actions/setup-node@v5
        with:
          node-version-file: ".nvmrc"
          package-manager-cache: false
      # pawl is one of these packages.
      - run: npm ci --no-audit --no-fund
      - run: npx --no -- pawl
`)
  expect(text.slice(0, text.indexOf('name: pawl'))).toMatch(/^(#[^\n]*\n)+$/)
  expect(parse(text)).toMatchObject({ on: { push: { branches: ['release\\+1'] }, pull_request: null }, permissions: { contents: 'read' } })
  expect(text).not.toContain('actions/cache')
})

test('the version of Node comes from where the repository says it', async () => {
  const setUp = async (files: Readonly<Record<string, string>>, more = {}): Promise<unknown> =>
    (await stepsFor({ 'package.json': manifest(more), ...files }))[0]
  expect(await setUp({ '.nvmrc': 'lts/jod', '.node-version': '20' })).toEqual(node({ 'node-version-file': '.nvmrc' }))
  expect(await setUp({ '.node-version': '20' })).toEqual(node({ 'node-version-file': '.node-version' }))
  expect(await setUp({ '.tool-versions': 'nodejs 20.1.0' })).toEqual(node({ 'node-version-file': '.tool-versions' }))
  expect(await setUp({}, { engines: { node: '>=20' } })).toEqual(node({ 'node-version-file': 'package.json' }))
  expect(await setUp({}, { devEngines: { runtime: { name: 'node', version: '^22' } } })).toEqual(node({ 'node-version': '^22' }))
  expect(await setUp({ 'mise.toml': '[tools]\nnode = "24"' })).toEqual(node({ 'node-version': '24' }))
  expect(await setUp({})).toEqual(node({ 'node-version': 'lts/*' }))
  expect(await setUp({}, { devEngines: { runtime: { name: 'node', version: '${{ secrets.X }} 1' } } })).toEqual(node({ 'node-version': 'lts/*' }))
})

test('each package manager is set up, installs and runs pawl in its own way', async () => {
  const own = { devDependencies: { pawl: '1' } }
  const runs = async (files: Readonly<Record<string, string>>, more = {}): Promise<unknown[]> => [
    ...(await stepsFor({ 'package.json': manifest(more), ...files })).slice(1),
    '|',
    ...(await stepsFor({ 'package.json': manifest({ ...own, ...more }), ...files }, true)).slice(1),
  ]
  expect(await runs({ 'package-lock.json': '{}' })).toEqual([
    { run: 'npx --yes pawl@1.2.3' },
    '|',
    { run: 'npm ci --no-audit --no-fund' },
    { run: 'npx --no -- pawl' },
  ])
  const pnpm = { uses: 'pnpm/action-setup@v4', with: { version: 'latest' } }
  expect(await runs({ 'pnpm-lock.yaml': '' })).toEqual([
    pnpm,
    { run: 'pnpm dlx pawl@1.2.3' },
    '|',
    pnpm,
    { run: 'pnpm install --frozen-lockfile' },
    { run: 'pnpm exec pawl' },
  ])
  // The action reads the exact version there, and refuses a second one.
  expect((await runs({ 'pnpm-lock.yaml': '' }, { packageManager: 'pnpm@10.1.0' }))[0]).toEqual({ uses: 'pnpm/action-setup@v4' })
  const corepack = [{ run: 'npm install --global corepack' }, { run: 'corepack enable' }]
  expect(await runs({ 'yarn.lock': '__metadata:\n' })).toEqual([
    ...corepack,
    { run: 'yarn dlx pawl@1.2.3' },
    '|',
    ...corepack,
    { run: 'yarn install --immutable' },
    { run: 'yarn run pawl' },
  ])
  expect(await runs({ 'yarn.lock': '# yarn lockfile v1\n' })).toEqual([
    { run: 'npx --yes pawl@1.2.3' },
    '|',
    { run: 'yarn install --frozen-lockfile --check-files --non-interactive' },
    { run: 'yarn run --silent pawl' },
  ])
})

test('Bun without a word about Node needs no Node', async () => {
  expect(await stepsFor({ 'package.json': manifest({ packageManager: 'bun@1.3.0' }), 'bun.lock': '{}' })).toEqual([
    { uses: 'oven-sh/setup-bun@v2', with: { 'bun-version': '1.3.0' } },
    { run: 'bunx pawl@1.2.3' },
  ])
  expect(await stepsFor({ 'package.json': manifest(), 'bun.lock': '{}', '.bun-version': '1.2', '.nvmrc': '22' })).toEqual([
    node({ 'node-version-file': '.nvmrc' }),
    { uses: 'oven-sh/setup-bun@v2', with: { 'bun-version-file': '.bun-version' } },
    { run: 'bunx pawl@1.2.3' },
  ])
})

test('a repository without package.json needs only pawl, and one that cannot be read is a failure', async () => {
  expect(await machineFor({ 'go.mod': 'module x' })).toEqual({ setUps: [], commands: [], local: false, start: ['npx', '--yes', 'pawl@1.2.3'] })
  expect(await freshMachine(memoryFiles({ 'package.json': '{' }), '1.2.3')).toMatchObject({
    ok: false,
    failures: [{ type: 'detect.unreadable', kept: 'nothing was written', place: { file: 'package.json', line: 1 } }],
  })
})
