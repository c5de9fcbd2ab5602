import { expect, test } from 'bun:test'
import * as v from 'valibot'
import { parse, stringify } from 'yaml'
import { detect } from '../detect.ts'
import { checkShape } from '../check-shape.ts'
import { memoryFiles } from './memory-files.ts'
import { nodePackages } from './node-packages.ts'
import { nodeRuntime } from './node-runtime.ts'
import { nodeScripts } from './node-scripts.ts'
import { nodeToolFiles } from './node-tools.ts'

const presets = [nodeRuntime, nodePackages, nodeScripts, nodeToolFiles]
type Manifest = Record<string, unknown>

/** What is detected in a repository with this package.json and these other files; every check must survive being written to YAML. */
async function detected(manifest: Manifest, files: Record<string, string> = {}) {
  const found = await detect(memoryFiles({ 'package.json': JSON.stringify(manifest), ...files }), presets)
  for (const check of Object.values(found.checks)) {
    expect(parse(stringify(check))).toEqual(check)
    expect(v.safeParse(checkShape, check).success).toBe(true)
  }
  return found
}

const npm = { 'package-lock.json': '{}' }
const withTools = (scripts: Record<string, string>, ...packages: string[]): Manifest => ({
  scripts,
  devDependencies: Object.fromEntries(packages.map((name) => [name, '^1.0.0'])),
})
const quality = async (manifest: Manifest, files: Record<string, string> = npm) => {
  const { checks } = await detected(manifest, files)
  return Object.fromEntries(Object.entries(checks).filter(([, check]) => check.stage === 'quality'))
}
const names = async (manifest: Manifest, files: Record<string, string> = npm) => Object.keys(await quality(manifest, files))
const remarks = async (manifest: Manifest, files: Record<string, string> = npm) =>
  (await detected(manifest, files)).remarks.map((remark) => remark.text).join('\n')

test('an npm project gets runtime, package manager, lockfile and installation, each needing the one before', async () => {
  const { checks } = await detected({ engines: { node: '>=22' }, dependencies: { a: '1' } }, npm)
  expect(Object.entries(checks).map(([id, check]) => [id, check.stage, check.needs])).toEqual([
    ['node:version', 'environment', []],
    ['npm:available', 'environment', ['node:version']],
    ['npm:lockfile', 'dependencies', ['npm:available']],
    ['npm:installed', 'dependencies', ['npm:lockfile', 'npm:available']],
  ])
  expect(checks['npm:lockfile']?.fix).toMatchObject({ level: 'lock' })
  expect(checks['npm:installed']).toMatchObject({
    fix: { command: ['npm', 'ci', '--no-audit', '--no-fund'], level: 'safe', writes: ['node_modules'] },
    extra: ['node_modules', 'node_modules/.package-lock.json'],
  })
})

test('each package manager is known by its lockfile, and asks about the lockfile in its own way', async () => {
  const lockfile = async (files: Record<string, string>, manager: string) => {
    const { checks } = await detected({ dependencies: { a: '1' } }, files)
    const check = checks[`${manager}:lockfile`]
    return check?.builtin ?? check?.command
  }
  expect(await lockfile({ 'pnpm-lock.yaml': '' }, 'pnpm')).toBe('pnpm-lockfile')
  expect(await lockfile({ 'bun.lock': '{}' }, 'bun')).toEqual(['bun', 'install', '--frozen-lockfile', '--dry-run'])
  expect(await lockfile({ 'yarn.lock': '# yarn lockfile v1\n' }, 'yarn')).toBe('yarn-lockfile')
})

test('the two generations of yarn are told apart', async () => {
  const install = async (lock: string, more: Record<string, string> = {}) =>
    (await detected({ dependencies: { a: '1' } }, { 'yarn.lock': lock, ...more })).checks['yarn:installed']
  expect(await install('# yarn lockfile v1\n')).toMatchObject({ with: { linker: 'classic' } })
  expect(await install('__metadata:\n  version: 8\n')).toMatchObject({ with: { linker: 'pnp' }, fix: { command: ['yarn', 'install', '--immutable'] } })
  expect(await install('__metadata:\n', { '.yarnrc.yml': 'nodeLinker: node-modules\n' })).toMatchObject({ with: { linker: 'node-modules' } })
})

