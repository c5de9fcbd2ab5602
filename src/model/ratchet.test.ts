import { expect, test } from 'bun:test'
import type { Sums } from './coverage.ts'
import { bound, firstMark, isAbove, linesUntil, lowered, newMilestones, nextMilestone, raised, slipsOf, type Mark, type Measured } from './ratchet.ts'

const sums = (covered: number, total = 100, branches?: number): Sums => ({
  lines: { covered, total },
  ...(branches === undefined ? {} : { branches: { covered: branches, total: 10 } }),
})
const measured = (total: Sums, packages: Record<string, Sums> = {}, files: string[] = ['a.ts']): Measured => ({ total, packages, files })
const mark = (total: Sums, packages: Record<string, Sums> = {}): Mark => ({ total, packages, files: ['a.ts'], milestones: [15], lowered: [] })

test('below the mark is told for the whole, for branches and for each package', () => {
  expect(slipsOf(mark(sums(80)), measured(sums(80)), 0)).toEqual([])
  expect(slipsOf(mark(sums(80)), measured(sums(799, 1000)), 0)).toEqual([
    { of: 'lines', mark: { covered: 80, total: 100 }, now: { covered: 799, total: 1000 } },
  ])
  expect(slipsOf(mark(sums(80, 100, 5)), measured(sums(90, 100, 4)), 0).map((slip) => slip.of)).toEqual(['branches'])
  // 5 of 10 before, and 6 of 15 now: a function ran for the first time.
  expect(slipsOf(mark(sums(80, 100, 5)), measured({ ...sums(90), branches: { covered: 6, total: 15 } }), 0)).toEqual([])
  expect(slipsOf(mark(sums(80), { web: sums(50) }), measured(sums(90), { web: sums(40) }), 0).map((slip) => slip.package)).toEqual(['web'])
})

test('a tolerance is in points; what is told no more is below, what has no code is not', () => {
  expect(slipsOf(mark(sums(80)), measured(sums(79)), 1)).toEqual([])
  expect(slipsOf(mark(sums(80, 100, 5)), measured(sums(80)), 0)).toEqual([{ of: 'branches', mark: { covered: 5, total: 10 } }])
  expect(slipsOf(mark(sums(80), { web: sums(50) }), measured(sums(80)), 0).length).toBe(1)
  expect(slipsOf(mark(sums(80), { web: sums(50) }), measured(sums(80), { web: sums(0, 0) }), 0)).toEqual([])
  expect(bound(mark(sums(80), { web: sums(50), old: sums(1) }), new Set(['web'])).packages).toEqual({ web: sums(50) })
})

test('the mark rises part by part, never falls, and stays the same object when nothing is higher', () => {
  const before = mark(sums(80, 100, 5), { web: sums(50), api: sums(70) })
  expect(raised(before, measured(sums(80, 100, 5), { web: sums(50), api: sums(60) }))).toBe(before)
  const after = raised(before, measured(sums(90, 100, 4), { web: sums(60), api: sums(60), new: sums(1) }, ['a.ts', 'b.ts']))
  expect(after).toMatchObject({ total: sums(90, 100, 5), packages: { api: sums(70), new: sums(1), web: sums(60) }, files: ['a.ts', 'b.ts'] })
  expect(isAbove(before, measured(sums(80_005, 100_000, 5)), 0.01)).toBe(false)
  expect(isAbove(before, measured(sums(80_011, 100_000, 5)), 0.01)).toBe(true)
})

test('milestones are told once', () => {
  const first = firstMark(measured(sums(62)))
  expect(first.milestones).toEqual([15, 20, 25, 30, 40, 50, 60])
  const next = raised(first, measured(sums(81)))
  expect(newMilestones(first, next)).toEqual([70, 80])
  const fallen = lowered(next, measured(sums(65)), { to: 65, reason: 'x', at: '', by: '' })
  expect(fallen === undefined ? [] : newMilestones(fallen, raised(fallen, measured(sums(85))))).toEqual([])
  expect([nextMilestone({ covered: 79_999, total: 100_000 }), nextMilestone({ covered: 1, total: 1 })]).toEqual([80, undefined])
  expect([linesUntil({ covered: 5, total: 7 }, 80), linesUntil({ covered: 5, total: 7 }, 70), linesUntil({ covered: 0, total: 3 }, 33.34)]).toEqual([1, 0, 2])
})

test('lowering really lowers, keeps the reason, and takes over what else is less', () => {
  const before = mark(sums(80, 100, 5), { web: sums(50), api: sums(70), gone: sums(9) })
  const wish = { to: 75, reason: 'the old parser is gone', at: '2026-01-02T03:04:05.000Z', by: 'Kim' }
  expect(lowered(before, undefined, { ...wish, to: 80 })).toBeUndefined()
  const after = lowered(before, measured(sums(76, 100, 4), { web: sums(55), api: sums(60) }, ['b.ts']), wish)
  expect(after).toEqual({
    ...before,
    total: { lines: { covered: 75, total: 100 }, branches: { covered: 4, total: 10 } },
    packages: { web: sums(50), api: sums(60) },
    files: ['b.ts'],
    lowered: [{ from: 80, ...wish }],
  })
  expect(lowered(mark(sums(21, 31)), undefined, { ...wish, to: 60 })?.total.lines).toEqual({ covered: 6000, total: 10_000 })
  expect(lowered(before, undefined, wish)?.packages).toEqual(before.packages)
})
