/** Claude Code without a terminal. It may read and edit files in its folder, and nothing else: no shell, no servers, no session that is kept. */
import type { Agent, AgentChoice, AgentTurn } from '../model/agent.ts'
import { claudeStream } from './claude-stream.ts'
import { exitText, runTurn } from './turn-process.ts'

const tools = 'Read,Edit,Write,Glob,Grep'

export function claudeCode(choice: AgentChoice): Agent {
  return {
    async turn(turn, processes) {
      const stream = claudeStream()
      const line = (text: string): string | undefined => {
        const { activity, stop } = stream.line(text)
        if (activity !== undefined) turn.activity(activity)
        return stop
      }
      const ended = await runTurn(turn, processes, { argv: argvOf(choice, turn), silenceMs: choice.silenceMs, line })
      if ('end' in ended) return ended.end
      const { exit } = ended
      const told = stream.end(exit.durationMs)
      if (told !== undefined) return told
      // The exit code alone proves nothing: without its last event the turn is not over.
      return { outcome: exit.kind === 'exited' && exit.code === 0 ? 'protocol' : 'crashed', why: exitText(exit), spent: { timeMs: exit.durationMs } }
    },
  }
}

/** `--verbose` is demanded by the stream format. The brief comes on standard input, where no list of processes shows it. */
function argvOf({ argv, model }: AgentChoice, { budget }: AgentTurn): readonly string[] {
  return [
    ...argv,
    '-p',
    '--output-format',
    'stream-json',
    '--verbose',
    '--permission-mode',
    'acceptEdits',
    '--tools',
    tools,
    '--strict-mcp-config',
    '--no-session-persistence',
    ...(model === undefined ? [] : ['--model', model]),
    ...(budget.turns === undefined ? [] : ['--max-turns', String(Math.max(1, Math.floor(budget.turns)))]),
    ...(budget.usd === undefined ? [] : ['--max-budget-usd', budget.usd.toFixed(4)]),
  ]
}
