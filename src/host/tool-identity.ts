/** Says which program a name stands for, in words that change when the program does and are the same in every worktree. */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { newCancellation } from '../model/cancellation.ts'
import type { Sighting } from '../model/baseline.ts'
import type { Processes } from '../model/processes.ts'
import { isOlderAt, lookMoment } from './look-moment.ts'
import { sightAll } from './sightings.ts'
import { namesPlace, searchPath } from './program-search.ts'
import { interpreterIn, shebangOf } from './shebang.ts'
import { sha256 } from './digest.ts'
import { manifestIn } from './manifest.ts'

type Environment = Readonly<Record<string, string>>
export type ToolIdentities = {
  /** "missing" when there is no such program. Looks once for each program, environment (the same object) and folder. */
  of(program: string, env: Environment, cwd: string): Promise<string>
  /** Whether it is still found at the same place and all files that made up its identity are as they were. False in any doubt. */
  isStill(program: string, env: Environment, cwd: string): boolean
  /** How all files were seen that made up the identities so far, and the folders in which another program of that name could appear. Undefined when one was touched since, or files do not tell all. */
  sightings(): readonly Sighting[] | undefined
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

/** `root` may be several folders that stand for one checkout: a copy of it, and what the copy borrows from; the inner one first. */
export function toolIdentities(processes: Processes, root: string | readonly string[]): ToolIdentities {
  const roots = [root].flat().map((folder) => realpathSync(folder))
  const moment = lookMoment()
  const byPath = new Map<string, FoundTool>()
  const known = new WeakMap<Environment, Map<string, Promise<string>>>()
  const searched = new Set<string>()

  const toolAt = (path: string): FoundTool => {
    const tool = byPath.get(path) ?? foundTool(path, roots)
    byPath.set(path, tool)
    return tool
  }
  const versions = new Map<string, Promise<string>>()
  const versionOf = (path: string, call: Call): Promise<string> => {
    const key = JSON.stringify([path, call.cwd, call.env])
    const answer = versions.get(key) ?? versionAnswer(processes, path, call)
    versions.set(key, answer)
    return answer
  }
  const identify = async (program: string, call: Call, depth: number): Promise<string> => {
    const path = processes.find(program, call.env, call.cwd)
    if (path === undefined) return 'missing'
    const tool = toolAt(path)
    const parts = [...tool.parts]
    if (tool.isSwitch) parts.push(await versionOf(path, call))
    if (depth < deepestScript) for (const one of tool.interpreters) parts.push(`${basename(one)}: ${await identify(one, call, depth + 1)}`)
    return parts.join(' | ')
  }
  const isStill = (program: string, call: Call, depth: number): boolean => {
    const path = processes.find(program, call.env, call.cwd)
    if (path === undefined) return true
    const tool = byPath.get(path)
    // Found elsewhere than before, or not asked for yet.
    if (tool === undefined || tool.isSwitch || !tool.files.every((file) => isOlderAt(file, moment))) return false
    return depth >= deepestScript || tool.interpreters.every((one) => isStill(one, call, depth + 1))
  }
  return {
    of(program, env, cwd) {
      const answers = known.get(env) ?? new Map<string, Promise<string>>()
      if (answers.size === 0) for (const folder of searchPath(env)) searched.add(folder)
      if (namesPlace(program)) searched.add(dirname(resolve(cwd, program)))
      known.set(env, answers)
      const key = `${program}\0${cwd}`
      const answer = answers.get(key) ?? identify(program, { env, cwd }, 0).catch(unidentified)
      answers.set(key, answer)
      return answer
    },
    isStill: (program, env, cwd) => isStill(program, { env, cwd }, 0),
    sightings: () => {
      const tools = [...byPath.values()]
      if (tools.some((tool) => tool.isSwitch)) return undefined
      const files = sightAll(roots[0] ?? '/', new Set(tools.flatMap((tool) => tool.files)), moment)
      const folders = sightAll(roots[0] ?? '/', searched, moment, true)
      return files === undefined || folders === undefined ? undefined : [...files, ...folders]
    },
  }
}

/** All that can be told of a program from its file alone. */
type FoundTool = {
  readonly parts: readonly string[]
  readonly files: readonly string[]
  readonly interpreters: readonly string[]
  /** Settings that lie elsewhere choose what it runs. */
  readonly isSwitch: boolean
}

function foundTool(path: string, roots: readonly string[]): FoundTool {
  const real = realpathSync(path)
  const files = [real, ...shimTarget(real)]
  const venv = venvOf([path, real])
  return {
    parts: [...files.map((file) => fileIdentity(file, roots)), ...(venv === undefined ? [] : [venvIdentity(venv)])],
    files: [path, ...files, ...(venv === undefined ? [] : [join(venv, 'pyvenv.cfg'), ...sitePackages(venv)])],
    interpreters: [...new Set(files.flatMap((file) => interpreterIn(shebangOf(file) ?? []) ?? []))],
    isSwitch: isSwitch(path, real),
  }
}

/** Not readable, or gone since it was found: an identity that nothing ever equals, so that no result is reused. */
function unidentified(error: unknown): string {
  if (error instanceof Error && 'code' in error) return `unidentified (${error.message}) ${crypto.randomUUID()}`
  throw error
}

/** Inside the checkout the content counts, outside the file. */
function fileIdentity(real: string, roots: readonly string[]): string {
  const { size, mtimeNs } = statSync(real, { bigint: true })
  const root = roots.find((folder) => isBelow(real, folder))
  if (root === undefined) return `${real} ${size} ${mtimeNs}`
  const way = relative(root, real)
  const content = size < hashedBytes ? contentDigest(real, roots) : `${size} bytes`
  return [way.replaceAll(sep, '/'), ...packageOf(real, root), content].join(' ')
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

/** Installers write the path of the checkout into scripts (pnpm, venv); it must not count. */
function contentDigest(path: string, roots: readonly string[]): string {
  let text = readFileSync(path, 'latin1')
  for (const root of roots) text = text.replaceAll(Buffer.from(root).toString('latin1'), '<root>')
  return sha256(Buffer.from(text, 'latin1'))
}

/** "eslint@9.1.0", from the nearest package.json that has a name: some folders hold one only to say that they are modules. */
function packageOf(real: string, root: string): readonly string[] {
  for (let folder = dirname(real); ; folder = dirname(folder)) {
    const { name, version } = manifestIn(folder)
    if (typeof name === 'string') return [`${name}@${typeof version === 'string' ? version : '?'}`]
    if (folder === root || folder === dirname(folder)) return []
  }
}

/** pnpm and others put a small script into node_modules/.bin which only starts the real one; the last words of its last line name it. */
function shimTarget(real: string): readonly string[] {
  if (basename(dirname(real)) !== '.bin' || statSync(real).size > 16_384) return []
  const named = /"\$basedir\/([^"]+)"\s+"\$@"/.exec(readFileSync(real, 'utf8'))?.[1]
  const target = named === undefined ? undefined : resolve(dirname(real), named)
  return target !== undefined && existsSync(target) ? [realpathSync(target)] : []
}

