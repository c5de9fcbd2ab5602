/** The shape of the keys of pawl.yaml about coding agents. */
import * as v from 'valibot'
import { agentKinds } from '../model/agent.ts'
import { count, describe, duration, globs, oneOrMore } from './shape-words.ts'

export const agentShape = v.strictObject({
  kind: v.optional(
    describe(
      v.picklist(agentKinds),
      'claude: Claude Code, codex: Codex, gemini: Gemini CLI, opencode: OpenCode, copilot: Copilot CLI, each without a terminal; acp: any program that speaks the Agent Client Protocol on its standard input and output; command: any program that reads the brief on its standard input and edits files in its folder. Default: the kind of the same name as the agent, else command.',
    ),
  ),
  command: v.optional(
    describe(
      oneOrMore,
      'The program and its arguments, started without a shell. Default: the program of the name of its kind; acp and command have none. "{brief}" stands for the path of a file that holds the brief.',
    ),
  ),
  model: v.optional(describe(v.string(), 'Which model; not for acp and command. Default: that of its own settings.')),
  env: v.optional(describe(v.array(v.string()), 'Variables of your environment that it gets, such as its key. "*" at the end matches a prefix.')),
  silence: v.optional(describe(duration, 'Longest time without any output before it counts as hung. Default: 10m.')),
})
export type AgentConfig = v.InferOutput<typeof agentShape>

const amount = v.pipe(
  v.number(),
  v.check((value) => value > 0 && Number.isFinite(value), 'a number above 0'),
)

export const budgetShape = v.strictObject({
  time: v.optional(describe(duration, 'Time of all turns together. Default: 1h where an agent mends, else no limit.')),
  turns: v.optional(describe(count, 'Turns of the model, as the agent counts them. Default: no limit.')),
  tokens: v.optional(describe(count, 'Tokens in and out, those from a cache included. Default: no limit.')),
  money: v.optional(describe(amount, 'US dollars, as the agent tells. Default: no limit.')),
})
export type BudgetConfig = v.InferOutput<typeof budgetShape>

export const aiFixShape = v.strictObject({
  agent: v.optional(describe(v.string(), 'Which agent, by name. Default: claude.')),
  iterations: v.optional(describe(v.pipe(count, v.maxValue(50)), 'Most turns of the agent in a run. Default: 10.')),
  timeout: v.optional(describe(duration, 'Time limit of one turn. Default: 15m.')),
  budget: v.optional(
    describe(budgetShape, 'What all turns of a run together may use. An agent that does not tell what it used of a limited thing is not asked a second time.'),
  ),
  allow: v.optional(describe(globs, 'Protected files that the agent may change all the same: globs, or "tests" for all tests. Default: none.')),
  protect: v.optional(describe(globs, 'Globs of further files that the agent must not change.')),
})
