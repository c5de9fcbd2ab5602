/** Turns prompts into tasks: one that brings each work to a commit, one that lands it, and one for the gate of each stage. What waits for what is all in their needs. */
import { blankTask } from '../model/blank-task.ts'
import type { Prompt } from '../model/prompt.ts'
import { taskId, type Task, type TaskId } from '../model/task.ts'
import { gateTask, type WorkStage } from '../model/work-stage.ts'
import type { Work } from './work.ts'

export const workTask = (prompt: string): TaskId => taskId(`work:${prompt}`)
export const landTask = (prompt: string): TaskId => taskId(`land:${prompt}`)

export type AskedWork = {
  readonly prompts: readonly Prompt[]
  /** In each, one prompt begins when the one before has landed or failed. */
  readonly lanes: readonly (readonly string[])[]
  readonly work: Work
  /** Short name of the branch on which it lands. */
  readonly onto: string
  /** None: all prompts are worked on side by side, as far as they do not depend on each other. */
  readonly stages?: readonly WorkStage[]
}

export function jobTasks(asked: AskedWork): readonly Task[] {
  const { prompts, lanes, stages = [] } = asked
  const before = new Map(lanes.flatMap((lane) => lane.slice(1).map((id, i): [string, string] => [id, lane[i] as string])))
  const awaited = new Set([...before.values(), ...prompts.flatMap(({ dependsOn }) => dependsOn)])
  const stageOf = new Map(stages.flatMap((stage) => stage.prompts.map((id) => [id, stage] as const)))
  return [
    ...prompts.flatMap((prompt) => {
      const [stage, earlier] = [stageOf.get(prompt.id), before.get(prompt.id)]
      return [jobTask(prompt, { asked, stage, earlier }), landingTask(prompt, { asked, stage, isAwaited: awaited.has(prompt.id) })]
    }),
    ...stages.map((stage) => stageTask(stage, asked)),
  ]
}

type Course = { readonly asked: AskedWork; readonly stage: WorkStage | undefined }

function jobTask(prompt: Prompt, { asked: { work, onto }, stage, earlier }: Course & { readonly earlier: string | undefined }): Task {
  const agent = work.agentOf.get(prompt.id)
  if (agent === undefined) throw new Error(`no agent was chosen for ${prompt.id}`)
  return {
    ...blankTask,
    id: workTask(prompt.id),
    role: 'work',
    stage: stage?.title ?? 'agents',
    action: {
      kind: 'job',
      prompt,
      agent,
      ...others(work),
      budget: { ...work.budget, ...prompt.budget },
      mendTurns: work.mends,
      isolation: work.sandbox ? 'clone' : 'linked',
      onto,
    },
    needs: [...prompt.dependsOn.map(landTask), ...(stage?.needs ?? []).map(gateTask)],
    after: earlier === undefined ? [] : [landTask(earlier)],
    timeoutMs: prompt.timeoutMs ?? work.timeoutMs,
    retry: { times: work.retries, delayMs: work.delayMs, on: ['errored'] },
    priority: prompt.priority,
    reason: prompt.path ?? prompt.place.file,
  }
}

/** The checks have limits of their own. */
const landingMs = 24 * 3_600_000

/** What nobody waits for lands together with all others of its stage, when nothing of that works any more: a check of several branches then runs once. */
function landingTask(
  { id, place, path, priority }: Prompt,
  { asked: { work, onto, prompts }, stage, isAwaited }: Course & { readonly isAwaited: boolean },
): Task {
  const isLate = work.landing === 'together' && !isAwaited
  const others = (stage?.prompts ?? prompts.map((prompt) => prompt.id)).filter((other) => other !== id)
  return {
    ...blankTask,
    id: landTask(id),
    role: 'work',
    stage: 'landing',
    action: { kind: 'land', job: workTask(id), onto },
    needs: [workTask(id)],
    timeoutMs: landingMs,
    after: isLate ? others.map(workTask) : [],
    pool: 'land',
    priority,
    reason: path ?? place.file,
  }
}

const others = ({ fallback }: Work) => (fallback.length === 0 ? {} : { fallback })

function stageTask({ id, title, prompts, needs, checks, mends, red }: WorkStage, { prompts: all, work, onto }: AskedWork): Task {
  // That of the work before it, or of any.
  const mender = mends ? work.agentOf.get(prompts[0] ?? all[0]?.id ?? '') : undefined
  return {
    ...blankTask,
    id: gateTask(id),
    role: 'work',
    stage: title,
    action: {
      kind: 'stage-gate',
      stage: title,
      onto,
      ...(checks === undefined ? {} : { checks }),
      ...(red === undefined ? {} : { red }),
      ...(mender === undefined
        ? {}
        : {
            mender: {
              agent: mender,
              ...others(work),
              budget: work.budget,
              mendTurns: work.mends,
              isolation: work.sandbox ? ('clone' as const) : ('linked' as const),
            },
          }),
    },
    needs: [...prompts.map(landTask), ...needs.map(gateTask)],
    timeoutMs: landingMs,
    pool: 'land',
    reason: title,
  }
}
