/** Words for whatever was thrown: the code of others may throw anything. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

/** "TypeError: x is not a function": where the kind of the error helps its reader. */
export const kindAndMessageOf = (thrown: unknown): string => (thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown))

/** With where it was thrown, for whoever mends it. */
export const stackOf = (thrown: unknown): string => (thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown))
