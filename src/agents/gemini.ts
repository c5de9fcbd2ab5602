/** Gemini CLI without a terminal. To edit, its edit tools are approved and it has no shell; to work, all of its tools are. */
import type { Agent, AgentChoice, AgentTurn } from '../model/agent.ts'
import { streamedAgent } from './agent-stream.ts'
import { geminiStream, outcomeOfGeminiCode } from './gemini-stream.ts'
import { exitText } from './turn-process.ts'

/** In one process it can be ended; by default it starts itself a second time, and the first one swallows the signals. */
const inOneProcess = { GEMINI_CLI_NO_RELAUNCH: 'true' }

export const gemini = (choice: AgentChoice): Agent =>
  streamedAgent(choice, (turn) => ({
    argv: geminiArgv(choice, turn),
    env: { ...turn.env, ...inOneProcess },
    stream: geminiStream(),
    endOf: (exit) => {
      const outcome = exit.kind === 'exited' ? outcomeOfGeminiCode(exit.code) : undefined
      return outcome === undefined ? undefined : { outcome, why: exitText(exit) }
    },
  }))

/** It takes servers only from its settings, so pawl's own is not there. The folder is as trusted as the one that it was made of. */
export function geminiArgv({ argv, model }: AgentChoice, { access, resume, sessionId }: AgentTurn): readonly string[] {
  return [
    ...argv,
    '-o',
    'stream-json',
    '--approval-mode',
    access === 'work' ? 'yolo' : 'auto_edit',
    '--skip-trust',
    ...(model === undefined ? [] : ['-m', model]),
    ...(resume !== undefined ? ['--resume', resume.id] : sessionId !== undefined ? ['--session-id', sessionId] : []),
  ]
}
