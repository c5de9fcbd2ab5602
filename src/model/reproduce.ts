/** Says what a person types to see by hand what a task does. Only ever shown, never run. */
import { commandLine, quotedWord } from './shell-words.ts'
import type { Task } from './task.ts'

export function reproduceText(task: Task): string {
  if (task.reproduce !== undefined) return task.reproduce
  const { action } = task
  if (action.kind === 'builtin') return `pawl --only ${quotedWord(task.id)}`
  if (action.kind === 'agent') return 'pawl fix'
  if (action.kind === 'job' || action.kind === 'land' || action.kind === 'stage-gate') return `pawl logs ${quotedWord(task.id)}`
  const argv = action.argv.flatMap((word) => (word === '{files}' ? action.whole : [word]))
  return commandLine(argv, action.cwd, action.env)
}
