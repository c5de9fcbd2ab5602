/** The laboratory's ports: the same promises as the world's, kept in memory. Tests of the engine stand on them. */
import type { Cache } from '../../src/model/cache.ts'
import type { Origin } from '../../src/model/outcome.ts'
import type { Proof } from '../../src/model/proof.ts'
import { endingsIn, type Event } from '../../src/model/event.ts'
import type { History, Observation } from '../../src/model/history.ts'
import type { RunRecord, Store } from '../../src/model/store.ts'

const digestOf = (content: Uint8Array): string => new Bun.CryptoHasher('sha256').update(content).digest('hex')

/** Outputs lie in `files`, by path; a glob is a prefix that ends in "**". */
export function memoryCache(files: Map<string, string>): Cache & { readonly proofs: ReadonlyMap<string, Proof> } {
  const proofs = new Map<string, Proof>()
  const blobs = new Map<string, Uint8Array>()
  const known = new Map<string, ReadonlyMap<string, Origin>>()
  const keepBlob = async (content: Uint8Array): Promise<string> => {
    const digest = digestOf(content)
    blobs.set(digest, content)
    return digest
  }
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
  return {
    proofs,
    keepBlob,
    readBlob: async (digest) => blobs.get(digest),
    get: async (key) => proofs.get(key),
    latest: async (task) => [...proofs.values()].findLast((proof) => proof.task === task),
    put: async (proof) => {
      proofs.delete(proof.key)
      proofs.set(proof.key, proof)
    },
    discard: async (key) => void proofs.delete(key),
    knownFiles: async (context) => known.get(context) ?? new Map(),
    knowFiles: async (_, context, digests, from) =>
      void known.set(context, new Map([...(known.get(context) ?? []), ...digests.map((digest) => [digest, from] as const)])),
    outputsSeen: () => [],
    keepOutputs: async (globs) => {
      const matching = [...files].filter(([path]) => globs.some((glob) => path.startsWith(glob.replace('**', '')))).sort(([a], [b]) => (a < b ? -1 : 1))
      const kept = await Promise.all(
        matching.map(async ([path, text]) => ({ path, content: await keepBlob(bytes(text)), mode: 0o644, size: bytes(text).length })),
      )
      return { digest: digestOf(bytes(JSON.stringify(kept))), files: kept }
    },
    restoreOutputs: async (manifest) => {
      if (manifest.files.some((file) => !blobs.has(file.content))) return false
      for (const file of manifest.files) files.set(file.path, new TextDecoder().decode(blobs.get(file.content)))
      return true
    },
  }
}

export function memoryStore(): Store {
  const runs: { record: RunRecord; events: Event[] }[] = []
  const told: Event[] = []
  const recordOf = ({ record, events }: (typeof runs)[number]): RunRecord => {
    const end = events.find((event) => event.type === 'run.finished')
    return end?.type === 'run.finished' ? { ...record, finishedAt: end.at, verdict: end.verdict } : record
  }
  return {
    begin: (record) => runs.push({ record: { ...record, number: runs.length + 1 }, events: [] }),
    append: (run, events) => void runs[run - 1]?.events.push(...events),
    tell: (happening, at) => void told.push({ ...happening, seq: told.length + 1, at }),
    told: () => told,
    settle: async () => undefined,
    events: (run) => runs[run - 1]?.events ?? [],
    runs: (limit) => runs.map(recordOf).reverse().slice(0, limit),
    unfinished: () => runs.map(recordOf).filter((record) => record.finishedAt === undefined),
    costs: (tasks, limit) =>
      new Map(
        tasks.flatMap((task) => {
          const ended = runs.flatMap((run) => run.events).flatMap((event) => (event.type === 'attempt.finished' && event.task === task ? [event.outcome] : []))
          const judged = ended.filter((outcome) => outcome.kind === 'passed' || outcome.kind === 'failed').reverse()
          const durationsMs = judged.map((outcome) => outcome.durationMs).slice(0, limit)
          const peakBytes = judged.flatMap((outcome) => outcome.usage?.peakBytes ?? []).slice(0, limit)
          return durationsMs.length + peakBytes.length === 0 ? [] : [[task, { durationsMs, peakBytes }] as const]
        }),
      ),
    history: memoryHistory(() => runs.map((run) => run.events)),
    close: () => undefined,
  }
}

/** Folded from the events of all runs, the plainest way there is. */
function memoryHistory(runs: () => readonly (readonly Event[])[]): History {
  const observations = (): Observation[] => runs().flatMap((events, i) => observationsIn(i + 1, events))
  return {
    observations: () => observations().toSorted((a, b) => a.at - b.at),
    reuses: () => {
      const reused = runs()
        .flat()
        .flatMap(endingsIn)
        .flatMap(({ task, outcome }) => (outcome.kind === 'cached' ? [{ task, savedMs: outcome.savedMs }] : []))
      return [...Map.groupBy(reused, (one) => one.task)]
        .map(([task, all]) => ({ task, count: all.length, savedMs: all.reduce((sum, one) => sum + one.savedMs, 0) }))
        .toSorted((a, b) => (a.task < b.task ? -1 : 1))
    },
  }
}

function observationsIn(run: number, events: readonly Event[]): Observation[] {
  return events.flatMap((missed) => {
    if (missed.type !== 'attempt.missed') return []
    const ended = events.find((event) => event.type === 'attempt.finished' && event.attempt === missed.attempt)
    if (ended?.type !== 'attempt.finished') return []
    const { outcome } = ended
    return {
      task: missed.task,
      run,
      attempt: missed.attempt,
      at: ended.at,
      cause: missed.cause.kind,
      outcome: outcome.kind,
      unsettled: outcome.kind === 'passed' && outcome.notKept !== undefined,
      ...(missed.fingerprint === undefined ? {} : { fingerprint: missed.fingerprint }),
      ...('durationMs' in outcome && outcome.durationMs !== undefined ? { durationMs: outcome.durationMs } : {}),
      ...('usage' in outcome ? outcome.usage : {}),
    }
  })
}
