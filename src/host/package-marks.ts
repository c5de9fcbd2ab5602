/** Marks installed packages, so that it shows when somebody wrote into one of them. */
import { lstatSync, readdirSync, realpathSync, type BigIntStats } from 'node:fs'
import { join } from 'node:path'
import { packageCaches } from './copied-packages.ts'
import { codeOf } from './state-trouble.ts'

/** So many entries are looked at, the upper ones first. */
const mostEntries = 60_000
/** After so many, others get their turn. */
const slice = 2000

/** Programs of the user may keep things there at any time. */
const others: ReadonlySet<string> = new Set([...packageCaches, '.prisma'])

/** Package, by its path below the root → a mark that moves when something in it is written, added or removed. `folders`: relative to the root. */
export async function packageMarks(root: string, folders: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const marks = new Map<string, Mark>()
  let level: readonly Entry[] = folders.flatMap((folder) => packagesIn(root, folder))
  for (let seen = 0; level.length > 0 && seen < mostEntries;) {
    const next: Entry[] = []
    for (const entry of level) {
      if (seen >= mostEntries) break
      seen += 1
      next.push(...marked(marks, entry))
      if (seen % slice === 0) await new Promise<void>((resume) => setImmediate(resume))
    }
    level = next
  }
  return new Map([...marks].map(([name, { entries, newest }]) => [name, `${entries} ${newest}`]))
}

type Mark = { entries: number; newest: bigint }
type Entry = { readonly name: string; readonly path: string }

/** A package of a scope is one by itself. */
function packagesIn(root: string, folder: string): readonly Entry[] {
  const place = realpathSync(join(root, folder))
  return namesIn(place).flatMap((name): readonly Entry[] => {
    if (others.has(name)) return []
    const path = join(place, name)
    if (!name.startsWith('@')) return [{ name: `${folder}/${name}`, path }]
    return namesIn(path).map((inner) => ({ name: `${folder}/${name}/${inner}`, path: join(path, inner) }))
  })
}

/** What is in it; links are not followed: where they lead is another package, or nobody's. */
function marked(marks: Map<string, Mark>, { name, path }: Entry): readonly Entry[] {
  const stat = statAt(path)
  if (stat === undefined) return []
  const mark = marks.get(name) ?? { entries: 0, newest: 0n }
  marks.set(name, mark)
  mark.entries += 1
  const at = lastChange(stat)
  if (at > mark.newest) mark.newest = at
  return stat.isDirectory() ? namesIn(path).map((inner) => ({ name, path: join(path, inner) })) : []
}

/** A file with several names changes, as far as its ctime goes, when another checkout installs or removes the same package. */
const lastChange = (stat: BigIntStats): bigint => (stat.isFile() && stat.nlink > 1n ? stat.mtimeNs : stat.ctimeNs)

const namesIn = (folder: string): readonly string[] => unlessGone(() => readdirSync(folder)) ?? []
const statAt = (path: string): BigIntStats | undefined => unlessGone(() => lstatSync(path, { bigint: true }))

/** Somebody may install at this moment; what is gone then shows in the mark. */
function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(codeOf(error) ?? '')) return undefined
    throw error
  }
}
