/** Says which program a name stands for, in words that change when the program does and are the same in every worktree. */
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { newCancellation } from '../model/cancellation.ts'
import type { Processes } from '../model/processes.ts'
import { interpreterIn, shebangOf } from './shebang.ts'

type Environment = Readonly<Record<string, string>>
export type ToolIdentities = {
  /** "missing" when there is no such program. Looks once for each program, environment and folder. */
  of(program: string, env: Environment, cwd: string): Promise<string>
}

type Call = { readonly env: Environment; readonly cwd: string }

/** Larger files are told apart by size: what is that large is a compiled program or a bundle and comes with a version. */
const hashedBytes = 1024 * 1024
const versionTimeoutMs = 5000
/** An interpreter may itself be a script; Linux follows no further than this. */
const deepestScript = 4
/** Files that run another program, chosen by settings that lie elsewhere. */
const switches = new Set(['rustup', 'rustup-init', 'mise', 'asdf', 'volta', 'volta-shim', 'proto-shim'])
/** Asking for a version must not download a toolchain. */
const withoutInstalls = { RUSTUP_AUTO_INSTALL: '0', MISE_NOT_FOUND_AUTO_INSTALL: '0' }

export function toolIdentities(processes: Processes, root: string): ToolIdentities {
  const realRoot = realpathSync(root)
  const known = new Map<string, Promise<string>>()

  const of = (program: string, call: Call, depth: number): Promise<string> => {
    const key = JSON.stringify([program, depth, call.cwd, call.env])
    const before = known.get(key)
    if (before !== undefined) return before
    const identity = identify(program, call, depth).catch(unidentified)
    known.set(key, identity)
    return identity
  }

  const identify = async (program: string, call: Call, depth: number): Promise<string> => {
    const path = processes.find(program, call.env, call.cwd)
    if (path === undefined) return 'missing'
    const real = realpathSync(path)
    const files = [real, ...shimTarget(real)]
    const parts = [...files.map((file) => fileIdentity(file, realRoot)), ...venvIdentity([path, real])]
    if (isSwitch(path, real)) parts.push(await versionAnswer(processes, path, call))
    const interpreters = depth < deepestScript ? files.flatMap((file) => interpreterIn(shebangOf(file) ?? []) ?? []) : []
    for (const one of new Set(interpreters)) parts.push(`${basename(one)}: ${await of(one, call, depth + 1)}`)
    return parts.join(' | ')
  }

  return { of: (program, env, cwd) => of(program, { env, cwd }, 0) }
}

/** Not readable, or gone since it was found: an identity that nothing ever equals, so that no result is reused. */
function unidentified(error: unknown): string {
  if (error instanceof Error && 'code' in error) return `unidentified (${error.message}) ${randomUUID()}`
  throw error
}

/** Inside the checkout the content counts, outside the file. */
function fileIdentity(real: string, root: string): string {
  const way = relative(root, real)
  const { size, mtimeNs } = statSync(real, { bigint: true })
  if (way.startsWith(`..${sep}`) || isAbsolute(way)) return `${real} ${size} ${mtimeNs}`
  const content = size < hashedBytes ? contentDigest(real, root) : `${size} bytes`
  return [way.replaceAll(sep, '/'), ...packageOf(real, root), content].join(' ')
}

/** Installers write the path of the checkout into scripts (pnpm, venv); it must not count. */
function contentDigest(path: string, root: string): string {
  const text = readFileSync(path, 'latin1').replaceAll(Buffer.from(root).toString('latin1'), '<root>')
  return createHash('sha256').update(text, 'latin1').digest('hex')
}

/** "eslint@9.1.0", from the nearest package.json that has a name: some folders hold one only to say that they are modules. */
function packageOf(real: string, root: string): readonly string[] {
  for (let folder = dirname(real); ; folder = dirname(folder)) {
    const { name, version } = manifestIn(folder)
    if (typeof name === 'string') return [`${name}@${typeof version === 'string' ? version : '?'}`]
    if (folder === root || folder === dirname(folder)) return []
  }
}

function manifestIn(folder: string): { readonly name?: unknown; readonly version?: unknown } {
  const path = join(folder, 'package.json')
  if (!existsSync(path)) return {}
  try {
    const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return typeof manifest === 'object' && manifest !== null ? manifest : {}
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

/** pnpm and others put a small script into node_modules/.bin which only starts the real one; the last words of its last line name it. */
function shimTarget(real: string): readonly string[] {
  if (basename(dirname(real)) !== '.bin' || statSync(real).size > 16_384) return []
  const named = /"\$basedir\/([^"]+)"\s+"\$@"/.exec(readFileSync(real, 'utf8'))?.[1]
  const target = named === undefined ? undefined : resolve(dirname(real), named)
  return target !== undefined && existsSync(target) ? [realpathSync(target)] : []
}

/** A script in a virtual environment stays the same when its package is upgraded; the names in site-packages hold the versions. */
function venvIdentity(paths: readonly string[]): readonly string[] {
  const venv = paths.map((path) => dirname(dirname(path))).find((folder) => existsSync(join(folder, 'pyvenv.cfg')))
  if (venv === undefined) return []
  const version = /^version(?:_info)?\s*=\s*(\S+)/m.exec(readFileSync(join(venv, 'pyvenv.cfg'), 'utf8'))?.[1] ?? '?'
  const lib = join(venv, process.platform === 'win32' ? '.' : 'lib')
  const folders = existsSync(lib)
    ? readdirSync(lib)
        .map((name) => join(lib, name, 'site-packages'))
        .filter((folder) => existsSync(folder))
    : []
  const packages = folders.flatMap((folder) => readdirSync(folder)).filter((name) => /\.(dist|egg)-info$/.test(name))
  const digest = createHash('sha256').update(packages.toSorted().join('\n')).digest('hex')
  return [`venv ${version} ${digest}`]
}

function isSwitch(path: string, real: string): boolean {
  if (basename(dirname(path)) === 'shims' || switches.has(basename(real, '.exe'))) return true
  // Older versions of rustup make copies of themselves, not links.
  const rustup = statSync(join(dirname(path), 'rustup'), { throwIfNoEntry: false })
  return rustup !== undefined && rustup.size === statSync(real).size
}

async function versionAnswer(processes: Processes, path: string, { env, cwd }: Call): Promise<string> {
  const answer = await processes.run({
    argv: [path, '--version'],
    cwd,
    env: { ...env, ...withoutInstalls },
    timeoutMs: versionTimeoutMs,
    tag: `identity ${randomUUID()}`,
    cancellation: newCancellation(),
  })
  if (answer.ok && answer.exit.kind === 'exited') return `${answer.exit.code}: ${answer.exit.stdout.trim()} ${answer.exit.stderr.trim()}`
  return `no version ${randomUUID()}`
}
