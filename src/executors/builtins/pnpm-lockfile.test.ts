import { expect, test } from 'bun:test'
import picomatch from 'picomatch'
import { newCancellation } from '../../model/cancellation.ts'
import type { BuiltinWorld } from '../builtin.ts'
import { pnpmLockfile } from './pnpm-lockfile.ts'

type Texts = Readonly<Record<string, string | object | undefined>>
type Answer = { readonly code: number; readonly stdout: string }

/** A repository of these files, where pnpm says what the test wants, if it may be asked at all. */
function worldOf(texts: Texts, answer?: Answer): BuiltinWorld {
  const files = new Map(
    Object.entries(texts).flatMap(([path, text]) => (text === undefined ? [] : [[path, typeof text === 'string' ? text : JSON.stringify(text)]])),
  )
  return {
    files: {
      root: '/repo',
      read: async (path) => files.get(path),
      exists: async (path) => files.has(path),
      list: async () => [],
      glob: async (globs) => [...files.keys()].filter((path) => picomatch([...globs])(path)).toSorted(),
    },
    processes: {
      find: (program) => program,
      run: ({ argv }) => {
        if (answer === undefined) throw new Error(`${argv.join(' ')} was started`)
        return Promise.resolve({ ok: true, exit: { kind: 'exited', durationMs: 1, stderr: '', cut: false, ...answer } })
      },
    },
    env: {},
    writtenAt: async () => undefined,
    changedLines: async () => undefined,
    platform: 'linux',
    cancellation: newCancellation(),
    output: () => undefined,
  }
}

async function judged(texts: Texts, answer?: Answer): Promise<string> {
  const judgement = await pnpmLockfile({ manifests: ['package.json', 'packages/*/package.json'] }, worldOf(texts, answer))
  if ('failure' in judgement) return `${judgement.failure.type}: ${judgement.failure.what}`
  return judgement.findings.length === 0 ? 'passed' : judgement.findings.map((finding) => finding.message).join('\n')
}

const lock = `lockfileVersion: '9.0'

settings:
  autoInstallPeers: true
  excludeLinksFromLockfile: false

catalogs:
  default:
    odd:
      specifier: ^3.0.0
      version: 3.0.1

importers:

  .:
    dependencies:
      a:
        specifier: workspace:*
        version: link:packages/a
      one:
        specifier: ^1.0.0
        version: 1.2.0
    devDependencies:
      odd:
        specifier: 'catalog:'
        version: 3.0.1

  packages/a:
    dependencies:
      peer:
        specifier: '*'
        version: 1.0.0

packages:

  one@1.2.0:
    resolution: {integrity: sha512-x}
`
const root = { name: 'r', dependencies: { a: 'workspace:*', one: '^1.0.0' }, devDependencies: { odd: 'catalog:' } }
const workspace = 'packages: ["packages/*"]\ncatalog:\n  odd: ^3.0.0\n'
const whole: Texts = {
  'package.json': root,
  'packages/a/package.json': { name: 'a', peerDependencies: { peer: '*' } },
  'pnpm-workspace.yaml': workspace,
  'pnpm-lock.yaml': lock,
}

test('pnpm: a lockfile of today fits, without pnpm being started', async () => {
  expect(await judged(whole)).toBe('passed')
  expect(await judged({ ...whole, 'pnpm-lock.yaml': `---\nlockfileVersion: '9.0'\nimporters: {}\n---\n${lock}` })).toBe('passed')
  expect(await judged({ ...whole, 'pnpm-lock.yaml': lock.replaceAll('\n', '\r\n') })).toBe('passed')
})

const changes: readonly (readonly [change: string, manifest: object, message: string])[] = [
  ['added', { ...root, optionalDependencies: { two: '2' } }, "optionalDependencies 'two' 2 is not in pnpm-lock.yaml"],
  ['removed', { ...root, devDependencies: {} }, "devDependencies 'odd' is no longer wanted, but still in pnpm-lock.yaml"],
  ['given another range', { ...root, dependencies: { a: 'workspace:*', one: '^1.1.0' } }, "dependencies 'one' is ^1.1.0, but ^1.0.0 in pnpm-lock.yaml"],
  [
    'linked in another way',
    { ...root, dependencies: { a: 'workspace:^', one: '^1.0.0' } },
    "dependencies 'a' is workspace:^, but workspace:* in pnpm-lock.yaml",
  ],
  [
    'moved to another kind',
    { ...root, dependencies: { a: 'workspace:*' }, devDependencies: { odd: 'catalog:', one: '^1.0.0' } },
    "'one' is one of the devDependencies, but of the dependencies in pnpm-lock.yaml",
  ],
  ['marked in dependenciesMeta', { ...root, dependenciesMeta: { a: { injected: true } } }, 'dependenciesMeta are others in pnpm-lock.yaml'],
  ['published from a folder', { ...root, publishConfig: { directory: 'dist' } }, 'publishConfig.directory is dist, but not set in pnpm-lock.yaml'],
]
test.each(changes)('pnpm: a dependency that was %s is noticed', async (_change, manifest, message) => {
  expect(await judged({ ...whole, 'package.json': manifest })).toBe(message)
})

