/** A Contract is a list of cases that hold for every part of a kind; any test runner can run them: `for (const { name, run } of cases) test(name, run)`. */

export type ContractCase = {
  readonly name: string
  /** Rejects with an Error that says what does not hold. */
  readonly run: () => Promise<void>
}

/** Throws unless it holds. */
export function holds(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(otherwise)
}

export const sameAnswer = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Numbers from 0 to below 1 that are the same each time. */
export function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Plain data of which no part can be changed. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const inner of Object.values(value)) frozen(inner)
  return Object.freeze(value)
}
