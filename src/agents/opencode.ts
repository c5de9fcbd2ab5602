/** OpenCode without a terminal. What it may is said in its own words for permissions: the rest is approved by `--auto`. */
import type { Agent, AgentChoice, AgentTurn } from '../model/agent.ts'
import { streamedAgent } from './agent-stream.ts'
import { opencodeStream } from './opencode-stream.ts'
import { eventIn, fieldsOf } from './told-event.ts'

/** Unless the user has said otherwise. */
const quiet = { OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_LSP_DOWNLOAD: '1', OPENCODE_DISABLE_MODELS_FETCH: '1' }

export const opencode = (choice: AgentChoice): Agent =>
  streamedAgent(choice, (turn) => ({
    argv: opencodeArgv(choice, turn),
    env: { ...quiet, ...turn.env, ...opencodeSettings(turn) },
    stream: opencodeStream(),
  }))

/** A title of ours saves a question to the model. */
export function opencodeArgv({ argv, model }: AgentChoice, { resume }: AgentTurn): readonly string[] {
  return [
    ...argv,
    'run',
    '--format',
    'json',
    '--auto',
    '--title',
    'pawl',
    ...(model === undefined ? [] : ['--model', model]),
    ...(resume === undefined ? [] : ['--session', resume.id]),
  ]
}

/** Laid over what the user has set in the same way; without a rule `--auto` would let it write anywhere. */
export function opencodeSettings({ access, tools, env }: AgentTurn): Readonly<Record<string, string>> {
  const denied =
    access === 'work' ? { external_directory: 'deny' } : { external_directory: 'deny', bash: 'deny', webfetch: 'deny', websearch: 'deny', task: 'deny' }
  const own = eventIn(env['OPENCODE_CONFIG_CONTENT'] ?? '') ?? {}
  const server = tools === undefined ? {} : { mcp: { ...fieldsOf(own['mcp']), pawl: { type: 'local', command: tools, enabled: true } } }
  const permission = { ...fieldsOf(own['permission']), ...denied }
  return { OPENCODE_CONFIG_CONTENT: JSON.stringify({ ...own, autoupdate: false, share: 'disabled', permission, ...server }) }
}
