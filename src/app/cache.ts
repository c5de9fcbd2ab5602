/** What can be done with the stored results by hand. */
import { parseBytes } from '../config/bytes.ts'
import { failed, ok, type Result } from '../model/failure.ts'
import { sizeText } from '../model/size.ts'
import { taskId } from '../model/task.ts'
import { readState, writableState } from './state.ts'
import type { Site } from './site.ts'

export type CacheWish = { readonly verb: 'stats' | 'clear' | 'prune' | 'verify'; readonly task?: string; readonly maxSize?: string; readonly maxAgeMs?: number }
export type CacheAnswer = { readonly facts: Readonly<Record<string, unknown>>; readonly lines: readonly (readonly string[])[]; readonly damaged: boolean }

/** Limits of `prune` when none are given. */
const usualAgeMs = 30 * 86_400_000
const usualBytes = 2 * 1024 ** 3

export async function onCache(site: Site, wish: CacheWish): Promise<Result<CacheAnswer>> {
  const maxBytes = wish.maxSize === undefined ? usualBytes : parseBytes(wish.maxSize)
  if (maxBytes === undefined) return failed({ type: 'args.bad-value', what: `--max-size cannot be '${wish.maxSize}'`, hint: 'Write it like 500MB or 1GiB.' })
  const exists = await readState(site)
  if (!exists.ok) return exists
  const nothing = exists.value.cache.stats === undefined
  exists.value.close()
  if (nothing) return ok({ facts: { proofs: 0, blobs: 0, bytes: 0 }, lines: [['nothing is stored yet']], damaged: false })
  const state = await writableState(site)
  if (!state.ok) return state
  const { cache } = state.value
  try {
    switch (wish.verb) {
      case 'stats': {
        const stats = await cache.stats()
        return ok({ facts: stats, damaged: false, lines: [['results', String(stats.proofs)], ['contents', String(stats.blobs)], ['size', sizeText(stats.bytes)], ...stats.byTask.map(({ task, proofs }) => [`  ${task}`, String(proofs)])] })
      }
      case 'clear': {
        const gone = await cache.clear(wish.task === undefined ? undefined : taskId(wish.task))
        return ok({ facts: gone, damaged: false, lines: [[`removed ${gone.proofs} results, ${sizeText(gone.bytes)}`]] })
      }
      case 'prune': {
        const gone = await cache.prune({ maxAgeMs: wish.maxAgeMs ?? usualAgeMs, maxBytes })
        return ok({ facts: gone, damaged: false, lines: [[`removed ${gone.proofs} results, ${sizeText(gone.bytes)}`]] })
      }
      case 'verify': {
        const { checked, damaged } = await cache.verify()
        return ok({ facts: { checked, damaged }, damaged: damaged.length > 0, lines: [[`read ${checked} entries against their digests: ${damaged.length === 0 ? 'all are whole' : `${damaged.length} damaged, set aside`}`], ...damaged.map((what) => [`  ${what}`])] })
      }
    }
  } finally {
    state.value.close()
  }
}
