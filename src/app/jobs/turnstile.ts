/** Lets only so many through at a time; the others wait in order. */

export type Turnstile = <T>(work: () => Promise<T>) => Promise<T>

export function newTurnstile(most: number): Turnstile {
  const waiting: (() => void)[] = []
  let inside = 0
  return async (work) => {
    if (inside >= most) await new Promise<void>((resolve) => waiting.push(resolve))
    else inside += 1
    try {
      return await work()
    } finally {
      // Whoever is next takes the place, so that nobody slips in between.
      const next = waiting.shift()
      if (next === undefined) inside -= 1
      else next()
    }
  }
}
