/** Guesses from package.json which ignored folders a build writes. */
import type { Files } from '../../model/files.ts'
import { at, isTable, texts, type Table } from './manifests.ts'
import type { NodeProject } from './node-project.ts'

const usual = new Set(['dist', 'build', 'lib', 'out', 'output', 'distribution', 'esm', 'cjs', 'es', 'types', 'bundle', 'umd'])

/** Globs. Empty when nothing is known; a folder with files that git sees is never one. */
export async function buildOutputs(files: Files, project: NodeProject): Promise<readonly string[]> {
  const packages = [{ folder: '', manifest: project.root }, ...project.members.map(({ folder, manifest }) => ({ folder: `${folder}/`, manifest }))]
  const builders = packages.filter(({ manifest }, i) => i === 0 || typeof at(manifest, 'scripts', 'build') === 'string')
  const folders = builders.flatMap(({ folder, manifest }) => builtFolders(manifest).map((name) => folder + name))
  const seen = folders.length === 0 ? [] : await files.glob(folders.map((folder) => `${folder}/**`))
  return folders.filter((folder) => !seen.some((path) => path.startsWith(`${folder}/`))).map((folder) => `${folder}/**`)
}

function builtFolders(manifest: Table): readonly string[] {
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
