/** Says whether what yarn.lock says is installed, by the record that each way of installing leaves. */
import type { Files } from '../../model/files.ts'
import type { Finding } from '../../model/finding.ts'
import type { Json } from '../../model/json.ts'
import type { Builtin } from '../builtin.ts'
import { isJsonTable, lookups, parseTable, readManifests, shortened, tableIn, textIn, textList, wishes, type PackageManifest } from './package-manifests.ts'
import { conditional, readYarnLock, type YarnLock } from './yarn-lock.ts'

type Verdict = readonly Finding[]

/** manifests: globs of the package.json files. linker: classic, node-modules, pnpm or pnp. */
export const yarnInstalled: Builtin = async (args, world) => {
  const { files } = world
  const manifests = await readManifests(files, args['manifests'])
  if ('failure' in manifests) return manifests
  const text = await files.read('yarn.lock')
  if (text === undefined) return { failure: { type: 'detect.unreadable', what: 'yarn.lock is missing', place: { file: 'yarn.lock' } } }
  if (manifests.every((manifest) => wishes(manifest).length === 0)) return { findings: [], summary: 'nothing has to be installed' }
  const lock = readYarnLock(text)
  const findings = await judge(textIn(args, 'linker') ?? 'node-modules', files, lock, manifests)
  return {
    findings: shortened(findings),
    summary: findings.length === 0 ? `${lock.entries.length} packages as in yarn.lock` : 'what is installed is not what yarn.lock says',
  }
}

function judge(linker: string, files: Files, lock: YarnLock, manifests: readonly PackageManifest[]): Promise<Verdict> {
  if (linker === 'classic') return classic(files, lock, manifests)
  if (linker === 'pnp') return plugAndPlay(files, lock)
  return linker === 'pnpm' ? direct(files, manifests, 'yarn install --immutable') : nodeModules(files, lock)
}

/** node_modules/.yarn-integrity repeats the lockfile as it was installed. */
async function classic(files: Files, lock: YarnLock, manifests: readonly PackageManifest[]): Promise<Verdict> {
  const fix = 'yarn install --frozen-lockfile'
  const text = await files.read('node_modules/.yarn-integrity')
  if (text === undefined) return [finding('node_modules is missing, or was not installed by yarn', fix)]
  const record = parseTable(text)
  if (typeof record === 'string') return [finding(`node_modules/.yarn-integrity cannot be parsed: ${record}`, fix)]
  const installed = tableIn(record, 'lockfileEntries')
  const wrong = lock.entries.flatMap((entry) =>
    entry.wishes
      .filter((wish) => installed[wish] !== undefined || entry.resolved !== undefined)
      .filter((wish) => installed[wish] !== entry.resolved)
      .map((wish) => finding(`${wish} is not installed as in yarn.lock`, fix)),
  )
  return wrong.length > 0 ? wrong : direct(files, manifests, fix)
}

async function direct(files: Files, manifests: readonly PackageManifest[], fix: string): Promise<Verdict> {
  const asked = manifests.flatMap((manifest) =>
    wishes(manifest)
      .filter((wish) => !wish.optional)
      .map((wish) => lookups(manifest.folder, wish.name)),
  )
  const there = await Promise.all(asked.map(async (places) => (await Promise.all(places.map((place) => files.exists(`${place}/package.json`)))).includes(true)))
  return asked.filter((_, i) => there[i] === false).map((places) => finding(`${places[0] ?? ''} is missing`, fix))
}

