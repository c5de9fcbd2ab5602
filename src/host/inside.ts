/** Says how a path leads on from a folder, if it lies in it. */
import { isAbsolute, relative, sep } from 'node:path'

/** Both absolute. "" for the folder itself; undefined for what lies elsewhere. */
export function inside(folder: string, path: string): string | undefined {
  const way = relative(folder, path)
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way) ? undefined : way
}
