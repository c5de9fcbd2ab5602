/** What the world of an attempt is made of. */
import type { AttemptWorld } from '../engine/attempt.ts'
import type { Cache } from '../model/cache.ts'
import type { Cancellation } from '../model/cancellation.ts'
import type { Consent } from '../model/consent.ts'
import type { Executor } from '../model/executor.ts'
import type { JobAction, LandAction, StageGateAction } from '../model/task.ts'
import type { Ask } from './consent.ts'
import type { Planned } from './draft.ts'
import type { Site } from './site.ts'
import type { WarmKeeper } from './warm-keeper.ts'

export type WorldParts = {
  readonly site: Site
  readonly planned: Planned
  readonly cache: Cache
  readonly consent: Consent
  readonly ask: Ask
  readonly cancellation: Cancellation
  readonly openLog: AttemptWorld['openLog']
  readonly run: number
  readonly dryRun: boolean
  /** Who carries out jobs and lands them; absent in a run of checks. */
  readonly work?: { readonly job: Executor<JobAction>; readonly land: Executor<LandAction>; readonly stageGate: Executor<StageGateAction> }
  /** `series`: more runs follow, and whatever runs in this one may be asked again. */
  readonly warm?: { readonly keeper: WarmKeeper; readonly series: boolean }
}
