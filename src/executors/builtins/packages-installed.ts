/** Says whether the packages that the manifests ask for lie in node_modules: for repositories without a lockfile. */
import type { Files } from '../../model/files.ts'
import type { Finding } from '../../model/finding.ts'
import type { Builtin } from '../builtin.ts'
import { inFolder, isListed, lookups, parseTable, readManifests, shortened, textIn, wishes, type PackageManifest, type Wish } from './package-manifests.ts'
import { satisfiesRange } from '../../model/semver-range.ts'

/** manifests: globs of the package.json files of the workspace. */
export const packagesInstalled: Builtin = async (args, world) => {
  const manifests = await readManifests(world.files, args['manifests'])
  if ('failure' in manifests) return manifests
  return judgeDirect(world.files, manifests, () => undefined)
}

/** `locked`: the version that must lie there when it is known. */
export async function judgeDirect(files: Files, manifests: readonly PackageManifest[], locked: (folder: string, name: string) => string | undefined) {
  const asked = manifests.flatMap((manifest) => wishes(manifest).map((wish) => ({ manifest, wish })))
  const own = new Set(manifests.flatMap((manifest) => textIn(manifest.content, 'name') ?? []))
  const found = await Promise.all(asked.map(({ manifest, wish }) => judge(files, manifest, wish, own, locked(manifest.folder, wish.name))))
  const findings = found.flat()
  return {
    findings: shortened(findings),
    summary:
      findings.length === 0
        ? `${asked.length} direct dependencies are there`
        : `${findings.length} of ${asked.length} direct dependencies are missing or wrong`,
  }
}

async function judge(files: Files, manifest: PackageManifest, wish: Wish, own: ReadonlySet<string>, locked: string | undefined): Promise<readonly Finding[]> {
  const there = await firstThere(
    files,
    lookups(manifest.folder, wish.name).map((place) => `${place}/package.json`),
  )
  const linked =
    there === undefined && /^(link|file|portal):/.test(wish.range) && (await isListed(files, inFolder(manifest.folder, `node_modules/${wish.name}`)))
  if (there === undefined) return wish.optional || linked ? [] : [finding(manifest, `${wish.name} ${wish.range} is not installed`)]
  const content = parseTable((await files.read(there)) ?? '')
  if (typeof content === 'string') return [finding(manifest, `${there} cannot be parsed: ${content}`)]
  const version = textIn(content, 'version')
  // Packages of the workspace itself are links; their version is nobody's wish.
  if (version === undefined || own.has(wish.name)) return []
  if (locked !== undefined) return version === locked ? [] : [finding(manifest, `${wish.name} ${version} is installed, the lockfile has ${locked}`)]
  return satisfiesRange(version, wish.range.replace(/^npm:@?[^@]+@?/, '')) === false
    ? [finding(manifest, `${wish.name} is ${wish.range}, but ${version} is installed`)]
    : []
}

async function firstThere(files: Files, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await files.exists(path)) return path
  return undefined
}

const finding = (manifest: PackageManifest, message: string): Finding => ({ file: manifest.path, severity: 'error', rule: 'installed', message, fixable: true })
