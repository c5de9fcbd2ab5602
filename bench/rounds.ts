/** Measures several tools pairwise in turn: A B C, A B C, … so that a busy minute of the machine hits all of them. */
import type { Measured, Sample } from './measure.ts'
import type { Row } from './row.ts'

/** A tool in a scenario, ready to be run again and again. */
export type Contestant = {
  readonly tool: string
  /** One run, and what is wrong with what it left. */
  run(round: number, what: 'times' | 'memory'): { readonly measured: Measured; readonly executed?: number; readonly wrong: string | undefined }
}

type Tally = { samples: Sample[]; memoryKb: number | undefined; executed: number | undefined; wrong: string | undefined; spentMs: number }

/** A run of this length counts although its memory was watched: the program that watches costs a millisecond. */
const longMs = 1000

/**
 * The first round watches the memory, warms up, and counts only for long runs. A tool that has taken longer than the patience in all is left out of
 * further rounds, so the number of samples stands in every row.
 */
export function inTurn(scenario: string, size: number, contestants: readonly Contestant[], rounds: number, patienceMs: number): readonly Row[] {
  const tallies = new Map<string, Tally>(
    contestants.map(({ tool }) => [tool, { samples: [], memoryKb: undefined, executed: undefined, wrong: undefined, spentMs: 0 }]),
  )
  for (let round = 0; round <= rounds; round++) {
    for (const contestant of contestants) {
      const { tool } = contestant
      const tally = tallies.get(tool)
      if (tally === undefined || tally.wrong !== undefined || (tally.spentMs > patienceMs && tally.samples.length > 0)) continue
      const { measured, executed, wrong } = contestant.run(round, round === 0 ? 'memory' : 'times')
      tally.wrong = wrong
      tally.executed = executed
      tally.spentMs += measured.wallMs
      tally.memoryKb ??= measured.memoryKb
      if (wrong === undefined && (round > 0 || measured.wallMs > longMs)) tally.samples.push({ wallMs: measured.wallMs, cpuMs: measured.cpuMs })
    }
  }
  return [...tallies].map(([tool, { samples, memoryKb, executed, wrong }]) => ({
    scenario,
    size,
    tool,
    samples,
    ...(memoryKb === undefined ? {} : { memoryKb }),
    ...(executed === undefined ? {} : { executed }),
    ...(wrong === undefined ? {} : { wrong }),
  }))
}
