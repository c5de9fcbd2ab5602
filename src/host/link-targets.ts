/** Digests what symbolic links of the working copy lead to: a tool reads that, while git only knows the name of the target. */
import { readdirSync, realpathSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { Digest } from '../model/fingerprint.ts'
import type { Tree, TreeFile } from '../model/tree.ts'
import { contentId } from './content-id.ts'
import { sha256 } from './digest.ts'

/** A folder behind a link with more files than this is not read: what depends on it is not reused. */
const mostFiles = 2000

/** Path of the link → digest of what is behind it, for the links among the files that the globs describe. */
export async function linkTargets(root: string, tree: Tree, globs: readonly string[]): Promise<readonly (readonly [path: string, target: Digest])[]> {
  // Most repositories have no link at all: then the globs need not be asked.
  if (!hasLinks(tree)) return []
  return Promise.all(
    tree
      .matching(globs)
      .filter(isLink)
      .map(async ({ path }) => [path, await behind(root, path, tree)] as const),
  )
}

const isLink = (file: TreeFile): boolean => file.id.startsWith('120000:')

const known = new WeakMap<Tree, boolean>()
function hasLinks(tree: Tree): boolean {
  const answer = known.get(tree) ?? tree.files.some(isLink)
  known.set(tree, answer)
  return answer
}

async function behind(root: string, path: string, tree: Tree): Promise<Digest> {
  try {
    const target = realpathSync(join(root, path))
    if (!statSync(target).isDirectory()) return await idOf(target)
    const inside = belowInTree(relative(realpathSync(root), target), tree)
    return inside.length > 0 ? digestOf(inside.map((file) => `${file.path}\0${file.id}`)) : await folderDigest(target)
  } catch (error) {
    // Leads nowhere, in a circle, or where nobody may read: the tool cannot follow it either.
    if (error instanceof Error && 'code' in error) return String(error.code)
    throw error
  }
}

/** A link to the root itself leads to what is looked at anyway. */
function belowInTree(way: string, tree: Tree): readonly TreeFile[] {
  const prefix = way === '' ? '' : `${way.split(sep).join('/')}/`
  return tree.files.filter((file) => file.path.startsWith(prefix))
}

async function idOf(path: string): Promise<string> {
  const found = await contentId(path, { as: 'sha256', conversion: 'none' })
  return found.kind === 'id' ? found.id : found.kind
}

/** Of installed packages the names count, as everywhere: what is in them is judged by the check of the installation. */
async function folderDigest(folder: string): Promise<Digest> {
  if (folder.split(sep).includes('node_modules')) return digestOf(readdirSync(folder).toSorted())
  const paths = filesBelow(folder)
  if (paths === undefined) return `more than ${mostFiles} files ${crypto.randomUUID()}`
  return digestOf(await Promise.all(paths.toSorted().map(async (path) => `${relative(folder, path)}\0${await idOf(path)}`)))
}

function filesBelow(folder: string): readonly string[] | undefined {
  const files: string[] = []
  const folders = [folder]
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    for (const entry of readdirSync(at, { withFileTypes: true })) (entry.isDirectory() ? folders : files).push(join(at, entry.name))
    if (files.length + folders.length > mostFiles) return undefined
  }
  return files
}

const digestOf = (lines: readonly string[]): Digest => sha256(lines.join('\n'))
