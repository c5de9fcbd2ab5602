/** Looks after the cache on disk: counts, clears, prunes and checks it. */
import type { Clock } from '../model/clock.ts'
import type { Digest } from '../model/fingerprint.ts'
import { taskId, type TaskId } from '../model/task.ts'
import type { Blobs, StoredBlob } from './cache-blobs.ts'
import { proofOf, type StoredProof } from './proof-row.ts'
import type { KnownFiles } from './known-files.ts'
import type { Database, Row } from './sqlite.ts'

export type CacheStats = {
  readonly proofs: number
  readonly blobs: number
  readonly bytes: number
  /** Files of which a task that judges each by itself is known to have nothing to say, counted once for each task and its settings. */
  readonly files: number
  readonly oldestAt?: number
  readonly byTask: readonly { readonly task: TaskId; readonly proofs: number }[]
}
export type Removed = { readonly proofs: number; readonly bytes: number }
export type PruneLimits = { readonly maxAgeMs?: number; readonly maxBytes?: number; readonly keepPerTask?: number }

export type CacheCare = {
  stats(): Promise<CacheStats>
  /** Everything, or the proofs of one task. Copies for undo stay until they are old. */
  clear(task?: TaskId): Promise<Removed>
  prune(limits: PruneLimits): Promise<Removed>
  /** Reads every content and every proof again; what is damaged is set aside. */
  verify(): Promise<{ readonly checked: number; readonly damaged: readonly string[] }>
}

/** Contents that no proof names are copies for undo, or a proof is just being made of them. */
const keepUnnamedMs = 30 * 24 * 3_600_000
const leftoverMs = 3_600_000

type Entry = {
  readonly row: Row
  readonly id: number
  readonly key: Digest
  readonly task: string
  readonly at: number
  readonly stored: StoredProof | undefined
}

export function cacheCare(database: Database, blobs: Blobs, files: KnownFiles, clock: Clock, setRowAside: (row: Row, why: string) => Promise<void>): CacheCare {
  const entries = (): readonly Entry[] => database.rows('SELECT * FROM proof ORDER BY id DESC').map(entryOf)
  const remove = async (gone: readonly Entry[], all: readonly Entry[]): Promise<Removed> => {
    database.write((transaction) => gone.forEach((entry) => transaction.run('DELETE FROM proof WHERE id=?', entry.id)), 'repeat')
    const left = new Set(gone)
    const bytes = await sweep(
      blobs,
      clock,
      gone,
      all.filter((entry) => !left.has(entry)),
    )
    return { proofs: gone.length, bytes }
  }
  return {
    async stats() {
      const [all, stored] = [database.rows('SELECT task, count(*) AS proofs, min(at) AS oldest FROM proof GROUP BY task ORDER BY task'), await blobs.all()]
      const oldest = all.map((row) => Number(row['oldest']))
      const byTask = all.map((row) => ({ task: taskId(String(row['task'])), proofs: Number(row['proofs']) }))
      const proofs = byTask.reduce((sum, one) => sum + one.proofs, 0)
      return {
        proofs,
        blobs: stored.length,
        bytes: bytesOf(stored),
        files: files.count(),
        ...(oldest.length === 0 ? {} : { oldestAt: Math.min(...oldest) }),
        byTask,
      }
    },
    async clear(task) {
      const all = entries()
      files.clear(task)
      return remove(
        all.filter((entry) => task === undefined || entry.task === task),
        all,
      )
    },
    async prune(limits) {
      const all = entries()
      if (limits.maxAgeMs !== undefined) files.clearBefore(clock.now() - limits.maxAgeMs)
      const stored = limits.maxBytes === undefined ? [] : await blobs.all()
      const gone = toPrune(all, limits, clock.now(), new Map(stored.map((blob) => [blob.digest, blob.size])))
      return gone.length === 0 ? { proofs: 0, bytes: 0 } : remove(gone, all)
    },
    async verify() {
      const damaged: string[] = []
      const stored = await blobs.all()
      for (const { digest } of stored) if (!(await blobs.verify(digest))) damaged.push(`content ${digest}`)
      const all = entries()
      for (const entry of all) {
        const why = await whatIsWrong(entry, blobs)
        if (why === undefined) continue
        await setRowAside(entry.row, why)
        damaged.push(`proof ${entry.key} of ${entry.task}: ${why}`)
      }
      return { checked: stored.length + all.length, damaged }
    },
  }
}

const entryOf = (row: Row): Entry => ({
  row,
  id: Number(row['id']),
  key: String(row['key']),
  task: String(row['task']),
  at: Number(row['at']),
  stored: proofOf(row),
})

const bytesOf = (stored: readonly StoredBlob[]): number => stored.reduce((sum, blob) => sum + blob.size, 0)

async function whatIsWrong(entry: Entry, blobs: Blobs): Promise<string | undefined> {
  if (entry.stored === undefined) return 'the row does not match its digest'
  for (const ref of entry.stored.refs) if ((await blobs.size(ref.digest)) !== ref.size) return `content ${ref.digest} is missing or damaged`
  return undefined
}

/** `all` is in order of age, newest first; wall-clock times only count for the age limit. */
function toPrune(all: readonly Entry[], limits: PruneLimits, now: number, sizes: ReadonlyMap<Digest, number>): readonly Entry[] {
  const { maxAgeMs = Number.POSITIVE_INFINITY, maxBytes = Number.POSITIVE_INFINITY, keepPerTask = Number.POSITIVE_INFINITY } = limits
  const seen = new Map<string, number>()
  const ranked = all.map((entry) => {
    const rank = seen.get(entry.task) ?? 0
    seen.set(entry.task, rank + 1)
    return { entry, rank }
  })
  const gone = new Set(ranked.filter(({ entry, rank }) => rank >= keepPerTask || now - entry.at > maxAgeMs).map(({ entry }) => entry))
  const named = new Set<Digest>()
  let bytes = 0
  // The newest proof of a task is worth most, however old: a task that never changes is reused in every run.
  for (const { entry } of ranked.filter((one) => !gone.has(one.entry)).toSorted((a, b) => a.rank - b.rank)) {
    const fresh = (entry.stored?.refs ?? []).filter((ref) => !named.has(ref.digest))
    const more = fresh.reduce((sum, ref) => sum + (sizes.get(ref.digest) ?? 0), 0)
    if (bytes + more > maxBytes) gone.add(entry)
    else {
      bytes += more
      for (const ref of fresh) named.add(ref.digest)
    }
  }
  return [...gone]
}

/** Removes contents that only removed proofs named, and unnamed ones that are old. */
async function sweep(blobs: Blobs, clock: Clock, gone: readonly Entry[], left: readonly Entry[]): Promise<number> {
  const stillNamed = namedBy(left)
  const wasNamed = namedBy(gone)
  const now = clock.now()
  const removable = (await blobs.all()).filter((blob) => !stillNamed.has(blob.digest) && (wasNamed.has(blob.digest) || now - blob.modifiedAt > keepUnnamedMs))
  for (const blob of removable) await blobs.remove(blob.digest)
  await blobs.removeLeftovers(now - leftoverMs)
  return bytesOf(removable)
}

const namedBy = (entries: readonly Entry[]): ReadonlySet<Digest> => new Set(entries.flatMap((entry) => (entry.stored?.refs ?? []).map((ref) => ref.digest)))
