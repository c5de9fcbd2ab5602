/** Paths as people write them, made plain: no ".", no "..", forward slashes. Pure, and the same on every platform. */

/** "/a" and "C:/a" begin at the top. */
export const isAbsolutePath = (path: string): boolean => path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path)

/** "a/../b/./c" → "b/c"; what leads out of a relative path keeps its ".." in front. "" is the folder itself. */
export function plainPath(path: string): string {
  const slashed = path.replaceAll('\\', '/')
  const top = /^(?:[A-Za-z]:)?\//.exec(slashed)?.[0] ?? ''
  const parts: string[] = []
  for (const part of slashed.slice(top.length).split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (part !== '..' || top === '') parts.push(part)
  }
  return top + parts.join('/')
}

/** `path` as it is named in `folder`. */
export const pathIn = (folder: string, path: string): string => plainPath(isAbsolutePath(path) || folder === '' ? path : `${folder}/${path}`)

/** Relative to the root where it lies in it, else absolute. */
export function fromRoot(root: string, path: string): string {
  const [top, whole] = [plainPath(root), pathIn(root, path)]
  if (whole === top) return ''
  const start = top.endsWith('/') ? top : `${top}/`
  return whole.startsWith(start) ? whole.slice(start.length) : whole
}

export const leavesRoot = (relative: string): boolean => isAbsolutePath(relative) || relative === '..' || relative.startsWith('../')

export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
/** "a.b" of "x/a.b.md". */
export const stemOf = (path: string): string => nameOf(path).replace(/(?<=.)\.[^.]{1,12}$/, '')