test('two lockfiles are a finding, not a guess', async () => {
  const two = { 'package-lock.json': '{}', 'pnpm-lock.yaml': '' }
  const { checks } = await detected({ scripts: { lint: 'eslint .' } }, two)
  expect(Object.keys(checks)).toEqual(['node:version', 'lockfiles', 'eslint'])
  expect(checks['eslint']?.needs).toEqual(['lockfiles'])
  const declared = await detected({ packageManager: 'pnpm@10.1.0', dependencies: { a: '1' } }, two)
  expect(Object.keys(declared.checks)).toEqual(['node:version', 'lockfiles', 'pnpm:available', 'pnpm:lockfile', 'pnpm:installed'])
})

test('without a lockfile an installation is possible and leaves none behind', async () => {
  const { checks, remarks: said } = await detected({ dependencies: { a: '1' } })
  expect(checks['npm:lockfile']).toBeUndefined()
  expect(checks['npm:installed']).toMatchObject({
    builtin: 'packages-installed',
    fix: { command: ['npm', 'install', '--no-package-lock', '--no-audit', '--no-fund'], level: 'safe' },
  })
  const yarn = await detected({ packageManager: 'yarn@4.1.0', dependencies: { a: '1' } })
  expect(yarn.checks['yarn:installed']).toMatchObject({ fix: { level: 'lock' } })
  expect(said.map((remark) => remark.text).join()).toContain('there is no lockfile')
  const unwanted = await detected({ dependencies: { a: '1' } }, { '.npmrc': 'package-lock=false\n' })
  expect(unwanted.checks['npm:installed']).toMatchObject({ fix: { level: 'safe' } })
  expect(unwanted.remarks).toEqual([])
})

test('a package without dependencies needs no installation', async () => {
  expect(Object.keys((await detected({ scripts: { test: 'node --test' } })).checks)).toEqual(['node:version', 'npm:available', 'node-test'])
})

test('all manifests of a workspace count for the lockfile', async () => {
  const members = { 'packages/a/package.json': '{"dependencies":{"b":"1"}}', 'other/package.json': '{}' }
  const { checks } = await detected({ workspaces: ['./packages/*/'] }, { ...npm, ...members })
  expect(checks['npm:lockfile']?.inputs).toContain('packages/*/package.json')
  const pnpm = await detected({}, { 'pnpm-workspace.yaml': 'packages:\n  - packages/*\n  - "!packages/old"\n', 'pnpm-lock.yaml': '', ...members })
  expect(pnpm.checks['pnpm:installed']?.with).toEqual({ manifests: ['package.json', 'packages/*/package.json', '!packages/old/package.json'] })
})

test('the most binding wish for a version comes first, and plain versions that contradict each other are told', async () => {
  const { checks, remarks: said } = await detected(
    { engines: { node: '>=18' }, volta: { node: '22.1.0' }, devEngines: { runtime: { name: 'node', version: '^22' } } },
    { '.nvmrc': 'v20\n', '.node-version': '22' },
  )
  expect(checks['node:version']?.with?.['pins']).toMatchObject([{ range: '^22' }, { range: 'v20' }, { range: '22' }, { range: '22.1.0' }, { range: '>=18' }])
  expect(said.map((remark) => remark.text)).toEqual([
    '.nvmrc asks for node v20, .node-version for 22; the first counts',
    '.nvmrc asks for node v20, package.json volta.node for 22.1.0; the first counts',
  ])
})

test('names of release lines become versions, and unknown names are told', async () => {
  const pin = async (text: string) => (await detected({}, { '.nvmrc': text })).checks['node:version']?.with?.['pins']
  expect(await pin('lts/iron')).toMatchObject([{ range: '20' }])
  expect(await pin('node')).toEqual([])
  expect(await remarks({}, { '.nvmrc': 'lts/unheard-of' })).toContain('does not know which versions that means')
})

