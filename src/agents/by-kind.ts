/** Every agent by its kind. */
import type { Agent, AgentChoice, AgentKind } from '../model/agent.ts'
import { acp } from './acp.ts'
import { claudeCode } from './claude-code.ts'
import { codex } from './codex.ts'
import { commandAgent } from './command-agent.ts'
import { copilot } from './copilot.ts'
import { gemini } from './gemini.ts'
import { opencode } from './opencode.ts'

const kinds: Readonly<Record<AgentKind, (choice: AgentChoice) => Agent>> = { claude: claudeCode, codex, gemini, opencode, copilot, acp, command: commandAgent }

export const agentOf = (choice: AgentChoice): Agent => kinds[choice.kind](choice)