/** Packages of the registry and the like that must be there on every platform. */
function required(lock: YarnLock): readonly string[] {
  const left = conditional(lock)
  // yarn patches some packages itself (typescript): then only the patched one is installed.
  const patched = new Set(lock.entries.flatMap(({ resolution }) => decodeURIComponent(/@patch:([^#]+)#/.exec(resolution ?? '')?.[1] ?? '') || []))
  return lock.entries.flatMap((entry) =>
    entry.resolution === undefined || left.has(entry) || patched.has(entry.resolution) || /@(workspace|link|portal):/.test(entry.resolution)
      ? []
      : [entry.resolution],
  )
}

/** A package with peers is installed under a name made for each place that it is used in. */
const withoutVirtual = (locator: string): string => locator.replace(/@virtual:[0-9a-f]+#/, '@')

const fixBerry = 'yarn install --immutable'

async function nodeModules(files: Files, lock: YarnLock): Promise<Verdict> {
  const text = await files.read('node_modules/.yarn-state.yml')
  if (text === undefined)
    return [finding((await files.exists('node_modules')) ? 'node_modules was not installed by yarn, or not to the end' : 'node_modules is missing', fixBerry)]
  const installed = new Set([...text.matchAll(/^"?(.+?)"?:\s*$/gm)].flatMap((match) => (match[0].startsWith(' ') ? [] : [withoutVirtual(match[1] ?? '')])))
  const missing = required(lock).filter((locator) => !installed.has(locator))
  if (missing.length > 0) return missing.map((locator) => finding(`${locator} is not installed`, fixBerry))
  // Beside locations there are aliases, which are names.
  const located = [...text.matchAll(/^ {2}locations:\s*\n((?: {4}- .*\n?)*)/gm)].map((match) => match[1] ?? '').join('\n')
  const places = [...located.matchAll(/^ {4}- "?(.*?)"?\s*$/gm)].map((match) => match[1] ?? '').filter((place) => place !== '')
  const there = await Promise.all(places.map((place) => files.exists(`${place}/package.json`)))
  return places.filter((_, i) => there[i] === false).map((place) => finding(`${place} is missing or empty`, fixBerry))
}

async function plugAndPlay(files: Files, lock: YarnLock): Promise<Verdict> {
  const [file, text] = (await files.exists('.pnp.data.json'))
    ? ['.pnp.data.json', await files.read('.pnp.data.json')]
    : ['.pnp.cjs', inlined(await files.read('.pnp.cjs'))]
  if (text === undefined) return [finding('.pnp.cjs is missing', fixBerry)]
  const data = parseTable(text)
  if (typeof data === 'string') return [finding(`${file} cannot be read: ${data}`, fixBerry)]
  const installed = new Map<string, string>()
  for (const [name, versions] of pairs(data['packageRegistryData'])) {
    for (const [reference, information] of pairs(versions))
      installed.set(
        withoutVirtual(`${textList(name)[0] ?? ''}@${textList(reference)[0] ?? ''}`),
        (isJsonTable(information) && textIn(information, 'packageLocation')) || '',
      )
  }
  const missing = required(lock).filter((locator) => !installed.has(locator))
  if (missing.length > 0) return missing.map((locator) => finding(`${locator} is not in ${file}`, fixBerry))
  // Locations outside of the repository belong to the cache in the home folder; only yarn itself can judge those.
  const inside = required(lock)
    .flatMap((locator) => installed.get(locator) ?? [])
    .filter((place) => place.startsWith('./') && !place.includes('__virtual__'))
    .map((place) =>
      place
        .slice(2)
        .replace(/\.zip\/.*$/, '.zip')
        .replace(/\/$/, ''),
    )
  const there = await Promise.all(inside.map((place) => files.exists(place)))
  return inside.filter((_, i) => there[i] === false).map((place) => finding(`${place} is missing`, fixBerry))
}

const pairs = (value: Json | undefined): readonly (readonly [Json, Json])[] =>
  Array.isArray(value) ? value.flatMap((pair) => (Array.isArray(pair) && pair.length === 2 ? [[pair[0], pair[1]] as const] : [])) : []

/** The JSON that .pnp.cjs holds as a text over many lines. */
function inlined(script: string | undefined): string | undefined {
  const match = /RAW_RUNTIME_STATE\s*=\s*'([\s\S]*?[^\\])';/.exec(script ?? '')
  return match?.[1]?.replace(/\\\n/g, '\n').replace(/\\(['\\])/g, '$1')
}

const finding = (message: string, suggestion: string): Finding => ({
  file: 'yarn.lock',
  severity: 'error',
  rule: 'installed',
  message,
  suggestion,
  fixable: true,
})