test('.tool-versions and mise pin runtimes, too', async () => {
  expect((await detected({}, { '.tool-versions': 'nodejs 22.1.0 # why\nbun 1.2.3\n' })).checks['bun:version']).toMatchObject({
    with: { pins: [{ range: '1.2.3' }] },
    severity: 'advisory',
  })
  expect((await detected({}, { 'mise.toml': '[tools]\nnode = { version = "24" }\n' })).checks['node:version']?.with?.['pins']).toMatchObject([
    { range: '24', from: 'mise.toml' },
  ])
})

test('a package.json that cannot be parsed is a failure with its place', async () => {
  const { failures } = await detect(memoryFiles({ 'package.json': '{\n  "name": oops\n}' }), presets)
  expect(failures).toMatchObject([{ type: 'detect.unreadable', place: { file: 'package.json', line: 2 } }])
})

test('a known tool in a script becomes a check of its own that can take single files', async () => {
  const { eslint } = await quality(withTools({ lint: 'eslint src test --max-warnings 0 --ext .ts,.tsx' }, 'eslint'))
  expect(eslint).toMatchObject({
    command: ['eslint', '--max-warnings', '0', '--ext', '.ts,.tsx', '--format', 'json', '{files}'],
    whole: ['src', 'test'],
    files: ['src/**/*.{ts,tsx}', 'test/**/*.{ts,tsx}'],
    parser: 'eslint-json',
    exits: { pass: [0], findings: [1] },
    fast: true,
    needs: ['npm:installed'],
    fix: { command: ['eslint', '--max-warnings', '0', '--ext', '.ts,.tsx', '--fix', '{files}'], level: 'tracked' },
  })
})

test('a script that mends is checked without mending', async () => {
  const checks = await quality(withTools({ lint: 'eslint --fix . && prettier --write src' }, 'eslint', 'prettier'))
  expect(checks['eslint']?.command).toEqual(['eslint', '--format', 'json', '{files}'])
  expect(checks['prettier']).toMatchObject({
    command: ['prettier', '--list-different', '{files}'],
    whole: ['src'],
    fix: { command: ['prettier', '--write', '{files}'] },
  })
})

test('a flag that pawl does not know keeps all words in their place', async () => {
  const { eslint } = await quality(withTools({ lint: 'eslint --surprising thing src --fix' }, 'eslint'))
  expect(eslint?.command).toEqual(['eslint', '--surprising', 'thing', 'src', '--format', 'json'])
})

test('words that a shell replaces go through the shell as written', async () => {
  const { prettier, mocha } = await quality(withTools({ lint: 'prettier --check src/*.ts', test: 'mocha test/*.js' }, 'prettier', 'mocha'))
  expect(prettier).toBeUndefined()
  expect(mocha?.command).toBe('mocha test/*.js')
})

test('biome, oxlint, stylelint and xo are made readable without changing what they judge', async () => {
  const command = async (script: string, name: string) =>
    (await quality(withTools({ lint: script }, '@biomejs/biome', 'oxlint', 'stylelint', 'xo')))[name]?.command
  expect(await command('biome ci .', 'biome')).toEqual(['biome', 'ci', '--reporter=json', '--no-errors-on-unmatched', '{files}'])
  expect(await command('biome check --write', 'biome')).toEqual(['biome', 'check', '--reporter=json', '--no-errors-on-unmatched', '{files}'])
  expect(await command('oxlint -f stylish --type-aware', 'oxlint')).toEqual(['oxlint', '--type-aware', '--format=json', '{files}'])
  expect(await command('stylelint "src/**/*.css"', 'stylelint')).toEqual(['stylelint', '--formatter', 'json', '{files}'])
  expect(await command('stylelint --custom-formatter x.js --max-warnings 0 src', 'stylelint')).toEqual([
    'stylelint',
    '--max-warnings',
    '0',
    '--formatter',
    'json',
    '{files}',
  ])
  expect(await command('xo', 'xo')).toEqual(['xo', '--reporter=json', '{files}'])
})

test('knip is asked for its report, unless its script asks for something else than a judgement', async () => {
  const check = async (script: string) => (await quality(withTools({ lint: script }, 'knip')))['knip']
  expect(await check('knip --production --reporter compact --workspace packages/a')).toMatchObject({
    command: ['knip', '--production', '--workspace', 'packages/a', '--reporter', 'json'],
    parser: 'knip-json',
    exits: { pass: [0], findings: [1] },
  })
  expect(await check('knip --reporter=symbols')).toMatchObject({ command: ['knip', '--reporter', 'json'] })
  expect(await check('knip --output-file report.json')).toBeUndefined()
})

