/** Every check that is built into pawl, by the name that configuration uses. */
import type { Builtin } from './builtin.ts'
import { coverageGoal } from './builtins/coverage-goal.ts'
import { coverageMark } from './builtins/coverage-mark.ts'
import { coverageRatchet } from './builtins/coverage-ratchet.ts'
import { languageBuiltins } from './builtins/languages.ts'
import { nodeBuiltins } from './builtins/node.ts'

export const builtins: Readonly<Record<string, Builtin>> = {
  ...nodeBuiltins,
  ...languageBuiltins,
  'coverage-goal': coverageGoal,
  'coverage-mark': coverageMark,
  'coverage-ratchet': coverageRatchet,
}
