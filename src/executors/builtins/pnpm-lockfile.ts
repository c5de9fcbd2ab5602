/** Says whether pnpm-lock.yaml fits the manifests and the settings, as `pnpm install --frozen-lockfile` would, without starting pnpm. */
import type { Finding } from '../../model/finding.ts'
import type { Builtin, BuiltinWorld, Judgement } from '../builtin.ts'
import { networkTrouble } from '../network-trouble.ts'
import { ask, crashed } from './asking.ts'
import { readManifests, shortened, tableIn, textIn, textList, type JsonTable, type PackageManifest } from './package-manifests.ts'
import { dependencyKinds, readPnpmLock, recordedIn, type Asked, type PnpmLock } from './pnpm-lock.ts'
import { mayBecome } from './pnpm-overrides.ts'
import { flagOf, onlyPnpmKnows, readPnpmSettings, rewritesManifests, settingDifferences } from './pnpm-settings.ts'

const path = 'pnpm-lock.yaml'
const suggestion = 'pnpm install --lockfile-only --no-frozen-lockfile'

/** manifests: globs of the package.json files of the workspace. */
export const pnpmLockfile: Builtin = async (args, world) => {
  const { files } = world
  const text = await files.read(path)
  if (text === undefined || text.trim() === '') return { findings: [stale(path, 'the lockfile is missing')], summary: 'no lockfile' }
  const lock = await readPnpmLock(text)
  if (typeof lock === 'string') return { findings: [stale(path, `the lockfile cannot be read: ${lock}`)], summary: 'no usable lockfile' }
  const all = await readManifests(files, args['manifests'])
  if ('failure' in all) return all
  const settings = await readPnpmSettings(files)
  if (typeof settings === 'string') {
    const file = 'pnpm-workspace.yaml'
    return {
      failure: { type: 'detect.unreadable', what: `${file} cannot be parsed`, why: settings, hint: 'correct the file, then run again', place: { file } },
    }
  }
  // Each package has a lockfile of its own then; this is the root's.
  const manifests = flagOf(settings, 'sharedWorkspaceLockfile') === false ? all.filter(({ folder }) => folder === '') : all
  const findings = [
    ...manifests.flatMap((manifest) => differences(manifest, lock)),
    ...(await gone(manifests, lock, world)),
    ...(await settingDifferences(lock, settings, files)).map((message) => stale(path, message)),
  ]
  if (!(lock.version >= 5 && lock.version <= 9) || (findings.length > 0 && rewritesManifests(lock)) || (await onlyPnpmKnows(lock, settings, files)))
    return asked(world, findings)
  return {
    findings: shortened(findings),
    summary: findings.length === 0 ? `${path} fits ${manifests.length === 1 ? 'package.json' : `${manifests.length} manifests`}` : `${path} does not fit`,
  }
}

function differences(manifest: PackageManifest, lock: PnpmLock): readonly Finding[] {
  const importer = lock.importers.get(manifest.folder || '.') ?? {}
  const [wanted, recorded] = [wantedBy(manifest, lock), withoutLinks(recordedIn(importer), lock)]
  const messages = [...new Set([...wanted.keys(), ...recorded.keys()])].flatMap((name) => difference(name, wanted.get(name), recorded.get(name), lock) ?? [])
  const own = ownDifferences(manifest.content, importer)
  // pnpm does not mind an unknown package that asks for nothing.
  if (!lock.importers.has(manifest.folder || '.') && messages.length + own.length > 0)
    return [stale(manifest.path, `${path} does not know the package in ${manifest.folder || 'the root'}`)]
  return [...messages, ...own].map((message) => stale(manifest.path, message))
}

/** A name counts once: optional before required before for development. */
function wantedBy({ content }: PackageManifest, lock: PnpmLock): ReadonlyMap<string, Asked> {
  const entries = dependencyKinds.flatMap((kind) => asksOf(content, kind, kind))
  const peers = tableIn(lock.content, 'settings')['autoInstallPeers'] === true ? asksOf(content, 'peerDependencies', 'dependencies') : []
  return withoutLinks(new Map([...peers, ...entries]), lock)
}

const asksOf = (content: JsonTable, key: string, kind: Asked['kind']): readonly (readonly [string, Asked])[] =>
  Object.entries(tableIn(content, key)).flatMap(([name, specifier]) => (typeof specifier === 'string' ? [[name, { kind, specifier }] as const] : []))

