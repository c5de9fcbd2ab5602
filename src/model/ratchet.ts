/** The mark that coverage must not fall below: what it says, when it is passed, when it may rise, and how it is lowered on purpose. Pure. */
import { compared, hundredthsOf, type Count, type Sums } from './coverage.ts'

/** The file in the root of the repository. */
export const markFile = 'coverage-ratchet.json'
/** The same of another tool; read, never written. */
export const foreignMarkFile = '.coverage-ratchet.json'

export type Lowered = { readonly from: number; readonly to: number; readonly reason: string; readonly at: string; readonly by: string }

export type Mark = {
  readonly total: Sums
  readonly packages: Readonly<Record<string, Sums>>
  /** Paths of the files that were measured, sorted: by them a report is known that measured only a part. */
  readonly files: readonly string[]
  /** Percentages that were reached and told. */
  readonly milestones: readonly number[]
  readonly lowered: readonly Lowered[]
}

/** What reports say, in the terms of a mark. */
export type Measured = Pick<Mark, 'total' | 'packages' | 'files'>

export type Slip = {
  readonly of: 'lines' | 'branches'
  /** Absent: of the whole. */
  readonly package?: string
  readonly mark: Count
  /** Absent: the reports do not tell it any more. */
  readonly now?: Count
}

/** The mark without packages that there are no more. */
export const bound = (mark: Mark, names: ReadonlySet<string>): Mark => ({
  ...mark,
  packages: Object.fromEntries(Object.entries(mark.packages).filter(([name]) => names.has(name))),
})

/** Everything that is below its mark. `tolerance` in percent points. */
export function slipsOf(mark: Mark, now: Measured, tolerance: number): readonly Slip[] {
  return [
    ...slips(mark.total, now.total, tolerance),
    ...Object.entries(mark.packages).flatMap(([name, sums]) => slips(sums, own(now.packages, name), tolerance).map((slip) => ({ ...slip, package: name }))),
  ]
}

function slips(mark: Sums, now: Sums | undefined, tolerance: number): readonly Slip[] {
  return (['lines', 'branches'] as const).flatMap((of): readonly Slip[] => {
    const [high, count] = [mark[of], now?.[of]]
    // What has no code any more cannot be uncovered.
    if (high === undefined || high.total === 0 || count?.total === 0) return []
    if (count === undefined) return [{ of, mark: high }]
    // Some tools know the branches of a function only once it ran: a new test may lower their share, but then more of them are covered.
    const more = of === 'branches' && count.covered > high.covered
    return compared(count, high, tolerance) < 0 && !more ? [{ of, mark: high, now: count }] : []
  })
}

/** Whether the whole lies above its mark by more than so many percent points. */
export const isAbove = (mark: Mark, now: Measured, points: number): boolean =>
  (['lines', 'branches'] as const).some((of) => {
    const [high, count] = [mark.total[of], now.total[of]]
    return high !== undefined && count !== undefined && compared(count, high) > 0 && compared(high, count, points) < 0
  })

/** The mark after it rose to what was measured; of each part the higher one counts. The same mark when nothing is higher. */
export function raised(mark: Mark, now: Measured): Mark {
  const total = higher(mark.total, now.total)
  const packages = Object.fromEntries(
    [...new Set([...Object.keys(mark.packages), ...Object.keys(now.packages)])].sort().flatMap((name) => {
      const [before, after] = [own(mark.packages, name), own(now.packages, name)]
      const sums = before !== undefined && after !== undefined ? higher(before, after) : (after ?? before)
      return sums === undefined ? [] : [[name, sums] as const]
    }),
  )
  const rose = total !== mark.total || Object.entries(packages).some(([name, sums]) => sums !== own(mark.packages, name))
  if (!rose) return mark
  return withMilestones({ ...mark, total, packages, files: now.files })
}

export const firstMark = (now: Measured): Mark => withMilestones({ ...now, milestones: [], lowered: [] })

function higher(mark: Sums, now: Sums): Sums {
  const lines = compared(now.lines, mark.lines) > 0 ? now.lines : mark.lines
  const branches =
    mark.branches === undefined || (now.branches !== undefined && compared(now.branches, mark.branches) > 0) ? (now.branches ?? mark.branches) : mark.branches
  return lines === mark.lines && branches === mark.branches ? mark : { lines, ...(branches === undefined ? {} : { branches }) }
}

/** Steps worth a word, in percent. */
export const milestones: readonly number[] = [15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 95, 100]

const isReached = (percent: number, lines: Count): boolean => (hundredthsOf(lines) ?? 0) >= percent * 100

function withMilestones(mark: Mark): Mark {
  const reached = milestones.filter((percent) => isReached(percent, mark.total.lines))
  return { ...mark, milestones: [...new Set([...mark.milestones, ...reached])].sort((a, b) => a - b) }
}

/** What is reached for the first time; told once, because the mark remembers it. */
export const newMilestones = (before: Mark | undefined, after: Mark): readonly number[] =>
  after.milestones.filter((percent) => before?.milestones.includes(percent) !== true)

export const nextMilestone = (lines: Count): number | undefined => milestones.find((percent) => !isReached(percent, lines))

/** How many more lines have to be covered for so many percent. */
export const linesUntil = ({ covered, total }: Count, percent: number): number => Math.max(0, Math.ceil((total * Math.round(percent * 100)) / 10_000) - covered)

export type Lowering = { readonly to: number; readonly reason: string; readonly at: string; readonly by: string }

/**
 * The mark lowered on purpose; undefined when that would not lower it. What else stands in it goes down to what was measured where that is less:
 * who accepts the whole accepts its parts, and the files that are left.
 */
export function lowered(mark: Mark, now: Measured | undefined, { to, reason, at, by }: Lowering): Mark | undefined {
  const lines = shareOf(mark.total.lines.total, to)
  if (mark.total.lines.total === 0 || compared(lines, mark.total.lines) >= 0) return undefined
  const packages = Object.entries(mark.packages).flatMap(([name, sums]) => {
    const after = now === undefined ? sums : own(now.packages, name)
    return after === undefined ? [] : [[name, lower(sums, after)] as const]
  })
  const rest = lower(mark.total, now?.total ?? mark.total)
  const from = (hundredthsOf(mark.total.lines) ?? 0) / 100
  return {
    ...mark,
    total: { ...rest, lines },
    packages: Object.fromEntries(packages),
    files: now?.files ?? mark.files,
    lowered: [...mark.lowered, { from, to, reason, at, by }],
  }
}

/** So many percent: of the lines that there are where that is a whole number, else of ten thousand. */
function shareOf(total: number, percent: number): Count {
  const hundredths = Math.round(percent * 100)
  const covered = (total * hundredths) / 10_000
  return Number.isInteger(covered) ? { covered, total } : { covered: hundredths, total: 10_000 }
}

function lower(mark: Sums, now: Sums): Sums {
  const lines = compared(now.lines, mark.lines) < 0 ? now.lines : mark.lines
  // Branches that are told no more bind no more.
  const branches =
    mark.branches === undefined || now.branches === undefined ? undefined : compared(now.branches, mark.branches) < 0 ? now.branches : mark.branches
  return { lines, ...(branches === undefined ? {} : { branches }) }
}

const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined => (Object.hasOwn(record, name) ? record[name] : undefined)
