/** The State of a repository: history, proofs and logs, opened together; or an empty one that nothing is written to. */
import { accessSync, constants, lstatSync } from 'node:fs'
import { openCache, type DiskCache } from '../host/cache.ts'
import { emptyCache, emptyStore } from '../host/empty-state.ts'
import { prepareStateFolder } from '../host/state-folder.ts'
import { openStore } from '../host/store.ts'
import type { Cache } from '../model/cache.ts'
import { ok, type Failure, type Result } from '../model/failure.ts'
import type { Store } from '../model/store.ts'
import type { Site } from './site.ts'

export type State = {
  readonly store: Store
  readonly cache: Cache & Partial<DiskCache>
  /** What was repaired, while opening and since: it grows when damage shows later. */
  readonly notes: readonly Failure[]
  /** False: it is empty, and nothing is kept. */
  readonly isStored: boolean
  /** Twice does no harm. */
  close(): void
}

type StoredState = State & { readonly cache: DiskCache }

/** For commands that only look: what is there, or nothing. Creates no folder, and follows no link to one: it may lead anywhere. */
export async function readState(site: Site): Promise<Result<State>> {
  return lstatSync(site.stateFolder, { throwIfNoEntry: false })?.isSymbolicLink() === false ? openState(site) : ok(noState())
}

/** For telling what would be done. Where nothing at all can be written SQLite opens nothing: then nothing counts as proven. */
export async function stateForPlans(site: Site): Promise<Result<State>> {
  const state = await readState(site)
  return state.ok || !isReadOnly(site.stateFolder) ? state : ok({ ...noState(), notes: state.failures })
}

function isReadOnly(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EROFS'
  }
}

/** `opened`: to open it once more would take as long as all the rest of a short run. */
export async function writableState(site: Site, opened?: State): Promise<Result<StoredState>> {
  const prepared = await prepareStateFolder(site.stateFolder)
  if (!prepared.ok) return prepared
  return opened !== undefined && isStored(opened) ? ok(opened) : openState(site)
}

const isStored = (state: State): state is StoredState => state.isStored

export const noState = (): State => ({ store: emptyStore(), cache: emptyCache(), notes: [], isStored: false, close: () => undefined })

async function openState(site: Site): Promise<Result<StoredState>> {
  const store = openStore(site.stateFolder)
  if (!store.ok) return store
  const cache = openCache(site.stateFolder, site.root, site.clock)
  if (!cache.ok) {
    store.value.store.close()
    return cache
  }
  const close = (): void => {
    store.value.store.close()
    cache.value.cache.close()
  }
  return ok({
    store: store.value.store,
    cache: cache.value.cache,
    get notes() {
      return [...store.value.notes, ...cache.value.notes]
    },
    isStored: true,
    close,
  })
}
