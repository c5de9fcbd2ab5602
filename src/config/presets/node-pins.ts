/** Reads which versions of Node, Bun and Deno a repository asks for, the most binding wish first. */
import type { Files } from '../../model/files.ts'
import type { Gathering } from './gathering.ts'
import { at, isTable, readToml, texts, type Table } from './manifests.ts'

export type Runtime = 'node' | 'bun' | 'deno'

/** `strict` false: only worth a remark when it is not met. */
export type Pin = { readonly runtime: Runtime; readonly range: string; readonly from: string; readonly strict: boolean }

/** devEngines, then version files, volta, mise, .tool-versions, then engines. */
export async function runtimePins(files: Files, manifest: Table | undefined, gathering: Gathering): Promise<readonly Pin[]> {
  return [
    ...devEngines(manifest),
    ...(await versionFile(files, '.nvmrc', 'node', gathering)),
    ...(await versionFile(files, '.node-version', 'node', gathering)),
    ...(await versionFile(files, '.bun-version', 'bun', gathering)),
    ...(await versionFile(files, '.dvmrc', 'deno', gathering)),
    ...pinOf('node', at(manifest, 'volta', 'node'), 'package.json volta.node', gathering),
    ...(await misePins(files, gathering)),
    ...(await toolVersions(files, gathering)),
    ...runtimes.flatMap((runtime) => pinOf(runtime, at(manifest, 'engines', runtime), `package.json engines.${runtime}`, gathering)),
  ]
}

const runtimes = ['node', 'bun', 'deno'] as const
const isRuntime = (name: unknown): name is Runtime => name === 'node' || name === 'bun' || name === 'deno'

// Code names of release lines; "lts/*" can be any of them.
const lines: Readonly<Record<string, string>> = {
  argon: '4',
  boron: '6',
  carbon: '8',
  dubnium: '10',
  erbium: '12',
  fermium: '14',
  gallium: '16',
  hydrogen: '18',
  iron: '20',
  jod: '22',
  krypton: '24',
}
const anyLongTerm = '18 || 20 || 22 || 24 || 26 || 28 || 30 || 32'

function devEngines(manifest: Table | undefined): Pin[] {
  const wish = at(manifest, 'devEngines', 'runtime')
  return (Array.isArray(wish) ? wish : [wish]).filter(isTable).flatMap((engine) => {
    const { name, version, onFail } = engine
    if (!isRuntime(name) || typeof version !== 'string') return []
    return [{ runtime: name, range: version, from: 'package.json devEngines.runtime', strict: onFail !== 'warn' && onFail !== 'ignore' }]
  })
}

async function versionFile(files: Files, path: string, runtime: Runtime, gathering: Gathering): Promise<readonly Pin[]> {
  const text = await files.read(path)
  const line = text
    ?.split('\n')
    .map((each) => each.replace(/#.*/, '').trim())
    .find((each) => each !== '')
  return pinOf(runtime, line, path, gathering)
}

async function misePins(files: Files, gathering: Gathering): Promise<readonly Pin[]> {
  for (const path of ['mise.toml', '.mise.toml', '.config/mise.toml']) {
    const tools = at(await readToml(files, path, gathering), 'tools')
    const pins = ['node', 'nodejs', ...runtimes.slice(1)].flatMap((name) => pinOf(runtimeOf(name), wantedVersion(at(tools, name)), path, gathering))
    if (pins.length > 0) return pins
  }
  return []
}

/** mise takes a text, a list whose first counts, or a table with `version`. */
const wantedVersion = (value: unknown): unknown =>
  isTable(value) ? value['version'] : (texts(value)[0] ?? (typeof value === 'number' ? String(value) : undefined))
const runtimeOf = (name: string): Runtime => (name === 'bun' || name === 'deno' ? name : 'node')

async function toolVersions(files: Files, gathering: Gathering): Promise<readonly Pin[]> {
  const rows = ((await files.read('.tool-versions')) ?? '').split('\n').map((line) => line.replace(/#.*/, '').trim().split(/\s+/))
  return rows.flatMap(([name, version]) => (name === 'nodejs' || isRuntime(name) ? pinOf(runtimeOf(name), version, '.tool-versions', gathering) : []))
}

function pinOf(runtime: Runtime, wish: unknown, from: string, gathering: Gathering): readonly Pin[] {
  if (typeof wish !== 'string' || wish.trim() === '') return []
  const text = wish.trim().replace(/^(node|bun|deno)[@-]?v?(?=\d)/, '')
  const range = runtime === 'node' ? nodeRange(text) : text
  if (range === undefined) {
    gathering.remark(`${from} asks for ${runtime} "${wish}"; pawl does not know which versions that means`, from.split(' ')[0])
    return []
  }
  return range === '*' ? [] : [{ runtime, range, from, strict: true }]
}

/** Undefined: a name that nobody knows offline. "*": whatever there is. */
function nodeRange(text: string): string | undefined {
  const name = text.toLowerCase()
  if (['node', 'stable', 'latest', 'current', 'system', '*'].includes(name)) return '*'
  if (['lts', 'lts/*', '--lts'].includes(name)) return anyLongTerm
  const line = /^lts[/-](\w+)$/.exec(name)?.[1]
  if (line !== undefined) return lines[line]
  return /\d/.test(text) || text.includes('*') ? text : lines[name]
}

/** Pairs of wishes that no version can fulfil, as far as plain versions tell: 20 and 22.1, but not ranges. */
export function contradictions(pins: readonly Pin[]): readonly (readonly [Pin, Pin])[] {
  const plain = pins.filter((pin) => /^v?\d+(\.\d+){0,2}$/.test(pin.range))
  return plain.flatMap((pin, i) =>
    plain
      .slice(i + 1)
      .filter((other) => other.runtime === pin.runtime && disagree(pin.range, other.range))
      .map((other) => [pin, other] as const),
  )
}

function disagree(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => text.replace(/^v/, '').split('.'))
  return (left ?? []).some((part, i) => right?.[i] !== undefined && right[i] !== part)
}
