/** Any program that speaks the Agent Client Protocol: it is asked on its standard input, and what it wants to do it asks for. */
import type { Agent, AgentChoice, TurnEnd } from '../model/agent.ts'
import { newCancellation } from '../model/cancellation.ts'
import { acpClient } from './acp-client.ts'
import { exitText, limitOf, linesOf, neverStarted } from './turn-process.ts'

export function acp(choice: AgentChoice): Agent {
  return {
    async turn(turn, processes) {
      const client = acpClient(turn)
      const own = newCancellation()
      const forget = turn.cancellation.onRequest((reason) => own.request(reason))
      let say: (line: string) => void = () => undefined
      let hangUp: () => void = () => undefined
      const lines = linesOf((text) => {
        const step = client.line(text)
        for (const one of step.news) turn.news(one)
        for (const line of step.say) say(line)
        if (!step.isOver) return
        // The end of its input ends it; one that does not go by itself is ended.
        hangUp()
        own.request('it has answered')
      })
      const ran = await processes.run({
        argv: choice.argv,
        cwd: turn.folder,
        env: turn.env,
        timeoutMs: turn.timeoutMs,
        silenceMs: choice.silenceMs,
        tag: turn.tag,
        kept: true,
        cancellation: own,
        talk: (speak, end) => {
          say = (line) => speak(`${line}\n`)
          hangUp = end
          say(client.open())
        },
        farewell: () => {
          const line = client.cancel()
          if (line === undefined) hangUp()
          else say(line)
        },
        onOutput: (chunk, from) => {
          turn.output(chunk)
          if (from === 'stdout') lines.add(chunk)
        },
      })
      forget()
      if (!ran.ok) return neverStarted(ran.failure)
      lines.end()
      const { exit } = ran
      const session = client.session()
      const rest = { spent: { timeMs: exit.durationMs }, ...(session === undefined ? {} : { session }) }
      const told = client.end(exit.durationMs)
      if (turn.cancellation.requested) return { ...rest, outcome: 'cancelled' }
      const limit = limitOf(exit)
      // After our own cancelling it tells that it was cancelled: why is known better here.
      if (limit !== undefined && (told === undefined || told.outcome === 'killed')) return { ...rest, ...limit }
      if (told !== undefined) return told
      return { ...rest, outcome: outcomeOf(exit.kind, exit.code), why: exitText(exit) }
    },
  }
}

const outcomeOf = (kind: string, code: number | undefined): TurnEnd['outcome'] =>
  kind === 'signalled' ? 'killed' : kind === 'exited' && code === 0 ? 'protocol' : 'crashed'
