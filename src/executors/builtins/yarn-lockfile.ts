/** Says whether yarn.lock fits the manifests, without installing anything. */
import type { Finding } from '../../model/finding.ts'
import type { Builtin } from '../builtin.ts'
import { readManifests, shortened, tableIn, textIn, wishes, type PackageManifest } from './package-manifests.ts'
import { readYarnLock, type YarnEntry, type YarnLock } from './yarn-lock.ts'

/** manifests: globs of the package.json files of the workspace. */
export const yarnLockfile: Builtin = async (args, world) => {
  const manifests = await readManifests(world.files, args['manifests'])
  if ('failure' in manifests) return manifests
  const text = await world.files.read('yarn.lock')
  if (text === undefined) return { findings: [stale('yarn.lock', 'the lockfile is missing', 'yarn install')], summary: 'no lockfile' }
  if (/^(<<<<<<<|>>>>>>>) /m.test(text))
    return { findings: [stale('yarn.lock', 'the lockfile holds marks of a merge conflict', 'yarn install')], summary: 'unusable lockfile' }
  const lock = readYarnLock(text)
  const findings = lock.berry
    ? [...manifests.flatMap((manifest) => berryDifferences(manifest, lock, manifests)), ...goneWorkspaces(manifests, lock)]
    : manifests.flatMap((manifest) => classicDifferences(manifest, lock, manifests))
  return {
    findings: shortened(findings),
    summary: findings.length === 0 ? `yarn.lock fits ${manifests.length === 1 ? 'package.json' : `${manifests.length} manifests`}` : 'yarn.lock does not fit',
  }
}

const workspaceOf = (entry: YarnEntry): string | undefined => /^@?[^@]+@workspace:(.*)$/.exec(entry.resolution ?? '')?.[1]

/** Berry keeps the wishes of each package of the workspace in the lockfile. */
function berryDifferences(manifest: PackageManifest, lock: YarnLock, all: readonly PackageManifest[]): readonly Finding[] {
  const entry = lock.entries.find((each) => workspaceOf(each) === (manifest.folder === '' ? '.' : manifest.folder))
  const fix = 'yarn install --mode=update-lockfile'
  if (entry === undefined) return [stale(manifest.path, `yarn.lock does not know the package in ${manifest.folder || 'the root'}`, fix)]
  const wanted = Object.fromEntries(wishes(manifest).map((wish) => [wish.name, wish.range]))
  const known = new Set(lock.entries.flatMap((each) => each.wishes))
  const resolutions = resolvedByHand(all)
  const kinds = [...kindDifferences(manifest, entry)].map((message) => stale(manifest.path, message, fix))
  return [
    ...kinds,
    ...[...new Set([...Object.keys(wanted), ...Object.keys(entry.dependencies)])].flatMap((name) => {
      const [now, then] = [wanted[name], entry.dependencies[name]]
      if (now === undefined) return [stale(manifest.path, `${name} is no longer wanted, but still in yarn.lock`, fix)]
      if (then === undefined) return [stale(manifest.path, `${name} ${now} is not in yarn.lock`, fix)]
      if (plain(now) !== plain(then)) return [stale(manifest.path, `${name} is ${now}, but ${then} in yarn.lock`, fix)]
      const findable = resolutions.has(name) || /^(?!npm:)[a-z]+:/.test(now) || known.has(`${name}@npm:${plain(now)}`) || known.has(`${name}@${now}`)
      return findable ? [] : [stale(manifest.path, `yarn.lock has no package for ${name} ${now}`, fix)]
    }),
  ]
}

/** Peers, and which dependencies may be missing, stand in the lockfile, too. */
function kindDifferences(manifest: PackageManifest, entry: YarnEntry): readonly string[] {
  const peers = tableIn(manifest.content, 'peerDependencies')
  const names = [...new Set([...Object.keys(peers), ...Object.keys(entry.peers)])].filter(
    (name) => plain(textIn(peers, name) ?? '') !== plain(entry.peers[name] ?? ''),
  )
  const optional = wishes(manifest).filter(
    (wish) =>
      entry.dependencies[wish.name] !== undefined &&
      wish.optional !== entry.optional.includes(wish.name) &&
      tableIn(manifest.content, 'dependenciesMeta')[wish.name] === undefined,
  )
  return [
    ...names.map((name) => `the peer ${name} is ${textIn(peers, name) ?? 'not wanted'}, but ${entry.peers[name] ?? 'missing'} in yarn.lock`),
    ...optional.map((wish) => `${wish.name} is ${wish.optional ? 'optional' : 'required'}, but not so in yarn.lock`),
  ]
}

/** Before version 4 the protocol was left out, and patches are written with escapes. */
const plain = (range: string): string => range.replace(/^npm:/, '').replaceAll('%3A', ':').replaceAll('%40', '@')

function goneWorkspaces(manifests: readonly PackageManifest[], lock: YarnLock): readonly Finding[] {
  const folders = new Set(manifests.map((manifest) => manifest.folder || '.'))
  return lock.entries.flatMap((entry) => {
    const folder = workspaceOf(entry)
    return folder === undefined || folders.has(folder)
      ? []
      : [stale('yarn.lock', `the workspace in ${folder} is gone, but still in yarn.lock`, 'yarn install --mode=update-lockfile')]
  })
}

/** Classic only knows wishes; like `yarn --frozen-lockfile` this does not mind what is left over. */
function classicDifferences(manifest: PackageManifest, lock: YarnLock, all: readonly PackageManifest[]): readonly Finding[] {
  const known = new Set(lock.entries.flatMap((entry) => entry.wishes))
  const own = new Set(all.flatMap((each) => textIn(each.content, 'name') ?? []))
  const resolutions = resolvedByHand(all)
  return wishes(manifest)
    .filter((wish) => !own.has(wish.name) && !resolutions.has(wish.name) && !/^(file|link|workspace):|^\.{0,2}\//.test(wish.range))
    .filter((wish) => !known.has(wish.range === '' ? `${wish.name}@` : `${wish.name}@${wish.range}`))
    .map((wish) => stale(manifest.path, `${wish.name} ${wish.range} is not in yarn.lock`, 'yarn install'))
}

/** Keys of "resolutions" may name the packages above, too. */
function resolvedByHand(manifests: readonly PackageManifest[]): ReadonlySet<string> {
  const root = manifests.find((manifest) => manifest.folder === '')
  return new Set(Object.keys(tableIn(root?.content, 'resolutions')).map((key) => /(@[^/@]+\/[^/@]+|[^/@]+)(@[^/]*)?$/.exec(key)?.[1] ?? key))
}

const stale = (file: string, message: string, suggestion: string): Finding => ({ file, severity: 'error', rule: 'lockfile', message, suggestion })
