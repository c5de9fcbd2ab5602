/** Tells whether two globs can describe the same path, also one that does not exist yet. In doubt they can. */

/** A glob taken apart, to be compared with many. */
export type GlobForm = readonly string[]

/** Never false for globs that share a path. Case does not count: there are disks on which it does not. */
export const formsMeet = (a: GlobForm, b: GlobForm): boolean => pathsMeet(a, b)

/** The folders that a glob begins with, before anything open: "src/a" of "src/a/*.ts". Globs meet only if that of one begins that of the other. */
export function fixedFolders(form: GlobForm): readonly string[] {
  const open = form.findIndex((segment) => /[*?]/.test(segment))
  return open === -1 ? form : form.slice(0, open)
}

/** A name without an ending, or with a slash behind it, may be a folder, and stands for all below it. */
export function globForm(glob: string): GlobForm {
  const slashed = glob.toLowerCase().replaceAll('\\', '/')
  const parts = slashed.split('/').filter((part) => part !== '' && part !== '.')
  // What parentheses and braces hold may have slashes in it.
  const odd = parts.findIndex((part) => /[{}()[\]!+@|]/.test(part))
  if (odd !== -1) return [...parts.slice(0, odd), '**']
  return slashed.endsWith('/') || /^\.?[^.*?]*$/.test(parts.at(-1) ?? '') ? [...parts, '**'] : parts
}

/** Which segments of b a way through a can be at; grows with the product of their numbers, which are small. */
function pathsMeet(a: readonly string[], b: readonly string[]): boolean {
  const width = b.length + 1
  const meets = Array.from<boolean>({ length: (a.length + 1) * width }).fill(false)
  for (let i = a.length; i >= 0; i--) {
    for (let j = b.length; j >= 0; j--) {
      const [one, other] = [a[i], b[j]]
      const at = (di: number, dj: number): boolean => meets[(i + di) * width + j + dj] ?? false
      meets[i * width + j] =
        (one === undefined && other === undefined) ||
        (one === '**' && (at(1, 0) || (other !== undefined && at(0, 1)))) ||
        (other === '**' && (at(0, 1) || (one !== undefined && at(1, 0)))) ||
        (one !== undefined && other !== undefined && at(1, 1) && segmentsMeet(one, other))
    }
  }
  return meets[0] ?? false
}

/** Of two segments with "*" and "?". "**" within a segment is a star. */
function segmentsMeet(a: string, b: string): boolean {
  if (!/[*?]/.test(a) && !/[*?]/.test(b)) return a === b
  let row = Array.from({ length: b.length + 1 }, (_, j) => /^\**$/.test(b.slice(0, j)))
  for (let i = 1; i <= a.length; i++) {
    const one = a[i - 1]
    const next = [one === '*' && (row[0] ?? false)]
    for (let j = 1; j <= b.length; j++) {
      const other = b[j - 1]
      const both = row[j - 1] ?? false
      if (one === '*') next.push((row[j] ?? false) || (next[j - 1] ?? false) || both)
      else if (other === '*') next.push((next[j - 1] ?? false) || (row[j] ?? false) || both)
      else next.push(both && (one === '?' || other === '?' || one === other))
    }
    row = next
  }
  return row[b.length] ?? false
}
