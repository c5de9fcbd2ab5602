/** Checks the checkout as it lies there, for the agent that works in it: no fix, no lock, no history; what is proven goes into the shared cache. */
import { defaultBranch } from '../host/default-branch.ts'
import type { Cache } from '../model/cache.ts'
import type { Cancellation } from '../model/cancellation.ts'
import { failed, ok, type Result } from '../model/failure.ts'
import type { Reporter } from '../model/reporter.ts'
import type { Request, Selection } from '../model/request.ts'
import { runOfAgent } from '../model/run-name.ts'
import type { TaskId } from '../model/task.ts'
import { enoughSpace } from './begun.ts'
import { noOne } from './consent.ts'
import type { Planned } from './draft.ts'
import { perform, type Checked } from './perform.ts'
import { planFor } from './planned.ts'
import type { Site } from './site.ts'
import { noState, writableState } from './state.ts'

export type HereWish = {
  /** These checks, and what they need; absent: see `all`. */
  readonly only?: readonly string[]
  /** All checks; else those that concern what has changed since the branch began. */
  readonly all?: boolean
  readonly cancellation: Cancellation
  readonly reporter?: Reporter
}

export type CheckedHere = {
  readonly checked: Checked
  /** The ref that was compared with; absent: nothing was left out. */
  readonly since?: string
  /** The end of what each check printed that ran now. */
  readonly tails: ReadonlyMap<TaskId, string>
}

/** `base`: what changed is what differs from here; absent: from the default branch. */
export async function checkHere(site: Site, wish: HereWish, base?: string): Promise<Result<CheckedHere>> {
  const state = await writableState(site)
  if (!state.ok) return state
  try {
    const selection = await selectionOf(site, wish, base)
    const planned = await planFor(site, requestOf(wish, selection), state.value.store)
    if (!planned.ok) return planned
    const cache = site.env['PAWL_JOB'] === undefined ? state.value.cache : unkept(state.value.cache)
    const checked = await checkPlanned(site, planned.value, cache, wish)
    return checked.ok && selection?.kind === 'since' ? ok({ ...checked.value, since: selection.ref }) : checked
  } finally {
    state.value.close()
  }
}

/** `cache`: where proofs are looked up, and kept. */
export async function checkPlanned(
  site: Site,
  planned: Planned,
  cache: Cache,
  { cancellation, reporter }: Pick<HereWish, 'cancellation' | 'reporter'>,
): Promise<Result<CheckedHere>> {
  const space = await enoughSpace(site, planned.settings.diskFreeBytes)
  if (space !== undefined) return failed(space)
  const tails = new Map<TaskId, string>()
  const checked = await perform(
    site,
    { planned: unmended(planned), run: runOfAgent, state: { ...noState(), cache } },
    {
      command: 'pawl mcp',
      cancellation,
      ask: noOne,
      reporters: async () => (reporter === undefined ? [] : [reporter]),
      intact: () => true,
      prior: undefined,
      before: [],
      openLog: (attempt) => tailLog((tail) => tails.set(taskOf(attempt), tail)),
    },
  )
  return ok({ checked, tails })
}

/** Whatever the environment or the configuration says: an agent's question changes nothing, and asks nobody. */
const requestOf = ({ only }: HereWish, selection: Selection | undefined): Request => ({
  fix: false,
  dryRun: false,
  interactive: false,
  persist: false,
  ...(only === undefined ? {} : { only }),
  ...(selection === undefined ? {} : { selection }),
})

/** Undefined: everything counts, because it was asked for or because there is nothing to compare with. */
async function selectionOf({ repository }: Site, { only, all }: HereWish, base: string | undefined): Promise<Selection | undefined> {
  if (only !== undefined || all === true || repository === undefined) return undefined
  if (base !== undefined) return { kind: 'since', ref: base }
  const branch = await defaultBranch(repository)
  return branch.ok ? { kind: 'since', ref: branch.value } : undefined
}

const unmended = (planned: Planned): Planned => ({ ...planned, limits: { rounds: 1, failFast: false, fixLevel: -1 } })

/** In the checkout of a job anything may lie that is in no commit: what passes there is proven only when pawl has cleared that away. */
const unkept = (cache: Cache): Cache => ({ ...cache, put: async () => undefined, knowFiles: async () => undefined })

const taskOf = (attempt: string): TaskId => attempt.replace(/@[\d.]+$/, '') as TaskId

const mostProofBytes = 4 * 1024 * 1024
const mostTailBytes = 64 * 1024

/** Keeps what was printed for the proof, as far as it is not too much, and its end for the one who asked. */
function tailLog(ended: (tail: string) => void): { write(chunk: Uint8Array | string): void; close(): Promise<Uint8Array | undefined> } {
  const chunks: Uint8Array[] = []
  let bytes = 0
  return {
    write(chunk) {
      const part = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk.slice()
      bytes += part.length
      chunks.push(part)
      // What is too large for a proof is only looked at from its end.
      if (bytes > 2 * mostProofBytes) chunks.splice(0, chunks.length, Buffer.concat(chunks).subarray(-mostTailBytes))
    },
    async close() {
      const all = Buffer.concat(chunks)
      ended(new TextDecoder().decode(all.subarray(-mostTailBytes)))
      return bytes === 0 || bytes > mostProofBytes ? undefined : new Uint8Array(all)
    },
  }
}
