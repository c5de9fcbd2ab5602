/** Says whether node_modules holds what npm's lockfile says: by npm's own record of what it installed, and by looking at each folder. */
import type { Files } from '../../model/files.ts'
import type { Finding } from '../../model/finding.ts'
import type { Builtin } from '../builtin.ts'
import { readNpmLock, type LockedPackage, type NpmLock } from './npm-lock.ts'
import { isListed, parseTable, shortened, textIn } from './package-manifests.ts'
import { parseVersion, satisfiesRange } from '../../model/semver-range.ts'

const record = 'node_modules/.package-lock.json'
const suggestion = 'npm ci'

/** lock: the lockfile that counts. */
export const npmInstalled: Builtin = async (args, world) => {
  const path = textIn(args, 'lock') ?? 'package-lock.json'
  const lock = await readNpmLock(world.files, path)
  if (lock === undefined || typeof lock === 'string')
    return { failure: { type: 'detect.unreadable', what: `${path} cannot be read`, why: lock ?? 'it is missing', place: { file: path } } }
  const wanted = [...lock.packages].filter(([place]) => /(^|\/)node_modules\//.test(place))
  if (wanted.every(([, entry]) => entry.optional)) return { findings: [], summary: 'nothing has to be installed' }
  const installed = await readNpmLock(world.files, record)
  if (installed === undefined || typeof installed === 'string') return { findings: [await absent(world.files)], summary: 'nothing is installed' }
  const wrong = wanted.flatMap(([place, entry]) => mismatch(place, entry, installed, path))
  const findings = wrong.length > 0 ? wrong : await wrongFolders(world.files, wanted, installed)
  return {
    findings: shortened(findings),
    summary: findings.length === 0 ? `${installedCount(installed)} packages as in ${path}` : `${findings.length} packages are not as in ${path}`,
  }
}

const installedCount = (installed: NpmLock): number => [...installed.packages.keys()].filter((place) => place.includes('node_modules/')).length

async function absent(files: Files): Promise<Finding> {
  const there = await files.exists('node_modules')
  return finding(there ? 'node_modules was not installed by npm, or not to the end' : 'node_modules is missing')
}

function mismatch(place: string, wanted: LockedPackage, installed: NpmLock, path: string): readonly Finding[] {
  const found = installed.packages.get(place)
  const name = nameOf(place)
  if (found === undefined) return wanted.optional ? [] : [finding(`${name} ${wanted.version ?? ''} is not installed`)]
  if (wanted.link !== found.link || (wanted.link && wanted.resolved !== found.resolved)) return [finding(`${name} is linked elsewhere than in ${path}`)]
  if (wanted.version !== found.version) return [finding(`${name} ${found.version ?? ''} is installed, ${path} has ${wanted.version ?? 'another'}`)]
  const differs = wanted.integrity !== undefined && found.integrity !== undefined && wanted.integrity !== found.integrity
  return differs ? [finding(`${name} ${found.version ?? ''} is installed with another content than in ${path}`)] : []
}

/**
 * npm's record does not change when somebody deletes a folder, and it does change, although nothing is installed,
 * when `npm install --package-lock-only` runs (npm 11): only the folders tell the truth.
 */
async function wrongFolders(files: Files, wanted: readonly (readonly [string, LockedPackage])[], installed: NpmLock): Promise<readonly Finding[]> {
  const places = wanted.filter(([place]) => installed.packages.has(place))
  const found = await Promise.all(places.map(([place, entry]) => folderTrouble(files, place, entry)))
  return found.flat()
}

async function folderTrouble(files: Files, place: string, wanted: LockedPackage): Promise<readonly Finding[]> {
  if (wanted.link)
    return (await files.exists(`${place}/package.json`)) || (wanted.resolved?.startsWith('..') === true && (await isListed(files, place)))
      ? []
      : [finding(`${place} is missing or leads nowhere`)]
  const text = await files.read(`${place}/package.json`)
  if (text === undefined) return [finding(`${place} is missing or empty`)]
  const content = parseTable(text)
  if (typeof content === 'string') return [finding(`${place}/package.json cannot be parsed: ${content}`)]
  const version = textIn(content, 'version') ?? ''
  // Packages from addresses and folders may carry what is no version.
  if (wanted.version === undefined || parseVersion(version) === undefined || parseVersion(wanted.version) === undefined) return []
  return satisfiesRange(version, wanted.version) === true ? [] : [finding(`${nameOf(place)} ${version} is installed, the lockfile has ${wanted.version}`)]
}

const nameOf = (place: string): string => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)
const finding = (message: string): Finding => ({ file: 'node_modules', severity: 'error', rule: 'installed', message, suggestion, fixable: true })
