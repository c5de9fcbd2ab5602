/** Names a run for people: by its number, or by what it was where it has none. */

/** Checks that an agent asks for are no runs of the history: their proofs carry this number. */
export const runOfAgent = 0

export const runName = (run: number): string => (run === runOfAgent ? 'a check for an agent' : `run ${run}`)
