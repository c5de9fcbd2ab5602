/** The generated monorepo of the benchmark: N packages with build, lint and test, 20 source files each, a chain and a fan-out of dependencies. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const scripts = ['build', 'lint', 'test'] as const
export type Script = (typeof scripts)[number]

export type Package = { readonly name: string; readonly folder: string; readonly needs: readonly string[] }

/** `log` lies outside the repository: every command that is really executed adds a line to it. */
export type Monorepo = { readonly root: string; readonly log: string; readonly packages: readonly Package[] }

/** Ten packages are a chain, each needs the one before; the first of every ten needs the very first of all. Nobody needs the last. */
export function packagesOf(size: number): readonly Package[] {
  const name = (i: number): string => `p${String(i).padStart(3, '0')}`
  const needs = (i: number): number[] => (i === 0 ? [] : i % 10 === 0 ? [0] : [i - 1])
  return Array.from({ length: size }, (_, i) => ({ name: name(i), folder: `packages/${name(i)}`, needs: needs(i).map(name) }))
}

/** What a task is called in package.json. One program, no shell syntax; see `taskFiles` for what it does. */
export const commandOf = (script: Script): string => `sh ../../tools/${script}.sh`

/** The tasks that a task waits for: a build for the builds of what its package needs, a test for its own build. */
export function needsOf(script: Script, { name, needs }: Package): readonly (readonly [pkg: string, script: Script])[] {
  if (script === 'build') return needs.map((need) => [need, 'build'] as const)
  return script === 'test' ? [[name, 'build']] : []
}

export const sourcesOf = ({ folder }: Package): readonly string[] =>
  Array.from({ length: 20 }, (_, i) => `${folder}/src/file-${String(i).padStart(2, '0')}.txt`)
export const outputOf = ({ folder }: Package): string => `${folder}/dist/out.txt`

/** Writes the monorepo and what a tool adds to it, and commits all of it. `extra` may replace files. */
export function generate(root: string, size: number, log: string, extra: (repo: Monorepo) => Readonly<Record<string, string>>): Monorepo {
  const repo: Monorepo = { root, log, packages: packagesOf(size) }
  const files = { ...rootFiles(repo), ...taskFiles(log), ...Object.assign({}, ...repo.packages.map(packageFiles)), ...extra(repo) }
  writeFileSync(log, '')
  for (const [path, text] of Object.entries<string>(files)) write(join(root, path), text)
  commitAll(root)
  return repo
}

export function commitAll(root: string): void {
  git(root, 'init', '--quiet', '--initial-branch=main')
  git(root, 'add', '--all')
  git(root, 'commit', '--quiet', '--message=bench')
}

/** With an identity of its own and no hooks, whatever the configuration of the user. */
export function git(root: string, ...args: string[]): string {
  const fixed = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.invalid', '-c', 'commit.gpgSign=false', '-c', 'core.hooksPath=/dev/null']
  return execFileSync('git', [...fixed, ...args], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}

/** An edit that changes what the build writes. */
export function editCode(root: string, pkg: Package, round: number): void {
  writeFileSync(join(root, sourcesOf(pkg)[0] ?? ''), `value ${pkg.name} edited ${round}\nmore\n`)
}

/** An edit like a comment: the source changes, what the build writes does not. */
export function editComment(root: string, pkg: Package, round: number): void {
  const path = join(root, sourcesOf(pkg)[0] ?? '')
  writeFileSync(path, `${readFileSync(path, 'utf8').split('\n')[0] ?? ''}\na comment, edited ${round}\n`)
}

export function deleteOutputs({ root, packages }: Monorepo): void {
  for (const { folder } of packages) rmSync(join(root, folder, 'dist'), { recursive: true, force: true })
}

export const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`

/**
 * What the tasks do: builtins of the shell alone, so that the cost of the runner shows. A build writes the first line of each source to its output, lint
 * reads them, test reads the output. The argument is a stamp, for runners that need one.
 */
function taskFiles(log: string): Record<string, string> {
  const file = (script: Script, ...deeds: string[]): string =>
    ['set -e', ...deeds, `echo "\${PWD##*/}:${script}" >> ${log}`, 'if [ -n "$1" ]; then : > "$1"; fi', ''].join('\n')
  return {
    'tools/build.sh': file('build', '[ -d dist ] || mkdir dist', 'for f in src/*; do read -r line < "$f"; echo "$line"; done > dist/out.txt'),
    'tools/lint.sh': file('lint', 'for f in src/*; do read -r line < "$f"; done'),
    'tools/test.sh': file('test', 'read -r line < dist/out.txt'),
  }
}

function rootFiles({ packages }: Monorepo): Record<string, string> {
  const manifest = { name: 'bench', version: '1.0.0', private: true, packageManager: 'npm@10.9.4', workspaces: ['packages/*'] }
  const links = packages.map(({ name, folder }) => [`node_modules/@bench/${name}`, { resolved: folder, link: true }] as const)
  const folders = packages.map((pkg) => [pkg.folder, { name: `@bench/${pkg.name}`, version: '1.0.0', dependencies: dependenciesOf(pkg) }] as const)
  const lock = {
    name: 'bench',
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: Object.fromEntries([['', { name: 'bench', version: '1.0.0', workspaces: ['packages/*'] }], ...links, ...folders]),
  }
  const ignored = ['node_modules', 'dist', '.pawl', '.turbo', '.nx', '.moon/cache', '.wireit', '.stamps', '.ninja_log', '.ninja_deps', '']
  return { 'package.json': json(manifest), 'package-lock.json': json(lock), '.gitignore': ignored.join('\n') }
}

function packageFiles(pkg: Package): Record<string, string> {
  const sources = sourcesOf(pkg).map((path, i) => [path, `value ${pkg.name} ${i}\nmore\n`])
  return { [`${pkg.folder}/package.json`]: manifestOf(pkg), [`${pkg.folder}/README.md`]: `# ${pkg.name}\n`, ...Object.fromEntries(sources) }
}

/** The package.json of a package; `more` replaces or adds keys. */
export function manifestOf(pkg: Package, more: Readonly<Record<string, unknown>> = {}): string {
  const own = Object.fromEntries(scripts.map((script) => [script, commandOf(script)]))
  return json({ name: `@bench/${pkg.name}`, version: '1.0.0', private: true, scripts: own, dependencies: dependenciesOf(pkg), ...more })
}

const dependenciesOf = ({ needs }: Package): Record<string, string> => Object.fromEntries(needs.map((need) => [`@bench/${need}`, '1.0.0']))

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
