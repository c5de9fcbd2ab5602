/** The shape of the keys of pawl.yaml about coding agents. */
import * as v from 'valibot'
import { count, describe, duration, globs, oneOrMore } from './shape-words.ts'

export const agentShape = v.strictObject({
  kind: v.optional(
    describe(
      v.picklist(['claude', 'command']),
      'claude: Claude Code, without a terminal; command: any program that reads the brief on its standard input and edits files in its folder. Default: claude for the agent of that name, else command.',
    ),
  ),
  command: v.optional(
    describe(oneOrMore, 'The program and its arguments, started without a shell. "{brief}" stands for the path of a file that holds the brief.'),
  ),
  model: v.optional(describe(v.string(), 'Which model; Claude Code only. Default: that of its own settings.')),
  env: v.optional(describe(v.array(v.string()), 'Variables of your environment that it gets, such as its key. "*" at the end matches a prefix.')),
  silence: v.optional(describe(duration, 'Longest time without any output before it counts as hung. Default: 10m.')),
})
export type AgentConfig = v.InferOutput<typeof agentShape>

const amount = v.pipe(
  v.number(),
  v.check((value) => value > 0 && Number.isFinite(value), 'a number above 0'),
)

export const aiFixShape = v.strictObject({
  agent: v.optional(describe(v.string(), 'Which agent, by name. Default: claude.')),
  iterations: v.optional(describe(v.pipe(count, v.maxValue(50)), 'Most turns of the agent in a run. Default: 10.')),
  timeout: v.optional(describe(duration, 'Time limit of one turn. Default: 15m.')),
  budget: v.optional(
    describe(
      v.strictObject({
        time: v.optional(describe(duration, 'Time of all turns together. Default: 1h.')),
        turns: v.optional(describe(count, 'Turns of the model, as the agent counts them. Default: no limit.')),
        tokens: v.optional(describe(count, 'Tokens in and out, those from a cache included. Default: no limit.')),
        money: v.optional(describe(amount, 'US dollars, as the agent tells. Default: no limit.')),
      }),
      'What all turns of a run together may use. An agent that does not tell what it used of a limited thing is not asked a second time.',
    ),
  ),
  allow: v.optional(describe(globs, 'Protected files that the agent may change all the same: globs, or "tests" for all tests. Default: none.')),
  protect: v.optional(describe(globs, 'Globs of further files that the agent must not change.')),
})
