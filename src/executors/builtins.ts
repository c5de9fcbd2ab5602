/** Every check that is built into pawl, by the name that configuration uses. */
import type { Builtin } from './builtin.ts'
import { languageBuiltins } from './builtins/languages.ts'
import { nodeBuiltins } from './builtins/node.ts'

export const builtins: Readonly<Record<string, Builtin>> = { ...nodeBuiltins, ...languageBuiltins }
