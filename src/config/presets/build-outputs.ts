/** Guesses from package.json which ignored folders a build writes. */
import type { Files } from '../../model/files.ts'
import { at, isTable, texts, type Table } from './manifests.ts'
import type { NodeProject } from './node-project.ts'
import { isDelegating } from './script-expansion.ts'

const usual = new Set(['dist', 'build', 'lib', 'out', 'output', 'distribution', 'esm', 'cjs', 'es', 'types', 'bundle', 'umd'])
/** Nobody writes sources into these; `lib` or `types` may hold either. */
export const onlyBuilt: ReadonlySet<string> = new Set(['dist', 'build', 'distribution', 'esm', 'cjs', 'bundle', 'umd'])

/** A folder that the root's build surely writes and that git does not ignore: a check that runs this build would change the repository. */
export async function keptBuild(files: Files, project: NodeProject): Promise<string | undefined> {
  if (isDelegating(project.scripts['build'] ?? '')) return undefined
  for (const folder of builtFolders(project.root).filter((name) => onlyBuilt.has(name))) if ((await files.glob([`${folder}/**`])).length > 0) return folder
  return undefined
}

/** Globs. Empty when they are not known for every package that builds; a folder with files that git sees is never one. */
export async function buildOutputs(files: Files, project: NodeProject): Promise<readonly string[]> {
  const packages = [{ folder: '', manifest: project.root }, ...project.members.map(({ folder, manifest }) => ({ folder: `${folder}/`, manifest }))]
  const own = project.scripts['build']
  const delegates = own === undefined || isDelegating(own)
  const builders = delegates ? packages.slice(1).filter(({ manifest }) => typeof at(manifest, 'scripts', 'build') === 'string') : packages.slice(0, 1)
  const built = builders.map(({ folder, manifest }) => builtFolders(manifest).map((name) => folder + name))
  const folders = built.flat()
  const seen = folders.length === 0 ? [] : await files.glob(folders.map((folder) => `${folder}/**`))
  const ignored = (folder: string): boolean => !seen.some((path) => path.startsWith(`${folder}/`))
  return built.length > 0 && built.every((own) => own.some(ignored)) ? folders.filter(ignored).map((folder) => `${folder}/**`) : []
}

export function builtFolders(manifest: Table): readonly string[] {
  const paths = [
    ...['main', 'module', 'types', 'typings', 'browser', 'unpkg'].flatMap((key) => texts(manifest[key])),
    ...texts(manifest['files']),
    ...leaves(manifest['bin']),
    ...leaves(manifest['exports']),
  ]
  const first = paths.map((path) => path.replace(/^\.?\//, '').split('/')[0] ?? '')
  return [...new Set(first)].filter((name) => usual.has(name))
}

/** All texts in nested conditions of "exports". */
function leaves(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(leaves)
  return isTable(value) ? Object.values(value).flatMap(leaves) : []
}