test('an error of Stylelint itself is no finding; a file that a formatter cannot parse is one', async () => {
  const checks = await quality(
    withTools({ lint: 'stylelint src && prettier --check . && markdownlint-cli2 docs' }, 'stylelint', 'prettier', 'markdownlint-cli2'),
  )
  expect(checks['stylelint']).toMatchObject({ parser: 'stylelint-json', exits: { pass: [0], findings: [2] } })
  expect(checks['prettier']).toMatchObject({ parser: 'file-list', exits: { pass: [0], findings: [1, 2] } })
  expect(checks['markdownlint']).toMatchObject({ parser: 'markdownlint', exits: { pass: [0], findings: [1] } })
})

test('test runners run once and judge the whole repository', async () => {
  const command = async (script: string, name: string) => (await quality({ scripts: { test: script } }))[name]
  expect(await command('vitest', 'vitest')).toMatchObject({ command: ['vitest', 'run'], inputs: ['**/*'] })
  expect(await command('vitest --run --coverage', 'vitest')).toMatchObject({ command: ['vitest', '--run', '--coverage'] })
  expect(await command('c8 mocha --recursive', 'mocha')).toMatchObject({ command: ['c8', 'mocha', '--recursive'], exits: { findings: 'other' } })
  expect(await command('NODE_OPTIONS=--x jest --ci', 'jest')).toMatchObject({ command: ['jest', '--ci'], env: { NODE_OPTIONS: '--x' } })
  expect(await command('node --import tsx --test', 'node-test')).toMatchObject({ command: ['node', '--import', 'tsx', '--test'] })
  expect((await command('vitest', 'vitest'))?.fast).toBeUndefined()
})

test('the type checker is a check where it writes nothing, and a part of the script where it does', async () => {
  const manifest = withTools({ test: 'tsc && vitest run' }, 'typescript', 'vitest')
  expect(await names(manifest, { ...npm, 'tsconfig.json': '{ "compilerOptions": { "noEmit": true, } }' })).toEqual(['tsc', 'vitest'])
  expect(await names(manifest, { ...npm, 'tsconfig.json': '{ "compilerOptions": { "outDir": "dist" } }' })).toEqual(['test'])
  expect((await quality(withTools({ typecheck: 'tsc -p . --noEmit --pretty' }, 'typescript')))['tsc']).toMatchObject({
    command: ['tsc', '-p', '.', '--noEmit', '--pretty', 'false'],
    parser: 'tsc',
    exits: { findings: [1, 2, 4] },
  })
})

test('what a script does beyond known tools stays one check that is trusted for a while', async () => {
  const { lint } = await quality({ scripts: { lint: 'eslint . && node scripts/lint.js', 'lint:fix': 'node scripts/fix.js' } })
  expect(lint).toMatchObject({
    script: 'lint',
    inputs: ['**/*'],
    ttl: 'quality',
    fast: true,
    fix: { script: 'lint:fix', level: 'tracked' },
  })
})

test('scripts that only call others come apart, and what follows a build waits for it', async () => {
  expect(await names({ scripts: { check: 'npm run lint && npm run test', lint: 'eslint .', test: 'vitest run' } })).toEqual(['eslint', 'vitest'])
  expect(await names({ scripts: { check: 'run-p lint:*', 'lint:js': 'eslint .', 'lint:md': './md.sh' } })).toEqual(['eslint', 'lint:md'])
  const checks = await quality({ files: ['dist'], scripts: { test: 'xo && npm run build && ava', build: 'node build.js' } })
  expect(checks['ava']?.needs).toContain('build')
  expect(checks['xo']?.needs).not.toContain('build')
  expect(checks['build']?.outputs).toEqual(['dist/**'])
})

test('a build whose output is unknown is never reused when something waits for it', async () => {
  const checks = await quality({ scripts: { test: 'npm run build && ava', build: 'node build.js' } })
  expect(checks['build']?.inputs).toBe('unknown')
})

