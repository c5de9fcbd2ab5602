/** Says what a person types to see by hand what a task does. Only ever shown, never run. */
import { commandLine, quotedWord } from '../../model/shell-words.ts'
import type { Task } from '../../model/task.ts'

export function reproduceText(task: Task): string {
  if (task.reproduce !== undefined) return task.reproduce
  const { action } = task
  if (action.kind === 'builtin') return `pawl --only ${quotedWord(task.id)}`
  const argv = action.argv.flatMap((word) => (word === '{files}' ? action.whole : [word]))
  return commandLine(argv, action.cwd, action.env)
}
