/** Interim. */
import type { Builtin } from '../builtin.ts'
export const nodeBuiltins: Readonly<Record<string, Builtin>> = {}
