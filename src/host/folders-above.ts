/** The folders in which programs look that search upwards. */
import { dirname, normalize } from 'node:path'
import { inside } from './inside.ts'

/** The folders above `folder` as far as `top`, nearest first; none where it does not lie below. Both absolute. */
export function foldersAbove(folder: string, top: string): readonly string[] {
  const [from, end] = [normalize(folder), normalize(top)]
  const way = inside(end, from)
  if (way === undefined || way === '') return []
  const above = [dirname(from)]
  while (above.at(-1) !== end) above.push(dirname(above.at(-1) ?? end))
  return above
}
