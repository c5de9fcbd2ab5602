/** Gemini CLI itself, against a scripted model on loopback. */
import { play } from './played.ts'

play({ kind: 'gemini', perAnswer: 1120, tool: 'write_file' })
