/** Restlessness is the series of runs during each of which the same files changed: perhaps a person saves, perhaps a check writes files that git sees. */

export type Restlessness = { readonly paths: readonly string[]; readonly runs: number }

export const noRest: Restlessness = { paths: [], runs: 0 }

/** So many runs in a row are cut off or repeated at once. */
const patience = 3
const longestPauseMs = 30_000

/** `paths`: what changed while the run ran; other files than before begin a new series. */
export function afterRun(before: Restlessness, paths: readonly string[]): Restlessness {
  if (paths.length === 0) return noRest
  const known = new Set(before.paths)
  return before.runs > 0 && paths.every((path) => known.has(path)) ? { paths: before.paths, runs: before.runs + 1 } : { paths, runs: 1 }
}

/** Whether a change may still cut off the run that it disturbs. */
export const mayCutOff = (now: Restlessness): boolean => now.runs < patience

/** How long to wait before the next run of the series: nothing at first, then longer each time, so that it is judged in the end and costs little. */
export const pauseMs = (now: Restlessness): number => (now.runs <= patience ? 0 : Math.min(1000 * 2 ** (now.runs - patience - 1), longestPauseMs))

/** It is told once in a series. */
export const isWorthTelling = (now: Restlessness): boolean => now.runs === patience + 1