const venvOf = (paths: readonly string[]): string | undefined =>
  paths.map((path) => dirname(dirname(path))).find((folder) => existsSync(join(folder, 'pyvenv.cfg')))

/** A script in a virtual environment stays the same when its package is upgraded; the names in site-packages hold the versions. */
function venvIdentity(venv: string): string {
  const version = /^version(?:_info)?\s*=\s*(\S+)/m.exec(readFileSync(join(venv, 'pyvenv.cfg'), 'utf8'))?.[1] ?? '?'
  const packages = sitePackages(venv)
    .flatMap((folder) => readdirSync(folder))
    .filter((name) => /\.(dist|egg)-info$/.test(name))
  return `venv ${version} ${sha256(packages.toSorted().join('\n'))}`
}

function sitePackages(venv: string): readonly string[] {
  const lib = join(venv, process.platform === 'win32' ? '.' : 'lib')
  const folders = existsSync(lib) ? readdirSync(lib).map((name) => join(lib, name, 'site-packages')) : []
  return folders.filter((folder) => existsSync(folder))
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
    tag: `identity ${crypto.randomUUID()}`,
    cancellation: newCancellation(),
  })
  if (answer.ok && answer.exit.kind === 'exited') return `${answer.exit.code}: ${answer.exit.stdout.trim()} ${answer.exit.stderr.trim()}`
  return `no version ${crypto.randomUUID()}`
}
