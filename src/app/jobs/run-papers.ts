/** The papers of a run of jobs: what was asked for, so that others can look on, and a later run can go on, from the state alone. */
import type { Work } from '../../config/work.ts'
import { keepRequest, keptRequest } from '../../host/job-papers.ts'
import type { Forecast } from '../../model/prompt.ts'
import type { Plan } from '../../model/plan.ts'
import type { Request } from '../../model/request.ts'
import type { Site } from '../site.ts'
import { jobPlan, type PlannedJobs } from './job-plan.ts'
import { parsedJson } from '../../model/json.ts'

/** What a run of jobs was begun with. */
export type RunPapers = PlannedJobs & {
  readonly gate: Request
  /** Ids of prompts whose text held a secret, which is not kept. */
  readonly redacted: readonly string[]
}

type Asked = Pick<RunPapers, 'prompts' | 'work' | 'gate' | 'stages'> & { readonly forecast: Pick<Forecast, 'lanes'> }

const version = 2

/** `clean` takes known secrets out of a text: papers outlive the run. */
export async function keepPapers(
  { stateFolder }: Pick<Site, 'stateFolder'>,
  run: number,
  { prompts, forecast, work, gate, stages = [] }: Asked,
  onto: string,
  clean: (text: string) => string,
): Promise<void> {
  const kept = prompts.map((prompt) => ({ ...prompt, title: clean(prompt.title), text: clean(prompt.text) }))
  const redacted = prompts.flatMap(({ id, text }, i) => (kept[i]?.text === text ? [] : [id]))
  const plain = { v: version, prompts: kept, redacted, lanes: forecast.lanes, work: { ...work, agentOf: [...work.agentOf] }, gate, onto, stages }
  await keepRequest(stateFolder, run, JSON.stringify(plain))
}

/** Undefined: they are not kept any more, or another version of pawl wrote them. */
export function papersOf({ stateFolder }: Pick<Site, 'stateFolder'>, run: number): RunPapers | undefined {
  const text = keptRequest(stateFolder, run)
  // Damage reads as if they were gone.
  const kept = text === undefined ? undefined : parsedJson(text)
  if (!isPapers(kept)) return undefined
  const { prompts, lanes, work, gate, onto, stages = [], redacted = [] } = kept
  return { prompts, lanes, work: { total: {}, fallback: [], ...work, agentOf: new Map(work.agentOf) }, gate, onto, stages, redacted }
}

type Kept = Omit<RunPapers, 'work' | 'redacted'> & {
  readonly redacted?: readonly string[]

  readonly v: number
  readonly work: Omit<Work, 'agentOf' | 'total' | 'fallback'> & Partial<Pick<Work, 'total' | 'fallback'>> & { readonly agentOf: readonly [string, never][] }
}

/** pawl wrote it whole, in one piece; so the version tells of all the rest. */
const isPapers = (value: unknown): value is Kept => typeof value === 'object' && value !== null && 'v' in value && value.v === version

/** The plan that the run has, made once more. */
export function planOfPapers(papers: RunPapers): Plan | undefined {
  const plan = jobPlan(papers, () => ({ expectedMs: () => undefined }))
  return plan.ok ? plan.value : undefined
}