function withoutLinks(asked: ReadonlyMap<string, Asked>, lock: PnpmLock): ReadonlyMap<string, Asked> {
  if (tableIn(lock.content, 'settings')['excludeLinksFromLockfile'] !== true) return asked
  return new Map([...asked].filter(([, { specifier }]) => !specifier.startsWith('link:')))
}

function difference(name: string, wanted: Asked | undefined, recorded: Asked | undefined, { content }: PnpmLock): string | undefined {
  if (wanted === undefined) return `${recorded?.kind ?? ''} '${name}' is no longer wanted, but still in ${path}`
  const overridden = mayBecome(name, wanted.specifier, recorded?.specifier, content['overrides'])
  if (recorded === undefined)
    return overridden || isIgnored(name, wanted, content) ? undefined : `${wanted.kind} '${name}' ${wanted.specifier} is not in ${path}`
  if (!overridden) return `${wanted.kind} '${name}' is ${wanted.specifier}, but ${recorded.specifier} in ${path}`
  return wanted.kind === recorded.kind ? undefined : `'${name}' is one of the ${wanted.kind}, but of the ${recorded.kind} in ${path}`
}

const isIgnored = (name: string, { kind }: Asked, content: JsonTable): boolean =>
  kind === 'optionalDependencies' &&
  textList(content['ignoredOptionalDependencies']).some((pattern) =>
    new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(name),
  )

/** The two other things of a manifest that pnpm compares. */
function ownDifferences(content: JsonTable, importer: JsonTable): readonly string[] {
  const folders = [textIn(tableIn(content, 'publishConfig'), 'directory'), textIn(importer, 'publishDirectory')]
  const metas = [content, importer].map((each) => sorted(tableIn(each, 'dependenciesMeta')))
  return [
    ...(folders[0] === folders[1] ? [] : [`publishConfig.directory is ${folders[0] ?? 'not set'}, but ${folders[1] ?? 'not set'} in ${path}`]),
    ...(metas[0] === metas[1] ? [] : [`dependenciesMeta are others in ${path}`]),
  ]
}

const sorted = (table: JsonTable): string =>
  JSON.stringify(
    Object.entries(table).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    (_key, value) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)) : value,
  )

/** Packages that exist only in the lockfile. A manifest may be written in another language, or be ignored by git. */
async function gone(manifests: readonly PackageManifest[], { importers }: PnpmLock, { files }: BuiltinWorld): Promise<readonly Finding[]> {
  const known = new Set(manifests.map(({ folder }) => folder || '.'))
  const unknown = [...importers.keys()].filter((folder) => !known.has(folder))
  const there = await Promise.all(
    unknown.map(async (folder) => {
      const found = await Promise.all(['json', 'json5', 'yaml'].map((language) => files.exists(`${folder}/package.${language}`)))
      return found.includes(true)
    }),
  )
  return unknown.filter((_, i) => there[i] === false).map((folder) => stale(path, `the package in ${folder} is gone, but still in ${path}`))
}

/** Programs of the repository take part in the answer, so only pnpm has it; what was seen here says more than its no. */
async function asked(world: BuiltinWorld, seen: readonly Finding[]): Promise<Judgement> {
  const argv = ['pnpm', 'install', '--frozen-lockfile', '--lockfile-only']
  const answer = await ask(argv, world, { timeoutMs: 300_000, env: { CI: 'true' } })
  if (!answer.ok) return answer
  const { exit } = answer
  if (exit.code === 0) return { findings: [], summary: `pnpm says that ${path} fits` }
  const printed = `${exit.stdout}\n${exit.stderr}`
  const unreachable = networkTrouble('pnpm', printed)
  if (unreachable !== undefined) return { failure: unreachable }
  if (exit.code !== 1) return { failure: crashed(argv, exit) }
  const said = /ERR_PNPM_\w\S*\s+(.+)/.exec(printed)?.[1] ?? 'pnpm says that the lockfile does not fit'
  return { findings: seen.length > 0 ? shortened(seen) : [stale(path, said)], summary: `${path} does not fit` }
}

const stale = (file: string, message: string): Finding => ({ file, severity: 'error', rule: 'lockfile', message, suggestion })
