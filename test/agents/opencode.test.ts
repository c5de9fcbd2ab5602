/** OpenCode itself, against a scripted model on loopback. */
import { play } from './played.ts'

play({ kind: 'opencode', perAnswer: 1120, tool: 'write', ownTool: 'pawl_report_done' })
