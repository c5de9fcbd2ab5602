/** Claude Code without a terminal. To edit, it gets tools that read and edit files in its folder and nothing else; to work, a shell besides. */
import type { Agent, AgentChoice, AgentTurn } from '../model/agent.ts'
import { streamedAgent } from './agent-stream.ts'
import { claudeStream } from './claude-stream.ts'

/** Unless the user has said otherwise. */
const quiet = { DISABLE_AUTOUPDATER: '1', DISABLE_TELEMETRY: '1', DISABLE_ERROR_REPORTING: '1', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' }

/** What lies in a folder that is named besides are instructions, and no settings. */
const instructionsOnly = { CLAUDE_CODE_ADDITIONAL_DIRECTORIES_CLAUDE_MD: '1' }

const isRead = ({ settings }: AgentTurn): boolean => settings?.isApproved === true

export const claudeCode = (choice: AgentChoice): Agent =>
  streamedAgent(choice, (turn) => ({
    argv: claudeArgv(choice, turn),
    env: { ...quiet, ...turn.env, ...(isRead(turn) ? {} : instructionsOnly) },
    stream: claudeStream(turn.resume),
    isKept: isKept(turn),
  }))

const isKept = ({ resume, sessionId }: AgentTurn): boolean => resume !== undefined || sessionId !== undefined

/**
 * `--verbose` is demanded by the stream format. Settings of the repository are read only where a person has approved of all of them; without
 * them CLAUDE.md would not be read either, but for the folder being named.
 */
export function claudeArgv({ argv, model }: AgentChoice, turn: AgentTurn): readonly string[] {
  const { budget, access, resume, sessionId, tools } = turn
  const allowed = [...(access === 'work' ? ['Bash'] : []), ...(tools === undefined ? [] : ['mcp__pawl'])]
  return [
    ...argv,
    '-p',
    '--output-format',
    'stream-json',
    '--verbose',
    '--permission-mode',
    'acceptEdits',
    '--tools',
    `Read,Edit,Write,Glob,Grep${access === 'work' ? ',Bash' : ''}`,
    ...(allowed.length === 0 ? [] : ['--allowedTools', allowed.join(',')]),
    ...(isRead(turn) ? [] : ['--setting-sources', 'user', '--add-dir', turn.folder]),
    ...serversOf(turn),
    '--strict-mcp-config',
    ...(resume !== undefined ? ['--resume', resume.id] : sessionId !== undefined ? ['--session-id', sessionId] : ['--no-session-persistence']),
    ...(model === undefined ? [] : ['--model', model]),
    ...(budget.turns === undefined ? [] : ['--max-turns', String(Math.max(1, Math.floor(budget.turns)))]),
    ...(budget.usd === undefined ? [] : ['--max-budget-usd', budget.usd.toFixed(4)]),
  ]
}

/** pawl's own, and those of the repository that were approved of; no others. */
function serversOf(turn: AgentTurn): readonly string[] {
  const own = turn.tools === undefined ? [] : [mcpConfigOf(turn.tools)]
  const approved = isRead(turn) && turn.settings?.paths.includes('.mcp.json') === true ? [`${turn.folder}/.mcp.json`] : []
  const all = [...own, ...approved]
  return all.length === 0 ? [] : ['--mcp-config', ...all]
}

const mcpConfigOf = ([command, ...args]: readonly string[]): string => JSON.stringify({ mcpServers: { pawl: { command, args } } })