test('monorepo tools run one check for each target', async () => {
  const checks = await quality({ scripts: { check: 'turbo run lint test --output-logs=errors-only' } })
  expect(Object.values(checks).map((check) => check.command)).toEqual([
    ['turbo', 'run', 'lint', '--output-logs=errors-only'],
    ['turbo', 'run', 'test', '--output-logs=errors-only'],
  ])
  expect(await names({ scripts: { ci: 'nx run-many -t lint,test build' } })).toEqual(['nx:lint', 'nx:test', 'nx:build'])
})

test('a script whose hook changes files is no check', async () => {
  expect(await names({ scripts: { build: 'node build.js', postbuild: 'biome format --write .' } })).toEqual([])
})

test('a tool that the packages of a workspace run themselves is not planned for the root as well', async () => {
  const files = { ...npm, '.prettierrc': '{}', 'packages/a/package.json': '{"scripts":{"lint":"prettier --check ."}}' }
  expect(await names({ workspaces: ['packages/*'], scripts: { lint: 'npm run lint --workspaces' }, devDependencies: { prettier: '3' } }, files)).toEqual([
    'packages/a:lint',
  ])
})

test('scripts with something before or after them stay whole', async () => {
  expect(await names({ scripts: { test: 'vitest run', pretest: 'node seed.js' } })).toEqual(['test'])
})

test('scripts that watch, serve, write, install or publish, and placeholders, are no checks', async () => {
  for (const text of [
    'echo "Error: no test specified" && exit 1',
    'vitest --watch',
    'vitest watch',
    'npm ci && mocha',
    'jest -u',
    'vite',
    'mocha && npm publish',
  ])
    expect({ text, names: await names({ scripts: { test: text } }) }).toEqual({ text, names: [] })
  expect(
    await names({
      scripts: {
        format: 'prettier --write .',
        fmt: 'node format.js',
        prepare: 'husky',
        start: 'node .',
        'lint:watch': 'eslint . --watch',
        dev: 'vite',
        release: 'np',
      },
    }),
  ).toEqual([])
})

test('the same call in two scripts is one check, another call of the same tool is named after its script', async () => {
  expect(await names({ scripts: { lint: 'eslint .', 'lint:ci': 'eslint .', 'lint:docs': 'eslint docs' } })).toEqual(['eslint', 'eslint:lint:docs'])
})

test('a tool with a configuration but no script is planned, one of the two alone is only told', async () => {
  const files = { ...npm, 'eslint.config.js': '', '.prettierrc': '{}', 'vitest.config.ts': '' }
  const manifest = withTools({ format: 'prettier --write docs' }, 'eslint', 'prettier', 'vitest', 'stylelint')
  const checks = await quality(manifest, files)
  expect(Object.keys(checks)).toEqual(['prettier', 'eslint', 'vitest'])
  expect(checks['eslint']).toMatchObject({ command: ['eslint', '--format', 'json', '--no-warn-ignored', '{files}'], whole: ['.'] })
  expect(checks['prettier']?.whole).toEqual(['docs'])
  expect(await remarks(manifest, files)).toContain('stylelint is a dependency, but neither')
  expect(await remarks({}, { ...npm, 'biome.json': '{}' })).toContain('biome.json configures biome, but @biomejs/biome is no dependency')
})

test('a tsconfig that only refers to others is built without output, where TypeScript can do that', async () => {
  const files = { ...npm, 'tsconfig.json': '{ "files": [], "references": [{ "path": "a" }] }' }
  expect((await quality({ devDependencies: { typescript: '~5.6.2' } }, files))['tsc']?.command).toEqual(['tsc', '-b', '--noEmit', '--pretty', 'false'])
  expect(await names({ devDependencies: { typescript: '~5.5.0' } }, files)).toEqual([])
})

test('with plug and play, programs are started by yarn', async () => {
  const { eslint } = await quality(withTools({ lint: 'eslint .' }, 'eslint'), { 'yarn.lock': '__metadata:\n' })
  expect(eslint?.command).toEqual(['yarn', 'run', 'eslint', '--format', 'json', '{files}'])
})
