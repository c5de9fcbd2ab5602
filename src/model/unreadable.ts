/** Says in words what libraries that read text throw instead of telling it. */

/** Undefined: another error, which is a bug. */
export function whyUnreadable(error: unknown): string | undefined {
  if (error instanceof RangeError) return 'lists or mappings are nested too deeply'
  if (error instanceof ReferenceError) return 'its aliases lead nowhere, or repeat each other too often'
  return undefined
}
