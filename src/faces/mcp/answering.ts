/** Answers an agent in the sandbox: the tools of `pawl mcp`, for whoever comes through the door of its turn, and within bounds. */
import type { Answering } from '../../app/jobs/answering.ts'
import { version } from '../../app/version.ts'
import { bounded } from './bounded.ts'
import { messageLines } from './message-lines.ts'
import { mcpServer } from './server.ts'
import { instructions, toolsOf } from './tools.ts'

/** Of a turn. No client of ours comes near. */
const limits = { atOnce: 8, calls: 1000 }
const mostMessages = 20_000

export const answering: Answering = (askable) => {
  const tools = bounded(toolsOf(askable), limits)
  let heard = 0
  return ({ say, hangUp }) => {
    const server = mcpServer({
      version,
      instructions,
      tools,
      send: (line) => say(`${askable.shown(line)}\n`),
      broken: (error) => askable.broken(error),
    })
    const lines = messageLines()
    return {
      hear(chunk) {
        for (const line of lines.add(chunk)) {
          heard += 1
          if (heard > mostMessages) return hangUp()
          server.receive(line)
        }
      },
      gone: () => server.close('the client has gone'),
    }
  }
}
