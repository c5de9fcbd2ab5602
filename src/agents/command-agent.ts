/** Any program as an agent: it gets the brief on its standard input, and as a file where "{brief}" stands, edits files, and ends with 0. */
import type { Agent, AgentChoice } from '../model/agent.ts'
import { exitText, runTurn } from './turn-process.ts'

export function commandAgent(choice: AgentChoice): Agent {
  return {
    async turn(turn, processes) {
      let said = ''
      const argv = choice.argv.map((word) => word.replaceAll('{brief}', turn.briefFile))
      const line = (text: string): undefined => {
        const words = text.trim()
        if (words === '') return
        said = words.slice(0, 300)
        turn.news({ kind: 'activity', text: said })
      }
      const ended = await runTurn(turn, processes, { argv, silenceMs: choice.silenceMs, line })
      if ('end' in ended) return ended.end
      const { exit, limit } = ended
      // What it used besides time nobody knows.
      const spent = { timeMs: exit.durationMs }
      if (limit !== undefined) return { ...limit, spent }
      if (exit.kind === 'exited' && exit.code === 0) return { outcome: 'ok', spent, ...(said === '' ? {} : { said }) }
      return { outcome: exit.kind === 'signalled' ? 'killed' : 'crashed', why: exitText(exit), spent }
    },
  }
}
