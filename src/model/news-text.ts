/** What an agent tells, as one line for those who look on. */
import type { AgentNews } from './agent.ts'

/** Undefined: it is nothing to be told. */
export function newsText(news: AgentNews): string | undefined {
  switch (news.kind) {
    case 'activity':
      return news.text
    case 'denied':
      return `may not use ${news.tool}${news.why === undefined ? '' : ` (${news.why})`}`
    case 'retry':
      return `waiting to try again (${news.cause})`
    case 'limit':
      return `at a limit of ${news.scope}`
    case 'session':
    case 'touched':
      return undefined
  }
}
