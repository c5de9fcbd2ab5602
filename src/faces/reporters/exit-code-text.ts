/** What each exit code of pawl means, in one sentence each: for --help and for the reference. */
import { exitCodes, otherExitCodes, type Verdict } from '../../model/verdict.ts'

const verdictMeanings = {
  passed: 'Every required check passed, was mended or had passed before on the same content.',
  described: 'A dry run described everything; nothing was run.',
  failed: 'A required check has findings.',
  broken: 'A required check could not be judged: a tool is missing, crashed or timed out, or nothing ran.',
  lost: 'pawl was ended in the middle of the run.',
  cancelled: 'The run was cancelled (Ctrl-C).',
} as const satisfies Record<Verdict, string>

const otherMeanings = {
  failure: 'pawl could not do its work: wrong arguments, wrong configuration, no repository, nothing to do.',
  bug: 'pawl itself is wrong. Please report it.',
  lock: 'Another run holds the repository and did not end in time.',
  hangup: 'The terminal was closed (SIGHUP).',
  terminated: 'pawl was asked to end (SIGTERM).',
} as const satisfies Record<keyof typeof otherExitCodes, string>

export type ExitCodeRow = { readonly code: number; readonly name: string; readonly meaning: string }

/** In the order of the codes; one code may stand for several things. */
export function exitCodeRows(): readonly ExitCodeRow[] {
  const rows = (codes: Readonly<Record<string, number>>, meanings: Readonly<Record<string, string>>): ExitCodeRow[] =>
    Object.entries(codes).map(([name, code]) => ({ code, name, meaning: meanings[name] ?? '' }))
  return [...rows(exitCodes, verdictMeanings), ...rows(otherExitCodes, otherMeanings)].toSorted((a, b) => a.code - b.code)
}
