/** Copilot CLI without a terminal. To edit, its shell and its network are denied; to work, only what lies outside of its folder is. */
import type { Agent, AgentChoice, AgentTurn } from '../model/agent.ts'
import { streamedAgent } from './agent-stream.ts'
import { copilotStream } from './copilot-stream.ts'

export const copilot = (choice: AgentChoice): Agent =>
  streamedAgent(choice, (turn) => ({
    argv: copilotArgv(choice, turn),
    env: { COPILOT_AUTO_UPDATE: 'false', ...turn.env },
    stream: copilotStream(turn.resume?.id ?? turn.sessionId),
    brief: 'in argv',
  }))

/** The system takes no longer word in an argv (Linux: 128 KiB). */
const longestBrief = 100_000

export function copilotArgv({ argv, model }: AgentChoice, turn: AgentTurn): readonly string[] {
  const { access, resume, sessionId, tools, brief, briefFile } = turn
  const isLong = brief.length > longestBrief / 4
  return [
    ...argv,
    '--output-format',
    'json',
    '--no-color',
    '--no-ask-user',
    '--no-auto-update',
    '--allow-all-tools',
    ...(access === 'work' ? [] : ['--deny-tool', 'shell', '--deny-tool', 'url']),
    ...(tools === undefined ? [] : ['--additional-mcp-config', mcpConfigOf(tools)]),
    ...(model === undefined ? [] : ['--model', model]),
    ...(resume !== undefined ? ['--resume', resume.id] : sessionId !== undefined ? ['--session-id', sessionId] : []),
    ...(isLong ? ['--add-dir', briefFile.replace(/[\\/][^\\/]*$/, '')] : []),
    '-p',
    isLong ? `Do what is written in the file ${briefFile}.` : brief,
  ]
}

const mcpConfigOf = ([command, ...args]: readonly string[]): string => JSON.stringify({ mcpServers: { pawl: { type: 'local', command, args, tools: ['*'] } } })
