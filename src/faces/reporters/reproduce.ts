/** Says what a person types to see by hand what a task does. Only ever shown, never run. */
import type { Task } from '../../model/task.ts'

export function reproduceText(task: Task): string {
  if (task.reproduce !== undefined) return task.reproduce
  const { action } = task
  if (action.kind === 'builtin') return `pawl --only ${quoted(task.id)}`
  const env = Object.entries(action.env).map(([name, value]) => `${name}=${quoted(value)}`)
  const argv = action.argv.flatMap((word) => (word === '{files}' ? action.whole : [word])).map(quoted)
  const command = [...env, ...argv].join(' ')
  return action.cwd === '.' || action.cwd === '' ? command : `cd ${quoted(action.cwd)} && ${command}`
}

/** A word as sh reads it back. */
export const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)
