/** Turns prompts into tasks: one that brings each work to a commit, and one that lands it. What waits for what is all in their needs. */
import { blankTask } from '../model/blank-task.ts'
import type { Prompt } from '../model/prompt.ts'
import { taskId, type Task, type TaskId } from '../model/task.ts'
import type { Work } from './work.ts'

export const workTask = (prompt: string): TaskId => taskId(`work:${prompt}`)
export const landTask = (prompt: string): TaskId => taskId(`land:${prompt}`)

/** `lanes`: in each, one prompt begins when the one before has landed or failed. */
export function jobTasks(prompts: readonly Prompt[], lanes: readonly (readonly string[])[], work: Work, onto: string): readonly Task[] {
  const before = new Map(lanes.flatMap((lane) => lane.slice(1).map((id, i): [string, string] => [id, lane[i] as string])))
  const awaited = new Set([...before.values(), ...prompts.flatMap(({ dependsOn }) => dependsOn)])
  return prompts.flatMap((prompt) => {
    const earlier = before.get(prompt.id)
    return [jobTask(prompt, earlier, work, onto), landingTask(prompt, { work, onto, prompts, isAwaited: awaited.has(prompt.id) })]
  })
}

function jobTask(prompt: Prompt, earlier: string | undefined, work: Work, onto: string): Task {
  const agent = work.agentOf.get(prompt.id)
  if (agent === undefined) throw new Error(`no agent was chosen for ${prompt.id}`)
  return {
    ...blankTask,
    id: workTask(prompt.id),
    role: 'work',
    stage: 'agents',
    action: {
      kind: 'job',
      prompt,
      agent,
      budget: { ...work.budget, ...prompt.budget },
      mendTurns: work.mends,
      isolation: work.sandbox ? 'clone' : 'linked',
      onto,
    },
    needs: prompt.dependsOn.map(landTask),
    after: earlier === undefined ? [] : [landTask(earlier)],
    timeoutMs: prompt.timeoutMs ?? work.timeoutMs,
    retry: { times: work.retries, delayMs: work.delayMs, on: ['errored'] },
    priority: prompt.priority,
    reason: prompt.path ?? prompt.place.file,
  }
}

/** The checks have limits of their own. */
const landingMs = 24 * 3_600_000

type Course = { readonly work: Work; readonly onto: string; readonly prompts: readonly Prompt[]; readonly isAwaited: boolean }

/** What nobody waits for lands together with all others, when nothing works any more: a check of several branches then runs once. */
function landingTask({ id, place, path, priority }: Prompt, { work, onto, prompts, isAwaited }: Course): Task {
  const isLate = work.landing === 'together' && !isAwaited
  return {
    ...blankTask,
    id: landTask(id),
    role: 'work',
    stage: 'landing',
    action: { kind: 'land', job: workTask(id), onto },
    needs: [workTask(id)],
    timeoutMs: landingMs,
    after: isLate ? prompts.filter((other) => other.id !== id).map((other) => workTask(other.id)) : [],
    pool: 'land',
    priority,
    reason: path ?? place.file,
  }
}