test('pnpm: packages of the workspace come and go', async () => {
  expect(await judged({ ...whole, 'packages/b/package.json': { name: 'b' } })).toBe('passed')
  expect(await judged({ ...whole, 'packages/b/package.json': { dependencies: { one: '1' } } })).toBe('pnpm-lock.yaml does not know the package in packages/b')
  expect(await judged({ ...whole, 'packages/a/package.json': undefined })).toBe('the package in packages/a is gone, but still in pnpm-lock.yaml')
  expect(await judged({ ...whole, 'packages/a/package.json': undefined, 'packages/a/package.yaml': 'name: a' })).toBe('passed')
})

test('pnpm: peers count only where the lockfile was made with them', async () => {
  const withoutPeers = lock.replace('autoInstallPeers: true', 'autoInstallPeers: false')
  expect(await judged({ ...whole, 'pnpm-lock.yaml': withoutPeers })).toBe("dependencies 'peer' is no longer wanted, but still in pnpm-lock.yaml")
  const none = withoutPeers.replace(/ {2}packages\/a:[^]*?\n\npackages:/, '  packages/a: {}\n\npackages:')
  expect(await judged({ ...whole, 'pnpm-lock.yaml': none })).toBe('passed')
  const off = { ...whole, 'pnpm-workspace.yaml': `${workspace}autoInstallPeers: false\n` }
  expect(await judged(off)).toBe('the setting autoInstallPeers is false, but true in pnpm-lock.yaml')
})

const overridden = lock.replace('catalogs:', 'overrides:\n  one: 1.0.0\n\ncatalogs:').replace('specifier: ^1.0.0', 'specifier: 1.0.0')
const overriding = (one: string) => `${workspace}overrides:\n  one: ${one}\n`

test('pnpm: overrides of the lockfile and of the repository must be the same, and change what packages ask for', async () => {
  const both = { ...whole, 'pnpm-lock.yaml': overridden }
  expect(await judged({ ...both, 'pnpm-workspace.yaml': overriding('1.0.0') })).toBe('passed')
  expect(await judged({ ...both, 'pnpm-workspace.yaml': overriding('1.1.0') })).toBe("the override 'one' is 1.1.0, but 1.0.0 in pnpm-lock.yaml")
  expect(await judged(both)).toBe("the override 'one' is not wanted, but 1.0.0 in pnpm-lock.yaml")
  expect(await judged({ ...both, 'package.json': { ...root, pnpm: { overrides: { one: '1.0.0' } } } })).toBe('passed')
  expect(await judged({ ...both, 'package.json': { ...root, resolutions: { one: '1.0.0' } } })).toBe('passed')
  const newest = { ...root, packageManager: 'pnpm@11.0.0', pnpm: { overrides: { one: '1.0.0' } } }
  expect(await judged({ ...both, 'package.json': newest })).toContain("the override 'one' is not wanted")
})

test('pnpm: an override may name a dependency of the root, a catalog, a parent, or remove', async () => {
  const overrides = "overrides:\n  x: ^1.0.0\n  a>odd: ^3.0.0\n  one@<1: '-'\n\n"
  const settings = 'overrides:\n  x: $one\n  "a>odd": "catalog:"\n  "one@<1": "-"\n'
  expect(await judged({ ...whole, 'pnpm-lock.yaml': overrides + lock, 'pnpm-workspace.yaml': workspace + settings })).toBe('passed')
})

