/** Codex without a terminal. Its own sandbox keeps what it writes in its folder; it edits by commands, so to edit and to work are the same to it. */
import type { Agent, AgentChoice, AgentTurn } from '../model/agent.ts'
import { streamedAgent } from './agent-stream.ts'
import { codexStream } from './codex-stream.ts'

export const codex = (choice: AgentChoice): Agent =>
  streamedAgent(choice, (turn) => ({ argv: codexArgv(choice, turn), stream: codexStream(turn.resume), isKept: isKept(turn) }))

const isKept = ({ resume, sessionId }: AgentTurn): boolean => resume !== undefined || sessionId !== undefined

/** It gives its threads their ids itself. A login shell would put another PATH in front; plugins are fetched from the network. */
export function codexArgv({ argv, model }: AgentChoice, turn: AgentTurn): readonly string[] {
  const { resume, tools = [] } = turn
  const [server, ...words] = tools
  const settings = [
    'approval_policy="never"',
    'allow_login_shell=false',
    'sandbox_workspace_write.exclude_slash_tmp=true',
    'check_for_update_on_startup=false',
    'analytics.enabled=false',
    ...(server === undefined ? [] : serverSettings(server, words)),
    ...trustSettings(turn),
  ]
  return [
    ...argv,
    'exec',
    '--json',
    '--skip-git-repo-check',
    '-s',
    'workspace-write',
    ...settings.flatMap((setting) => ['-c', setting]),
    ...(turn.settings?.isApproved === false ? ['--ignore-rules'] : []),
    '--disable',
    'plugins',
    '--disable',
    'remote_plugin',
    ...(isKept(turn) ? [] : ['--ephemeral']),
    ...(model === undefined ? [] : ['-m', model]),
    ...(resume === undefined ? [] : ['resume', resume.id]),
    // The brief is read from standard input.
    '-',
  ]
}

/**
 * It reads what lies in .codex where its user trusts the folder or the main checkout, and this checkout is none that the user named. Of one that is
 * not trusted it does not read AGENTS.md by itself either.
 */
function trustSettings({ settings, folder }: AgentTurn): readonly string[] {
  if (settings === undefined) return []
  const level = (word: string): string => `projects={${toml(folder)}={trust_level="${word}"}}`
  if (settings.isApproved) return [level('trusted')]
  return [level('untrusted'), `developer_instructions=${toml('If there is a file AGENTS.md, read it first: it holds the instructions of this repository.')}`]
}

/** Without the last one each call of it would need an approval, which nobody gives. */
const serverSettings = (server: string, words: readonly string[]): readonly string[] => [
  `mcp_servers.pawl.command=${toml(server)}`,
  `mcp_servers.pawl.args=[${words.map(toml).join(',')}]`,
  'mcp_servers.pawl.default_tools_approval_mode="approve"',
]

/** A basic string of TOML; JSON escapes all that has to be, but for one character. */
const toml = (text: string): string => JSON.stringify(text).replaceAll('\u007F', '\\u007f')
