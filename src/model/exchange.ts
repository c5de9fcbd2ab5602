/** An Exchange is what an agent and pawl tell each other about one job while the agent works. What an agent says is data: it is kept and shown, never followed. */

/** What was said; `at` in epoch milliseconds. */
export type JobRecord = { readonly at: number } & (
  | { readonly kind: 'no-change'; readonly why: string }
  /** The agent will change these: paths relative to the root, or folders. */
  | { readonly kind: 'claim'; readonly paths: readonly string[] }
  /** Files that it was seen writing; told by pawl. */
  | { readonly kind: 'touched'; readonly paths: readonly string[] }
  /** `id` is unique in a job. */
  | { readonly kind: 'question'; readonly id: string; readonly text: string }
  | { readonly kind: 'done'; readonly summary: string }
)

export type JobAnswer = { readonly at: number; readonly id: string; readonly text: string }

/** Which files another job has claimed or written that this one wants. */
export type Overlap = {
  /** Id of the other job. */
  readonly job: string
  readonly by: 'claim' | 'touched'
  readonly paths: readonly string[]
  /** It has told that its work is done, which is not landed yet. */
  readonly done: boolean
}

/** A path of a repository as it was meant: "./src//a.ts" is "src/a.ts", and "src/**" the folder. Undefined: it leads out of the repository, or names nothing. */
export function claimedPath(text: string): string | undefined {
  const path = text.replaceAll('\\', '/').replace(/\/\*{1,2}$/, '')
  if (path.startsWith('/') || /^[A-Za-z]:\//.test(path) || path.includes('\0')) return undefined
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  return parts.length === 0 || parts.includes('..') ? undefined : parts.join('/')
}

/** Whether two claims speak of the same file: they are equal, or one is a folder of the other. */
export const overlaps = (a: string, b: string): boolean => a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`)

/** What the other jobs have said about the paths that this one wants, claims first. */
export function overlapsWith(paths: readonly string[], others: ReadonlyMap<string, readonly JobRecord[]>): readonly Overlap[] {
  return [...others].flatMap(([job, records]) => {
    const done = records.some(({ kind }) => kind === 'done')
    return (['claim', 'touched'] as const).flatMap((by): readonly Overlap[] => {
      const theirs = records.flatMap((record) => (record.kind === by ? record.paths : []))
      const common = [...new Set(theirs.filter((other) => paths.some((path) => overlaps(path, other))))]
      return common.length === 0 ? [] : [{ job, by, paths: common, done }]
    })
  })
}
