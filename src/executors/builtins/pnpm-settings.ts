/** Compares the settings that pnpm-lock.yaml was made with to those of the repository. */
import type { Files } from '../../model/files.ts'
import type { Json } from '../../model/json.ts'
import { isJsonTable, parseTable, tableIn, textIn, textList, type JsonTable } from './package-manifests.ts'
import { objectHash, sha256 } from './pnpm-hashes.ts'
import { yamlTable, type PnpmLock } from './pnpm-lock.ts'
import { catalogEntry, overridesOf, type PnpmSettings } from './pnpm-overrides.ts'

/** A text says why pnpm-workspace.yaml cannot be read. */
export async function readPnpmSettings(files: Files): Promise<PnpmSettings | string> {
  const root = parseTable((await files.read('package.json')) ?? '{}')
  const workspace = await yamlTable((await files.read('pnpm-workspace.yaml')) ?? '')
  if (typeof workspace === 'string') return workspace
  const manifest = typeof root === 'string' ? {} : root
  const major = /^pnpm@(\d+)/.exec(textIn(manifest, 'packageManager') ?? '')?.[1]
  return { workspace, root: manifest, readsManifest: major === undefined || Number(major) < 11, npmrc: (await files.read('.npmrc')) ?? '' }
}

const setting = ({ workspace, root, readsManifest }: PnpmSettings, key: string): Json | undefined =>
  workspace[key] ?? (readsManifest ? tableIn(root, 'pnpm')[key] : undefined)

/** Says yes or no only where the repository does: anything else may stand in the home folder. */
export function flagOf({ workspace, npmrc }: PnpmSettings, key: string): boolean | undefined {
  const value = workspace[key]
  if (typeof value === 'boolean') return value
  const written = new RegExp(`^\\s*${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}\\s*=\\s*(true|false)\\s*$`, 'm').exec(npmrc)?.[1]
  return written === undefined ? undefined : written === 'true'
}

/** What differs, in words. */
export async function settingDifferences({ content }: PnpmLock, settings: PnpmSettings, files: Files): Promise<readonly string[]> {
  const locked = tableIn(content, 'settings')
  const flags = ['autoInstallPeers', 'excludeLinksFromLockfile'].filter((key) => {
    const flag = flagOf(settings, key)
    return flag !== undefined && typeof locked[key] === 'boolean' && locked[key] !== flag
  })
  const ignored = (value: Json | undefined): string => JSON.stringify([...textList(value)].toSorted())
  return [
    ...catalogDifferences(tableIn(content, 'catalogs'), settings.workspace),
    ...overrideDifferences(tableIn(content, 'overrides'), settings),
    ...(ignored(content['ignoredOptionalDependencies']) === ignored(setting(settings, 'ignoredOptionalDependencies'))
      ? []
      : ['ignoredOptionalDependencies are others in pnpm-lock.yaml']),
    ...(await patchDifferences(tableIn(content, 'patchedDependencies'), tableIn({ it: setting(settings, 'patchedDependencies') ?? null }, 'it'), files)),
    ...flags.map((key) => `the setting ${key} is ${flagOf(settings, key)}, but ${locked[key] === true} in pnpm-lock.yaml`),
  ]
}

/** Only what is in use stands in the lockfile. */
function catalogDifferences(locked: JsonTable, workspace: JsonTable): readonly string[] {
  return Object.entries(locked).flatMap(([catalog, entries]) =>
    Object.entries(isJsonTable(entries) ? entries : {}).flatMap(([name, entry]) => {
      const [now, then] = [catalogEntry(workspace, catalog, name), textIn(entry, 'specifier')]
      return now === then ? [] : [`'${name}' of the catalog ${catalog} is ${now ?? 'not wanted'}, but ${then ?? 'missing'} in pnpm-lock.yaml`]
    }),
  )
}

function overrideDifferences(locked: JsonTable, settings: PnpmSettings): readonly string[] {
  const [first = [], ...others] = overridesOf(settings).map((overrides) =>
    [...new Set([...Object.keys(overrides), ...Object.keys(locked)])].flatMap((selector) => {
      const [now, then] = [overrides[selector], textIn(locked, selector)]
      return now === then ? [] : [`the override '${selector}' is ${now ?? 'not wanted'}, but ${then ?? 'missing'} in pnpm-lock.yaml`]
    }),
  )
  return others.some((each) => each.length === 0) ? [] : first
}

const plainPath = (path: string): string => path.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '')

async function patchDifferences(locked: JsonTable, wanted: JsonTable, files: Files): Promise<readonly string[]> {
  const names = [...new Set([...Object.keys(locked), ...Object.keys(wanted)])]
  const all = await Promise.all(
    names.map(async (name) => {
      const [path, entry] = [textIn(wanted, name), locked[name]]
      if (path === undefined) return [`the patch of '${name}' is no longer wanted, but still in pnpm-lock.yaml`]
      if (entry === undefined) return [`the patch of '${name}' is not in pnpm-lock.yaml`]
      const recorded = textIn(entry, 'path')
      if (recorded !== undefined && plainPath(recorded) !== plainPath(path)) return [`the patch of '${name}' is ${path}, but ${recorded} in pnpm-lock.yaml`]
      const text = await files.read(plainPath(path))
      if (text === undefined) return /^(?:\/|\.\.|[A-Za-z]:)/.test(path) ? [] : [`the patch ${path} of '${name}' is missing`]
      const hash = patchHash(entry)
      return hash === undefined || hash === (await sha256(unixLines(text))).hex ? [] : [`the patch of '${name}' changed since pnpm-lock.yaml was written`]
    }),
  )
  return all.flat()
}

/** pnpm up to 9 wrote another kind of hash. */
function patchHash(entry: Json): string | undefined {
  const hash = typeof entry === 'string' ? entry : textIn(entry, 'hash')
  return hash !== undefined && /^[0-9a-f]{64}$/.test(hash) ? hash : undefined
}

const unixLines = (text: string): string => text.replaceAll('\r\n', '\n')

/** Why only pnpm itself can tell whether the settings still fit: programs and hashes of another kind. */
export async function onlyPnpmKnows({ content }: PnpmLock, settings: PnpmSettings, files: Files): Promise<string | undefined> {
  const extensions = setting(settings, 'packageExtensions')
  const hash = isJsonTable(extensions) && Object.keys(extensions).length > 0 ? await objectHash(extensions) : undefined
  if (textIn(content, 'packageExtensionsChecksum') !== hash) return 'packageExtensions'
  if (Object.values(tableIn(content, 'patchedDependencies')).some((entry) => patchHash(entry) === undefined)) return 'patchedDependencies'
  const scripts = (await Promise.all(['.pnpmfile.cjs', '.pnpmfile.mjs'].map((path) => files.read(path)))).filter((text) => text !== undefined)
  const checksum = textIn(content, 'pnpmfileChecksum')
  if (scripts.length === 0 && checksum === undefined) return undefined
  const hashes = await Promise.all(scripts.map(async (text) => `sha256-${(await sha256(unixLines(text))).base64}`))
  return checksum !== undefined && hashes.includes(checksum) ? undefined : '.pnpmfile'
}

/** These may change what a package of the workspace asks for before it is compared. */
export const rewritesManifests = ({ content }: PnpmLock): boolean =>
  content['pnpmfileChecksum'] !== undefined || content['packageExtensionsChecksum'] !== undefined
