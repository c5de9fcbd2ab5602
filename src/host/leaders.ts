/** Children of ours that lead a session of their own. */

/** From the turn of their start until the runtime has seen their end: any other child outside of pawl's session is taken for an orphan. */
export const leaders = new Set<number>()
