import { expect, test } from 'bun:test'
import { detect } from '../detect.ts'
import { memoryFiles } from './memory-files.ts'
import { nodePackages } from './node-packages.ts'
import { nodeRuntime } from './node-runtime.ts'
import { nodeScripts } from './node-scripts.ts'
import { nodeToolFiles } from './node-tools.ts'

type Scripts = Record<string, string>

/** What is planned for these scripts, and what is said of them, in an npm repository with these packages and further files. */
async function planned(scripts: Scripts, packages: readonly string[] = [], more: Record<string, unknown> = {}, files: Record<string, string> = {}) {
  const manifest = { scripts, devDependencies: Object.fromEntries(packages.map((name) => [name, '^1.0.0'])), ...more }
  const repository = memoryFiles({ 'package.json': JSON.stringify(manifest), 'package-lock.json': '{}', ...files })
  const { checks, remarks } = await detect(repository, [nodeRuntime, nodePackages, nodeScripts, nodeToolFiles])
  const names = Object.entries(checks).flatMap(([name, check]) => (check.stage === 'quality' ? [name] : []))
  return { names, checks, said: remarks.map((remark) => remark.text).join('\n') }
}

test('a build whose folder is in the repository is not run as a check', async () => {
  const scripts = { build: 'rollup -c', test: 'npm run build && node test.js' }
  const kept = await planned(scripts, [], { main: './dist/a.js' }, { 'dist/a.js': '' })
  expect(kept.names).toEqual(['test'])
  expect(kept.said).toContain('the script build is not planned: it may change dist/')
  expect((await planned(scripts, [], { main: './lib/a.js' }, { 'lib/a.js': '' })).names).toContain('build')
})

test('of two scripts that pawl cannot look into, the one that is named a check is run', async () => {
  expect((await planned({ lint: './scripts/lint.sh', 'lint-check': 'CI=true ./scripts/lint.sh' })).names).toEqual(['lint-check'])
})

test('what a script does before it installs or serves is still checked', async () => {
  const late = { 'test:types': 'tsc --noEmit', 'test:late': 'npm install --prefix a && node a', 'test:own': 'node own.js' }
  const { names, said } = await planned({ ...late, test: 'npm run test:own && npm run test:late' }, ['typescript'])
  expect(names).toEqual(['tsc', 'test:own'])
  expect(said).toContain('the script test also runs "npm run test:late"')
  expect((await planned({ test: 'npm run start && node a', start: 'http-server' })).names).toEqual([])
})

test('a script that calls scripts which are planned, or a tool that is, does not run them twice', async () => {
  expect((await planned({ lint: 'kcd-scripts lint', validate: 'kcd-scripts validate' })).names).toEqual(['lint'])
  expect((await planned({ check: 'gts lint' }, ['eslint'], {}, { '.eslintrc.json': '{}' })).names).toEqual(['check'])
})

test('xo, ava and tsd in one script are three checks', async () => {
  expect((await planned({ test: 'xo && ava && tsd' }, ['xo', 'ava', 'tsd'])).names).toEqual(['xo', 'ava', 'tsd'])
})

test('a formatter that is only configured rewrites nothing; one that a script, a hook or a workflow names does', async () => {
  const files = { '.prettierrc': '{}', '.eslintrc.json': '{}' }
  const idle = await planned({}, ['prettier', 'eslint'], {}, files)
  expect(idle.names).toEqual(['prettier', 'eslint'])
  for (const name of idle.names) {
    expect(idle.checks[name]).toMatchObject({ severity: 'advisory' })
    expect(idle.checks[name]?.fix).toBeUndefined()
  }
  const inUse = [
    await planned({}, ['prettier'], { 'lint-staged': { '*.js': 'prettier --write' } }, files),
    await planned({}, ['prettier'], {}, { ...files, '.github/workflows/ci.yml': '      - run: npx prettier --check .\n' }),
    await planned({}, ['prettier'], {}, { ...files, '.husky/pre-commit': 'npx prettier -w .\n' }),
  ]
  for (const { checks } of inUse) expect(checks['prettier']?.fix).toMatchObject({ level: 'tracked' })
})
