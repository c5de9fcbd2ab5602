/** Waits for something, but not for ever. */

/** The value, or undefined when it takes longer. */
export async function within<T>(limitMs: number, promise: Promise<T>): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => resolve(undefined), limitMs)
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
