/** The papers of a run of jobs: what was asked for, so that others can look on, and a later run can go on, from the state alone. */
import type { Work } from '../../config/work.ts'
import { keepRequest, keptRequest } from '../../host/job-papers.ts'
import type { Forecast } from '../../model/prompt.ts'
import type { Plan } from '../../model/plan.ts'
import type { Request } from '../../model/request.ts'
import type { Site } from '../site.ts'
import { jobPlan, type PlannedJobs } from './job-plan.ts'

/** What a run of jobs was begun with. */
export type RunPapers = PlannedJobs & { readonly gate: Request }

type Asked = Pick<RunPapers, 'prompts' | 'work' | 'gate'> & { readonly forecast: Pick<Forecast, 'lanes'> }

const version = 1

export async function keepPapers({ stateFolder }: Site, run: number, { prompts, forecast, work, gate }: Asked, onto: string): Promise<void> {
  const plain = { v: version, prompts, lanes: forecast.lanes, work: { ...work, agentOf: [...work.agentOf] }, gate, onto }
  await keepRequest(stateFolder, run, JSON.stringify(plain))
}

/** Undefined: they are not kept any more, or another version of pawl wrote them. */
export function papersOf({ stateFolder }: Pick<Site, 'stateFolder'>, run: number): RunPapers | undefined {
  const text = keptRequest(stateFolder, run)
  const kept = text === undefined ? undefined : parsed(text)
  if (!isPapers(kept)) return undefined
  const { prompts, lanes, work, gate, onto } = kept
  return { prompts, lanes, work: { ...work, agentOf: new Map(work.agentOf) }, gate, onto }
}

type Kept = Omit<RunPapers, 'work'> & { readonly v: number; readonly work: Omit<Work, 'agentOf'> & { readonly agentOf: readonly [string, never][] } }

/** Damage reads as if they were gone. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** pawl wrote it whole, in one piece; so the version tells of all the rest. */
const isPapers = (value: unknown): value is Kept => typeof value === 'object' && value !== null && 'v' in value && value.v === version

/** The plan that the run has, made once more. */
export function planOfPapers(papers: RunPapers): Plan | undefined {
  const plan = jobPlan(papers, () => ({ expectedMs: () => undefined }))
  return plan.ok ? plan.value : undefined
}
