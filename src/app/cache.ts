/** What can be done with the stored results by hand. */
import { parseBytes } from '../config/bytes.ts'
import type { DiskCache } from '../host/cache.ts'
import { failed, ok, type Result } from '../model/failure.ts'
import { sizeText } from '../model/size.ts'
import { taskId } from '../model/task.ts'
import { forgetBaselines } from './baselines.ts'
import { quickly, whileLocked, type LockWish } from './locked.ts'
import { readState, writableState } from './state.ts'
import type { Site } from './site.ts'

export type CacheWish = { readonly verb: 'stats' | 'clear' | 'prune' | 'verify'; readonly task?: string; readonly maxSize?: string; readonly maxAgeMs?: number }
/** `isLess`: results that a green run stands on may be gone. */
export type CacheAnswer = {
  readonly facts: Readonly<Record<string, unknown>>
  readonly lines: readonly (readonly string[])[]
  readonly damaged: boolean
  readonly isLess: boolean
}

/** Limits of `prune` when none are given. */
const usualAgeMs = 30 * 86_400_000
const usualBytes = 2 * 1024 ** 3

export async function onCache(site: Site, wish: CacheWish, onWait: LockWish['onWait']): Promise<Result<CacheAnswer>> {
  const maxBytes = wish.maxSize === undefined ? usualBytes : parseBytes(wish.maxSize)
  if (maxBytes === undefined) return failed({ type: 'args.bad-value', what: `--max-size cannot be '${wish.maxSize}'`, hint: 'Write it like 500MB or 1GiB.' })
  const exists = await readState(site)
  if (!exists.ok) return exists
  const nothing = exists.value.cache.stats === undefined
  exists.value.close()
  if (nothing) return ok({ facts: { proofs: 0, blobs: 0, bytes: 0 }, lines: [['nothing is stored yet']], damaged: false, isLess: false })
  const state = await writableState(site)
  if (!state.ok) return state
  try {
    const work = async (): Promise<Result<CacheAnswer>> => {
      const done = await answer(state.value.cache, wish, maxBytes)
      const trouble = done.ok && done.value.isLess ? forgetBaselines(site.stateFolder) : undefined
      return trouble === undefined ? done : failed(trouble)
    }
    return await (wish.verb === 'stats' ? work() : whileLocked(site, quickly(`pawl cache ${wish.verb}`, onWait), work))
  } finally {
    state.value.close()
  }
}

async function answer(cache: DiskCache, wish: CacheWish, maxBytes: number): Promise<Result<CacheAnswer>> {
  switch (wish.verb) {
    case 'stats': {
      const stats = await cache.stats()
      const lines = [
        ['results', String(stats.proofs)],
        ['contents', String(stats.blobs)],
        ...(stats.files === 0 ? [] : [['files known to be fine', String(stats.files)]]),
        ['size', sizeText(stats.bytes)],
        ...stats.byTask.map(({ task, proofs }) => [`  ${task}`, String(proofs)]),
      ]
      return ok({ facts: stats, lines, damaged: false, isLess: false })
    }
    case 'clear': {
      const gone = removed(await cache.clear(wish.task === undefined ? undefined : taskId(wish.task)))
      return gone.ok ? ok({ ...gone.value, isLess: true }) : gone
    }
    case 'prune':
      return removed(await cache.prune({ maxAgeMs: wish.maxAgeMs ?? usualAgeMs, maxBytes }))
    case 'verify': {
      const { checked, damaged } = await cache.verify()
      const verdict = damaged.length === 0 ? 'all are whole' : `${damaged.length} damaged, set aside`
      return ok({
        facts: { checked, damaged },
        lines: [[`read ${checked} entries against their digests: ${verdict}`], ...damaged.map((what) => [`  ${what}`])],
        damaged: damaged.length > 0,
        isLess: damaged.length > 0,
      })
    }
  }
}

const removed = (gone: { readonly proofs: number; readonly bytes: number }): Result<CacheAnswer> =>
  ok({ facts: gone, lines: [[`removed ${gone.proofs} results, ${sizeText(gone.bytes)}`]], damaged: false, isLess: gone.proofs > 0 })
