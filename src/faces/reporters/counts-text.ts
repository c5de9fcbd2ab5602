/** The counts of a run in words; the parts add up to the total. */
import { durationText } from '../../model/duration.ts'
import type { Counts, Ending } from '../../model/verdict.ts'
import { countText } from './finding-text.ts'

/** "14 checks: 9 reused, 3 passed, 1 fixed, 1 skipped": the parts add up to the total. */
export function countsText(counts: Counts): string {
  const parts = endings.filter(([ending]) => counts[ending] > 0).map(([ending, word]) => `${counts[ending]} ${word}`)
  return `${countText(counts.total, 'check')}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`
}

/** Nothing is said of less than a second. */
export const savedText = (savedMs: number): string[] =>
  savedMs < 1000 ? [] : [`saved ${durationText(savedMs)} by reuse (the time these attempts took when they ran)`]

const endings: readonly (readonly [Ending, string])[] = Object.entries({
  cached: 'reused',
  passed: 'passed',
  fixed: 'fixed',
  failed: 'failed',
  errored: 'errored',
  'timed-out': 'timed out',
  blocked: 'blocked',
  cancelled: 'cancelled',
  lost: 'lost',
  described: 'only described',
  skipped: 'skipped',
} satisfies Record<Ending, string>) as [Ending, string][]
