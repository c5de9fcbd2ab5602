import { afterAll, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import picomatch from 'picomatch'
import { newCancellation } from '../../model/cancellation.ts'
import type { Files } from '../../model/files.ts'
import type { Json } from '../../model/json.ts'
import type { BuiltinWorld } from '../builtin.ts'
import { nodeBuiltins } from './node.ts'

const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

function repository(record: Record<string, string>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-node-')))
  folders.push(root)
  write(root, record)
  return root
}

function write(root: string, record: Record<string, string>): void {
  for (const [path, text] of Object.entries(record)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

/** Like the files of a repository: node_modules can be read, but is never matched by a glob. */
function filesOf(root: string): Files {
  const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile()
  const all = (folder = ''): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
      entry.name === 'node_modules' ? [] : entry.isDirectory() ? all(`${folder}${entry.name}/`) : [`${folder}${entry.name}`],
    )
  return {
    root,
    read: async (path) => (isFile(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined),
    exists: async (path) => existsSync(join(root, path)),
    list: async (path) =>
      existsSync(join(root, path))
        ? readdirSync(join(root, path), { withFileTypes: true })
            .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
            .toSorted()
        : [],
    glob: async (globs) =>
      all()
        .toSorted()
        .filter((path) => picomatch([...globs])(path)),
  }
}

function worldOf(root: string): BuiltinWorld {
  const env = { PATH: `${join(root, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`, HOME: process.env['HOME'] ?? '' }
  const find = (program: string): string | undefined =>
    env.PATH.split(delimiter)
      .map((folder) => join(folder, program))
      .find((path) => existsSync(path))
  return {
    files: filesOf(root),
    processes: {
      find,
      run: async (spec) => {
        const child = spawnSync(find(spec.argv[0] ?? '') ?? '', spec.argv.slice(1), { cwd: spec.cwd, env: spec.env, encoding: 'utf8' })
        return { ok: true, exit: { kind: 'exited', code: child.status ?? 1, durationMs: 0, stdout: child.stdout, stderr: child.stderr, cut: false } }
      },
    },
    env,
    writtenAt: async () => undefined,
    changedLines: async () => undefined,
    platform: 'linux',
    cancellation: newCancellation(),
    output: () => undefined,
  }
}

async function judged(name: string, root: string, args: Record<string, Json> = {}): Promise<string> {
  const judgement = await nodeBuiltins[name]?.(args, worldOf(root))
  if (judgement === undefined) return 'no such check'
  if ('failure' in judgement) return `${judgement.failure.type}: ${judgement.failure.what}`
  return judgement.findings.length === 0 ? 'passed' : judgement.findings.map((finding) => finding.message).join('\n')
}

const npm = (root: string, ...args: string[]) =>
  spawnSync('npm', [...args, '--no-audit', '--no-fund', '--offline', `--cache=${join(root, '.cache')}`], { cwd: root, encoding: 'utf8' })
const manifests = { manifests: ['package.json', 'packages/*/package.json'] }

let packed: string | undefined

/** Packages without any network; `rare` fits no platform of ours. */
function tarballs(): string {
  packed ??= repository({
    'one/package.json': '{"name":"one","version":"1.2.0"}',
    'two/package.json': '{"name":"two","version":"2.0.0","dependencies":{"one":"file:../one-1.2.0.tgz"}}',
    'rare/package.json': '{"name":"rare","version":"1.0.0","os":["aix"]}',
  })
  if (!existsSync(join(packed, 'one-1.2.0.tgz'))) npm(packed, 'pack', './one', './two', './rare')
  return packed
}

const made = new Map<string, string>()

/** A repository that real npm installed from packages beside it; of the same wish npm is asked once. */
function installed(more: Record<string, unknown> = {}): string {
  const wish = JSON.stringify(more)
  const known = made.get(wish) ?? installedByNpm(more)
  made.set(wish, known)
  const root = repository({})
  cpSync(known, root, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
  return root
}

function installedByNpm(more: Record<string, unknown>): string {
  const root = repository({
    'package.json': JSON.stringify({
      name: 'app',
      dependencies: { one: 'file:tarballs/one-1.2.0.tgz' },
      optionalDependencies: { rare: 'file:tarballs/rare-1.0.0.tgz' },
      ...more,
    }),
  })
  cpSync(tarballs(), join(root, 'tarballs'), { recursive: true })
  npm(root, 'install')
  return root
}

const edit = (root: string, path: string, change: (content: Record<string, Record<string, string>>) => void): void => {
  const content = JSON.parse(readFileSync(join(root, path), 'utf8'))
  change(content)
  write(root, { [path]: JSON.stringify(content) })
}

test('what real npm installed passes, with optional packages of other platforms missing', async () => {
  const root = installed()
  expect(existsSync(join(root, 'node_modules/rare'))).toBe(false)
  expect(await judged('npm-lockfile', root, manifests)).toBe('passed')
  expect(await judged('npm-installed', root)).toBe('passed')
})

test('a deleted node_modules and a package folder deleted by hand are noticed, and npm ci mends both', async () => {
  const root = installed()
  rmSync(join(root, 'node_modules/one'), { recursive: true })
  expect(await judged('npm-installed', root)).toBe('node_modules/one is missing or empty')
  rmSync(join(root, 'node_modules'), { recursive: true })
  expect(await judged('npm-installed', root)).toBe('node_modules is missing')
  expect(npm(root, 'ci').status).toBe(0)
  expect(await judged('npm-installed', root)).toBe('passed')
})

test('a dependency that was added, taken away or moved after locking makes the lockfile stale, and relocking mends that', async () => {
  const root = installed()
  edit(root, 'package.json', (content) => (content['dependencies'] = { ...content['dependencies'], two: 'file:tarballs/two-2.0.0.tgz' }))
  expect(await judged('npm-lockfile', root, manifests)).toBe("dependencies 'two' file:tarballs/two-2.0.0.tgz is not in package-lock.json")
  expect(npm(root, 'ci', '--dry-run').status).not.toBe(0)
  edit(root, 'package.json', (content) => (content['dependencies'] = {}))
  expect(await judged('npm-lockfile', root, manifests)).toBe("dependencies 'one' is no longer wanted, but still in package-lock.json")
  npm(root, 'install', '--package-lock-only')
  expect(await judged('npm-lockfile', root, manifests)).toBe('passed')
})

test('a record of npm that claims more than was installed is not believed', async () => {
  const root = installed()
  write(root, { 'node_modules/one/package.json': '{"name":"one","version":"1.1.0"}' })
  expect(await judged('npm-installed', root)).toBe('one 1.1.0 is installed, the lockfile has 1.2.0')
})

test('a package of the workspace that the lockfile does not know makes it stale', async () => {
  const root = installed({ workspaces: ['packages/*'] })
  write(root, { 'packages/a/package.json': '{"name":"a","version":"1.0.0"}' })
  expect(await judged('npm-lockfile', root, manifests)).toBe('package-lock.json does not know the package in packages/a')
  npm(root, 'install')
  expect(await judged('npm-lockfile', root, manifests)).toBe('passed')
  expect(await judged('npm-installed', root)).toBe('passed')
  rmSync(join(root, 'packages/a'), { recursive: true })
  expect(await judged('npm-lockfile', root, manifests)).toBe("workspace 'a' is gone, but still in package-lock.json")
})

test('a version outside of the wanted range, a missing and a broken lockfile are told', async () => {
  const lock = (version: string) => JSON.stringify({ lockfileVersion: 3, packages: { '': { dependencies: { a: '^1.0.0' } }, 'node_modules/a': { version } } })
  const root = repository({ 'package.json': '{"dependencies":{"a":"^1.0.0"}}', 'package-lock.json': lock('2.0.0') })
  expect(await judged('npm-lockfile', root, manifests)).toBe("dependencies 'a' is ^1.0.0, but the lockfile has 2.0.0")
  write(root, { 'package-lock.json': lock('1.5.0') })
  expect(await judged('npm-lockfile', root, manifests)).toBe('passed')
  write(root, { 'package-lock.json': '<<<<<<< HEAD' })
  expect(await judged('npm-lockfile', root, manifests)).toStartWith('the lockfile cannot be parsed')
  rmSync(join(root, 'package-lock.json'))
  expect(await judged('npm-lockfile', root, manifests)).toBe('the lockfile is missing')
})

test('the oldest lockfile format is judged by the versions in it', async () => {
  const root = repository({
    'package.json': '{"dependencies":{"a":"^1.0.0"}}',
    'package-lock.json': '{"lockfileVersion":1,"dependencies":{"a":{"version":"1.1.0","dependencies":{"b":{"version":"3.0.0"}}}}}',
  })
  expect(await judged('npm-lockfile', root, manifests)).toBe('passed')
  write(root, {
    'node_modules/.package-lock.json': '{"packages":{"node_modules/a":{"version":"1.1.0"}}}',
    'node_modules/a/package.json': '{"version":"1.1.0"}',
  })
  expect(await judged('npm-installed', root)).toBe('b 3.0.0 is not installed')
})

const pnpmLock = (version: string) =>
  `lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      a:\n        specifier: ^1.0.0\n        version: ${version}\n\npackages:\n\n  a@${version}:\n    resolution: {integrity: x}\n\n  far@1.0.0:\n    resolution: {integrity: y}\n    os: [aix]\n\nsnapshots:\n\n  a@${version}: {}\n\n  far@1.0.0:\n    optional: true\n`

test('pnpm: the copy of the lockfile, the links and the folders must all be there', async () => {
  const root = repository({
    'package.json': '{"dependencies":{"a":"^1.0.0"}}',
    'pnpm-lock.yaml': pnpmLock('1.0.0'),
    'node_modules/.modules.yaml': '{"nodeLinker":"isolated","virtualStoreDir":".pnpm","skipped":["far@1.0.0"]}',
    'node_modules/.pnpm/lock.yaml': pnpmLock('1.0.0'),
    'node_modules/.pnpm/a@1.0.0/node_modules/a/package.json': '{}',
  })
  symlinkSync('.pnpm/a@1.0.0/node_modules/a', join(root, 'node_modules/a'))
  expect(await judged('pnpm-installed', root, manifests)).toBe('passed')
  write(root, { 'pnpm-lock.yaml': pnpmLock('1.1.0') })
  expect(await judged('pnpm-installed', root, manifests)).toContain('the dependencies of the root changed since the installation')
  write(root, { 'pnpm-lock.yaml': pnpmLock('1.0.0') })
  rmSync(join(root, 'node_modules/.pnpm/a@1.0.0'), { recursive: true })
  expect(await judged('pnpm-installed', root, manifests)).toBe('node_modules/a is missing\nnode_modules/.pnpm/a@1.0.0 is missing')
  rmSync(join(root, 'node_modules'), { recursive: true })
  expect(await judged('pnpm-installed', root, manifests)).toBe('node_modules is missing')
})

const berry =
  '__metadata:\n  version: 8\n\n"a@npm:^1.0.0":\n  version: 1.2.0\n  resolution: "a@npm:1.2.0"\n\n"far@npm:1.0.0":\n  version: 1.0.0\n  resolution: "far@npm:1.0.0"\n  conditions: os=aix\n  dependencies:\n    behind: "npm:1"\n\n"behind@npm:1":\n  version: 1.0.0\n  resolution: "behind@npm:1.0.0"\n\n"ts@npm:^6.0.0":\n  version: 6.0.3\n  resolution: "ts@npm:6.0.3"\n\n"ts@patch:ts@npm%3A^6.0.0#optional!builtin<compat/ts>":\n  version: 6.0.3\n  resolution: "ts@patch:ts@npm%3A6.0.3#optional!builtin<compat/ts>::version=6.0.3&hash=1"\n\n"app@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "app@workspace:."\n  dependencies:\n    a: "npm:^1.0.0"\n  languageName: unknown\n'

test('yarn: the lockfile holds what each package asks for', async () => {
  const root = repository({ 'package.json': '{"name":"app","dependencies":{"a":"^1.0.0"}}', 'yarn.lock': berry })
  expect(await judged('yarn-lockfile', root, manifests)).toBe('passed')
  write(root, { 'package.json': '{"name":"app","devDependencies":{"a":"^1.1.0","b":"*"},"peerDependencies":{"c":"1"}}' })
  expect(await judged('yarn-lockfile', root, manifests)).toBe(
    'the peer c is 1, but missing in yarn.lock\na is ^1.1.0, but npm:^1.0.0 in yarn.lock\nb * is not in yarn.lock',
  )
  const classic = repository({
    'package.json': '{"dependencies":{"@s/a":"^1.0.0","b":"2"}}',
    'yarn.lock': '# yarn lockfile v1\n\n\n"@s/a@^1.0.0", "@s/a@^1.1.0":\n  version "1.1.0"\n',
  })
  expect(await judged('yarn-lockfile', classic, manifests)).toBe('b 2 is not in yarn.lock')
})

test('yarn: each way of installing leaves its record, and the folders must be there', async () => {
  const root = repository({ 'package.json': '{"name":"app","dependencies":{"a":"^1.0.0"}}', 'yarn.lock': berry })
  const args = { ...manifests, linker: 'node-modules' }
  expect(await judged('yarn-installed', root, args)).toBe('node_modules is missing')
  write(root, {
    'node_modules/.yarn-state.yml':
      '__metadata:\n  version: 1\n\n"a@npm:1.2.0":\n  locations:\n    - "node_modules/a"\n\n"ts@patch:ts@npm%3A6.0.3#optional!builtin<compat/ts>::version=6.0.3&hash=1":\n  locations:\n    - "node_modules/ts"\n  aliases:\n    - "virtual:1#npm:6.0.3"\n',
    'node_modules/a/package.json': '{}',
    'node_modules/ts/package.json': '{}',
  })
  expect(await judged('yarn-installed', root, args)).toBe('passed')
  rmSync(join(root, 'node_modules/a'), { recursive: true })
  expect(await judged('yarn-installed', root, args)).toBe('node_modules/a is missing or empty')
  expect(await judged('yarn-installed', root, { ...manifests, linker: 'pnp' })).toBe('.pnp.cjs is missing')
  write(root, {
    '.pnp.cjs': `const RAW_RUNTIME_STATE =\n'{\\\n  "packageRegistryData": [["a", [["npm:1.2.0", {"packageLocation": "../cache/it\\'s.zip/a/"}]]], ["ts", [["patch:ts@npm%3A6.0.3#optional!builtin<compat/ts>::version=6.0.3&hash=1", {"packageLocation": "../cache/ts/"}]]]]\\\n}';\n`,
  })
  expect(await judged('yarn-installed', root, { ...manifests, linker: 'pnp' })).toBe('passed')
})

test('bun: direct dependencies must be there in the locked version', async () => {
  const root = repository({
    'package.json': '{"name":"app","dependencies":{"a":"^1.0.0"},"optionalDependencies":{"far":"1.0.0"}}',
    'bun.lock':
      '{\n  "lockfileVersion": 1,\n  "workspaces": { "": { "name": "app" } },\n  "packages": {\n    "a": ["a@1.2.0", "", {}, "sha512-x"],\n    "app": ["app@1.0.0", "", {}, "sha512-y"],\n    "app/a": ["a@1.0.0", "", {}, "sha512-z"],\n  },\n}\n',
    'node_modules/a/package.json': '{"version":"1.2.0"}',
  })
  expect(await judged('bun-installed', root, manifests)).toBe('passed')
  write(root, { 'node_modules/a/package.json': '{"version":"1.1.0"}' })
  expect(await judged('bun-installed', root, manifests)).toBe('a 1.1.0 is installed, the lockfile has 1.2.0')
})

test('lockfiles of two managers, or of another than the declared one, are told apart', async () => {
  const root = repository({ 'package-lock.json': '{}', 'yarn.lock': '' })
  expect(await judged('lockfiles', root)).toBe(
    'package-lock.json belongs to npm, but there is yarn.lock, too\nyarn.lock belongs to yarn, but there is package-lock.json, too',
  )
  expect(await judged('lockfiles', root, { declared: 'npm', from: 'package.json packageManager' })).toBe(
    'yarn.lock belongs to yarn, but package.json packageManager names npm',
  )
  rmSync(join(root, 'yarn.lock'))
  expect(await judged('lockfiles', root)).toBe('passed')
})

test('a runtime is judged by the most binding wish; a plain version also accepts newer ones of its line', async () => {
  const root = repository({ 'bin/keep': '' })
  writeFileSync(join(root, 'bin/node'), '#!/bin/sh\necho v22.5.1\n', { mode: 0o755 })
  const pinned = (range: string, strict = true) =>
    judged('node-version', root, {
      program: 'node',
      pins: [
        { range, from: '.nvmrc', strict },
        { range: '>=99', from: 'package.json engines.node' },
      ],
    })
  for (const range of ['22', '>=20', 'v22.5.1', '22.1.0', '^20 || ^22']) expect({ range, said: await pinned(range) }).toEqual({ range, said: 'passed' })
  for (const range of ['20', '22.6.0', '21.0.0', '>=23'])
    expect({ range, said: await pinned(range) }).toEqual({ range, said: `.nvmrc asks for node ${range}, 22.5.1 is installed` })
  expect(await pinned('20', false)).toBe('passed')
  expect(await pinned('what?')).toContain('which is no range of versions')
  expect(await judged('node-program', root, { program: 'no-such-manager' })).toBe('tool.missing: no-such-manager is not installed')
  write(root, { 'bin/refusing': '#!/bin/sh\nprintf " ERROR  no signature\\nSome advice\\n" >&2\nexit 1\n' })
  chmodSync(join(root, 'bin/refusing'), 0o755)
  const refused = { program: 'refusing', range: '1.0.0', exact: true, from: 'package.json packageManager', strict: true }
  expect(await judged('node-program', root, refused)).toContain('refusing refuses to work here: no signature')
})
