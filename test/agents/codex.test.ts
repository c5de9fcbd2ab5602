/** Codex itself, against a scripted model on loopback. */
import { play } from './played.ts'

play({ kind: 'codex', perAnswer: 1120, tool: 'command_execution', ownTool: 'mcp__pawl__report_done', down: 'overloaded' })
