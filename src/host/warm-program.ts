/** Says what would run if a tool of the Node world were started: which Node, which file of which package; or why that cannot be told. */
import { existsSync, lstatSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { findProgram } from './program-search.ts'
import { shebangOf } from './shebang.ts'
import { manifestIn } from './manifest.ts'

type Environment = Readonly<Record<string, string>>

export type WarmProgram = {
  /** Absolute paths. */
  readonly node: string
  /** What Node is given as the first word. */
  readonly entry: string
  readonly env: Environment
  /** Changes when Node or the package does. */
  readonly sight: string
}

/** `why`: the tool is not what it seems, or cannot be started by us as it would be. */
export function warmProgram(tool: string, program: string, env: Environment, cwd: string): WarmProgram | { readonly why: string } {
  const found = findProgram(program, env, cwd)
  if (found === undefined) return { why: `there is no program ${program}` }
  const started = startedBy(found, env)
  if ('why' in started) return started
  const real = realpathSync(started.entry)
  const home = homeOf(tool, real)
  if (home === undefined) return { why: `${found} does not belong to a package with the name ${tool}` }
  if (shebangOf(real)?.join(' ') !== '/usr/bin/env node') return { why: `${found} is not for the Node of PATH` }
  const node = findProgram('node', env, cwd)
  if (node === undefined) return { why: 'there is no node on PATH' }
  return { node, ...started, sight: [node, real, home].map(sightOf).join(' ') }
}

type Started = { readonly entry: string; readonly env: Environment }

/** A link, or a small script of pnpm that starts the real one. */
function startedBy(found: string, env: Environment): Started | { readonly why: string } {
  if (basename(dirname(found)) !== '.bin' || lstatSync(found).isSymbolicLink()) return { entry: found, env }
  if (statSync(found).size > 16_384) return { why: `${found} is not a link to the tool` }
  const text = readFileSync(found, 'utf8')
  const named = /^\s*exec node\s+"\$basedir\/([^"$]+)"\s+"\$@"$/m.exec(text)?.[1]
  if (named === undefined || existsSync(join(dirname(found), 'node'))) return { why: `${found} is not a link to the tool` }
  const entry = resolve(dirname(found), named)
  if (!existsSync(entry)) return { why: `${found} starts ${entry}, which does not exist` }
  const folders = /^\s*export NODE_PATH="([^"$]+)"$/m.exec(text)?.[1]
  if (folders === undefined) return { entry, env }
  const before = env['NODE_PATH'] ?? ''
  return { entry, env: { ...env, NODE_PATH: before === '' ? folders : `${folders}:${before}` } }
}

/** The package.json of the package whose program it is. */
function homeOf(tool: string, real: string): string | undefined {
  const folder = dirname(dirname(real))
  const { name, bin } = manifestIn(folder)
  const own = typeof bin === 'string' ? bin : typeof bin === 'object' && bin !== null && tool in bin ? Reflect.get(bin, tool) : undefined
  return name === tool && typeof own === 'string' && resolve(folder, own) === real ? join(folder, 'package.json') : undefined
}

function sightOf(path: string): string {
  const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true })
  return `${path} ${ino} ${size} ${mtimeNs} ${ctimeNs}`
}
