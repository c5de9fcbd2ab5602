/** What to do without when the machine has no file descriptor left. */

export function unlessExhausted<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EMFILE' || code === 'ENFILE') return undefined
    throw error
  }
}