test('pnpm: catalogs, patches and dependencies to ignore are compared', async () => {
  const other = { ...whole, 'pnpm-workspace.yaml': workspace.replace('^3', '^2') }
  expect(await judged(other)).toBe("'odd' of the catalog default is ^2.0.0, but ^3.0.0 in pnpm-lock.yaml")
  const hash = '98ea6e4f216f2fb4b69fff9b3a44842c38686ca685f3f55dc48c5d3fb1107be4'
  const patched = {
    ...whole,
    'pnpm-workspace.yaml': `${workspace}patchedDependencies:\n  one: ./patches/one.patch\n`,
    'pnpm-lock.yaml': `patchedDependencies:\n  one:\n    hash: ${hash}\n    path: patches/one.patch\n${lock}`,
    'patches/one.patch': 'hi\r\n',
  }
  expect(await judged(patched)).toBe('passed')
  expect(await judged({ ...patched, 'patches/one.patch': 'ho\n' })).toBe("the patch of 'one' changed since pnpm-lock.yaml was written")
  expect(await judged({ ...patched, 'pnpm-workspace.yaml': workspace })).toBe("the patch of 'one' is no longer wanted, but still in pnpm-lock.yaml")
  const ignoring = {
    ...whole,
    'package.json': { ...root, optionalDependencies: { fsevents: '2' } },
    'pnpm-workspace.yaml': `${workspace}ignoredOptionalDependencies: [fs*]\n`,
    'pnpm-lock.yaml': `${lock}\nignoredOptionalDependencies:\n  - fs*\n`,
  }
  expect(await judged(ignoring)).toBe('passed')
})

test('pnpm: the extensions of packages are known by their hash', async () => {
  const extended = {
    ...whole,
    'pnpm-workspace.yaml': `${workspace}packageExtensions:
  sass-embedded:
    peerDependencies:
      source-map-js: "*"
    peerDependenciesMeta:
      source-map-js:
        optional: true
  '@rollup/plugin-dynamic-import-vars':
    dependencies:
      '@types/estree': ^1.0.0
  '@volar/typescript':
    dependencies:
      '@volar/language-service': 2.4.28
`,
    'pnpm-lock.yaml': `packageExtensionsChecksum: sha256-TN34VxQ4aEf/0bmMCAf/tyq2fur66+GWTFoIOcaYREE=\n${lock}`,
  }
  expect(await judged(extended)).toBe('passed')
})

test('pnpm is asked only where a program of the repository takes part in the answer', async () => {
  const hooked = { ...whole, '.pnpmfile.cjs': 'module.exports = {}', 'pnpm-lock.yaml': `pnpmfileChecksum: sha256-x\n${lock}` }
  expect(await judged(hooked, { code: 0, stdout: '' })).toBe('passed')
  const no = ' ERR_PNPM_LOCKFILE_CONFIG_MISMATCH  Cannot proceed with the frozen installation'
  expect(await judged(hooked, { code: 1, stdout: no })).toBe('Cannot proceed with the frozen installation')
  const changed = { ...hooked, 'package.json': { ...root, devDependencies: {} } }
  expect(await judged(changed, { code: 1, stdout: no })).toBe("devDependencies 'odd' is no longer wanted, but still in pnpm-lock.yaml")
  expect(await judged(hooked, { code: 1, stdout: 'getaddrinfo EAI_AGAIN registry.npmjs.org' })).toBe('tool.crashed: pnpm could not reach the network')
})

test('pnpm: older lockfiles are read, too', async () => {
  const only = { 'package.json': { dependencies: { one: '^1.0.0' } } }
  const six = "lockfileVersion: '6.0'\n\ndependencies:\n  one:\n    specifier: ^1.0.0\n    version: 1.2.0\n\npackages:\n"
  const five = 'lockfileVersion: 5.4\n\nspecifiers:\n  one: ^1.0.0\n\ndependencies:\n  one: 1.2.0\n\npackages:\n'
  for (const text of [six, five]) {
    expect(await judged({ ...only, 'pnpm-lock.yaml': text })).toBe('passed')
    expect(await judged({ ...only, 'pnpm-lock.yaml': text.replace('^1', '^0') })).toBe("dependencies 'one' is ^1.0.0, but ^0.0.0 in pnpm-lock.yaml")
  }
})

test('pnpm: a lockfile that cannot be read is no pass', async () => {
  expect(await judged({ ...whole, 'pnpm-lock.yaml': undefined })).toBe('the lockfile is missing')
  expect(await judged({ ...whole, 'pnpm-lock.yaml': `<<<<<<< HEAD\n${lock}` })).toBe('the lockfile cannot be read: it holds marks of a merge conflict')
  expect(await judged({ ...whole, 'pnpm-lock.yaml': 'importers: {' })).toContain('the lockfile cannot be read: ')
  expect(await judged({ ...whole, 'pnpm-workspace.yaml': 'packages: [' })).toBe('detect.unreadable: pnpm-workspace.yaml cannot be parsed')
})
