/** Names the paths whose content differs between two looks at the same working copy. */
import type { Tree } from '../model/tree.ts'

/** Both lists are sorted the same way, so one walk over both is enough. */
export function treeChanges(before: Tree, after: Tree): readonly string[] {
  if (before === after) return []
  const changed: string[] = []
  const [old, now] = [before.files, after.files]
  let [i, j] = [0, 0]
  while (i < old.length || j < now.length) {
    const [a, b] = [old[i], now[j]]
    if (a !== undefined && b !== undefined && a.path === b.path) {
      if (a.id !== b.id) changed.push(a.path)
      i += 1
      j += 1
    } else if (b === undefined || (a !== undefined && a.path < b.path)) {
      changed.push(a?.path ?? '')
      i += 1
    } else {
      changed.push(b.path)
      j += 1
    }
  }
  return changed
}
