/** The Cache on disk: proofs in a database of their own, contents in files named by their digest. Any doubt is a miss. */
import { mkdirSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cache } from '../model/cache.ts'
import type { Clock } from '../model/clock.ts'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Digest } from '../model/fingerprint.ts'
import type { Proof } from '../model/proof.ts'
import type { TreeMark } from '../model/tree-mark.ts'
import { digestOf, isDigest, openBlobs, type Blobs } from './cache-blobs.ts'
import { cacheCare, type CacheCare } from './cache-care.ts'
import { keepOutputs, restoreOutputs, type SeenOutputs } from './cache-outputs.ts'
import { asideName } from './file-hold.ts'
import { knownFiles, knownFilesTable } from './known-files.ts'
import { bodyOf, proofOf, sumOf, type ContentRef, type StoredProof } from './proof-row.ts'
import { saveAtomic } from './save-atomic.ts'
import { openDatabase, type Database, type Row } from './sqlite.ts'
import { attempted, stateTrouble } from './state-trouble.ts'

export type DiskCache = Cache & CacheCare & { close(): void }

/** Everything of the cache rejects with StateUnusable when the disk refuses. `notes` grows when damage shows later. */
export function openCache(dir: string, root: string, clock: Clock): Result<{ readonly cache: DiskCache; readonly notes: readonly Failure[] }> {
  const folder = join(dir, 'cache')
  const made = attempted(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }))
  if (!made.ok) return failed(made.failure)
  const opened = openDatabase(join(dir, 'cache.db'), schema)
  if (!opened.ok) return opened
  const { database, notes } = opened.value
  const blobs = openBlobs(folder)
  const seen: SeenOutputs = new Map()
  const proofs = openProofs(database, blobs, folder, notes)
  const files = knownFiles(database)
  const care = cacheCare(database, blobs, files, clock, proofs.setAside)
  const cache: DiskCache = {
    get: (key) => told(folder, () => proofs.get(key)),
    latest: (task) => told(folder, () => proofs.latest(task)),
    put: (proof) => told(folder, () => proofs.put(proof)),
    discard: (key, why) => told(folder, () => proofs.discard(key, why)),
    knownFiles: (context) => told(folder, async () => files.of(context)),
    knowFiles: (task, context, digests, from) => told(folder, async () => files.keep(task, context, digests, from)),
    keepOutputs: (globs) => told(folder, () => keepOutputs(root, blobs, globs, seen)),
    restoreOutputs: (manifest) => told(root, () => restoreOutputs(root, blobs, manifest, seen)),
    outputsSeen: () => [...seen].map(([path, { stamp }]) => [path, stamp]),
    keepBlob: (content) => told(folder, () => blobs.keep(content)),
    readBlob: (digest) => told(folder, () => blobs.read(digest)),
    stats: () => told(folder, () => care.stats()),
    clear: (task) => told(folder, () => care.clear(task)),
    prune: (limits) => told(folder, () => care.prune(limits)),
    verify: () => told(folder, () => care.verify()),
    close: () => database.close(),
  }
  return ok({ cache, notes })
}

/** `id` grows with every put, so that the newest is known whatever the clock does. */
const schema = {
  version: 2,
  statements: [
    'CREATE TABLE proof(id INTEGER PRIMARY KEY, key TEXT NOT NULL, task TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL, sum TEXT NOT NULL) STRICT',
    'CREATE UNIQUE INDEX proof_by_key ON proof(key)',
    'CREATE INDEX proof_by_task ON proof(task, id)',
    knownFilesTable,
  ],
  upgrades: { 1: [knownFilesTable] },
}

/** Above this a mark is kept as a content: outside of git it names every file. */
const largeMark = 4096

