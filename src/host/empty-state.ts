/** A store and a cache that hold nothing and keep nothing: for dry runs and for looking at a repository without state. */
import type { Cache } from '../model/cache.ts'
import { Bug } from '../model/failure.ts'
import type { Store } from '../model/store.ts'

export function emptyStore(): Store {
  return {
    begin: () => 0,
    append: () => undefined,
    tell: () => undefined,
    told: () => [],
    settle: async () => undefined,
    events: () => [],
    runs: () => [],
    unfinished: () => [],
    costs: () => new Map(),
    history: { observations: () => [], reuses: () => [] },
    close: () => undefined,
  }
}

export function emptyCache(): Cache {
  const never = (): never => {
    throw new Bug('something was to be kept although nothing may be written')
  }
  return {
    get: async () => undefined,
    latest: async () => undefined,
    readBlob: async () => undefined,
    restoreOutputs: async () => false,
    knownFiles: async () => new Map(),
    outputsSeen: () => [],
    put: never,
    knowFiles: never,
    discard: never,
    keepOutputs: never,
    keepBlob: never,
  }
}
