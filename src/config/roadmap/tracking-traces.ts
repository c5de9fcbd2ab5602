/** Reads the tracking files of the source system: groups that were marked as complete, and what tasks were called then. */
import type { Trace } from './hints.ts'

/** `completed_tasks.txt`: "PHASE_1:A" in a line. Whatever else stands there says nothing. */
export function completedTraces(text: string, file: string): readonly Trace[] {
  return text.split(/\r\n|\n|\r/).flatMap((line, i): readonly Trace[] => {
    const [, phase, group] = /^PHASE_([\w.-]+):([\w.-]+)$/i.exec(line.trim()) ?? []
    return phase === undefined || group === undefined ? [] : [{ phase, group, says: 'done', why: `${file}: ${line.trim()}`, place: { file, line: i + 1 } }]
  })
}

export type TrackedTask = { readonly phase: string; readonly group: string; readonly task: string; readonly title: string }

/** `roadmap_tasks.txt`: "PHASE_1:A:A1:title" in a line; the title may have colons of its own. It says nothing of what is done. */
export function trackedTasks(text: string): readonly TrackedTask[] {
  return text.split(/\r\n|\n|\r/).flatMap((line) => {
    const [, phase, group, task, title] = /^PHASE_([^:]+):([^:]+):([^:]+):(.*)$/i.exec(line.trim()) ?? []
    if (phase === undefined || group === undefined || task === undefined || title === undefined) return []
    return [{ phase: phase.trim(), group: group.trim(), task: task.trim(), title: title.trim() }]
  })
}

/** Id in small letters → title: to be handed to `hintsFrom`. */
export const titlesThen = (tasks: readonly TrackedTask[]): ReadonlyMap<string, string> => new Map(tasks.map(({ task, title }) => [task.toLowerCase(), title]))