function openProofs(database: Database, blobs: Blobs, folder: string, notes: Failure[]) {
  let lastMark: { readonly digest: Digest; readonly mark: TreeMark } | undefined
  const markOf = async (stored: StoredProof): Promise<TreeMark | undefined> => {
    const { proof, markDigest } = stored
    if (markDigest === undefined) return proof.mark
    if (lastMark?.digest === markDigest) return lastMark.mark
    const content = await blobs.read(markDigest)
    if (content === undefined) return undefined
    // The digest vouches for the text: it is what pawl wrote.
    lastMark = { digest: markDigest, mark: JSON.parse(new TextDecoder().decode(content)) as TreeMark }
    return lastMark.mark
  }
  const whole = async (stored: StoredProof): Promise<Proof | undefined> => {
    const mark = await markOf(stored)
    return mark === undefined ? undefined : { ...stored.proof, mark }
  }
  const setAside = async (row: Row, why: string): Promise<void> => {
    await keepRow(folder, String(row['key']), { why, row })
    // Contents that are right stay: other proofs may name them.
    for (const ref of proofOf(row)?.refs ?? []) await blobs.verify(ref.digest)
    // By number: a damaged key is not found by itself.
    database.write((transaction) => transaction.run('DELETE FROM proof WHERE id=?', row['id'] ?? null), 'repeat')
  }
  const read = async (sql: string, value: string): Promise<StoredProof | undefined> => {
    const row = database.rows(sql, value)[0]
    const stored = row === undefined ? undefined : proofOf(row)
    if (row === undefined || stored !== undefined) return stored
    notes.push({
      type: 'cache.damaged',
      what: 'a stored result did not match its digest',
      kept: `it was set aside in ${join(folder, 'quarantine')}`,
      hint: 'nothing: the check simply runs again',
    })
    await setAside(row, 'the row did not match its digest')
    return undefined
  }
  return {
    setAside,
    async discard(key: Digest, why: string) {
      const row = database.rows('SELECT * FROM proof WHERE key=?', key)[0]
      if (row !== undefined) await setAside(row, why)
    },
    async get(key: Digest) {
      const stored = await read('SELECT * FROM proof WHERE key=?', key)
      if (stored === undefined) return undefined
      for (const ref of stored.refs) if ((await blobs.size(ref.digest)) !== ref.size) return undefined
      return whole(stored)
    },
    async latest(task: string) {
      const stored = await read('SELECT * FROM proof WHERE task=? ORDER BY id DESC LIMIT 1', task)
      return stored === undefined ? undefined : whole(stored)
    },
    async put(proof: Proof) {
      const logSize = proof.log === undefined ? undefined : await blobs.size(proof.log)
      const log = proof.log === undefined ? undefined : { digest: proof.log, size: logSize ?? -1 }
      const body = bodyOf(proof, log, await keepMark(proof.mark, blobs))
      database.write((transaction) => {
        transaction.run('DELETE FROM proof WHERE key=?', proof.key)
        transaction.run(
          'INSERT INTO proof(id, key, task, at, body, sum) VALUES((SELECT coalesce(max(id), 0) + 1 FROM proof), ?, ?, ?, ?, ?)',
          proof.key,
          proof.task,
          Math.trunc(proof.at),
          body,
          sumOf(proof.key, proof.task, body),
        )
      }, 'repeat')
    },
  }
}

async function keepMark(mark: TreeMark, blobs: Blobs): Promise<ContentRef | undefined> {
  const text = JSON.stringify(mark)
  if (text.length < largeMark) return undefined
  const content = new TextEncoder().encode(text)
  const digest = digestOf(content)
  // Fifty proofs of a run share one mark: once is enough.
  if ((await blobs.size(digest)) !== content.byteLength) await blobs.keep(content)
  return { digest, size: content.byteLength }
}

async function keepRow(folder: string, key: Digest, content: unknown): Promise<void> {
  const quarantine = join(folder, 'quarantine')
  await mkdir(quarantine, { recursive: true, mode: 0o700 })
  const name = isDigest(key) ? key : digestOf(key)
  await saveAtomic(
    asideName(join(quarantine, `proof-${name}.json`)),
    JSON.stringify(content, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
  )
}

async function told<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw stateTrouble(path, error)
  }
}
