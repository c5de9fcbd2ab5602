/** Lists the files below a folder that no git looks after, without what tools and package managers put there. */
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'

const leftOut = new Set([
  '.git',
  '.hg',
  '.svn',
  '.pawl',
  'node_modules',
  '.venv',
  'venv',
  'target',
  '__pycache__',
  '.tox',
  '.mypy_cache',
  '.ruff_cache',
  '.pytest_cache',
])

/** Nothing at or below such a path is ever listed. */
export const isLeftOut = (path: string): boolean => path === '.pawl' || leftOut.has(basename(path))

/** Files and symbolic links, relative to the root with forward slashes; links are not followed. */
export function walkFolder(root: string): readonly string[] {
  const found: string[] = []
  const waiting = ['']
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const entry of entriesOf(join(root, folder))) {
      const path = folder + entry.name
      if (path === '.pawl') continue
      if (!entry.isDirectory()) found.push(path)
      else if (!leftOut.has(entry.name)) waiting.push(`${path}/`)
    }
  }
  return found
}

/** A folder that vanished or that we may not enter holds nothing that a tool could see. */
function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES' || code === 'EPERM') return []
    throw error
  }
}
