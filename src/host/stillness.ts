/** Tells whether files were written between two moments, also when their content came back: `git stash` and `git stash pop` leave no other trace. */
import { lstatSync } from 'node:fs'
import { join } from 'node:path'

/** To be called before the deed. The answer, asked for after it, is true when no path was written, replaced, made or removed meanwhile. */
export function stillness(root: string, paths: readonly string[]): () => boolean {
  const stamps = (): readonly string[] => paths.map((path) => stampText(join(root, path)))
  const before = stamps()
  return () => {
    const after = stamps()
    return before.every((stamp, i) => stamp === after[i])
  }
}

/** Nobody can set the time of the last change of a file, as they can that of its content. */
function stampText(path: string): string {
  try {
    const { ctimeNs, ino } = lstatSync(path, { bigint: true })
    return `${ctimeNs} ${ino}`
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code)
    throw error
  }
}
