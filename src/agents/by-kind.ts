/** Every agent by its kind. */
import type { Agent, AgentChoice, AgentKind } from '../model/agent.ts'
import { claudeCode } from './claude-code.ts'
import { commandAgent } from './command-agent.ts'

const kinds: Readonly<Record<AgentKind, (choice: AgentChoice) => Agent>> = { claude: claudeCode, command: commandAgent }

export const agentOf = (choice: AgentChoice): Agent => kinds[choice.kind](choice)
