/** Asks adapters of plugins what they are: the part of a fingerprint that only they know. */
import { adapterVersion } from '../executors/adapter-check.ts'
import { newCancellation } from '../model/cancellation.ts'
import { isGuest, type Task } from '../model/task.ts'
import type { Planned } from './draft.ts'
import { redactionOf } from './redacted.ts'
import { environmentOf, type Site } from './site.ts'

export type AdapterVersions = {
  /** Whether an adapter judges the task. */
  isAsked(task: Task): boolean
  /** Name and version; undefined: the adapter cannot say. The same question is asked once until all is forgotten. */
  of(task: Task): Promise<readonly [name: string, version: string] | undefined>
  forget(): void
}

export function adapterVersions(site: Site, planned: Planned): AdapterVersions {
  const known = new Map<string, Promise<string | undefined>>()
  return {
    isAsked: ({ action }) => action.kind === 'builtin' && isGuest(action),
    async of(task) {
      const { action } = task
      const adapter = action.kind === 'builtin' ? planned.plugins.adapterOf(action.name) : undefined
      if (action.kind !== 'builtin' || adapter === undefined) return undefined
      const { envPass, envKey } = planned.settings
      const env = environmentOf(site, site.root, { pass: envPass, key: [...envKey, ...task.inputs.env] })
      const question = JSON.stringify([action.name, action.with, task.inputs.env])
      const processes = redactionOf(site, planned).processes(site.processes)
      const asked =
        known.get(question) ??
        adapterVersion(adapter, action.with, { processes, env, root: site.root, cancellation: newCancellation(), tag: 'adapter-version' })
      known.set(question, asked)
      const version = await asked
      return version === undefined ? undefined : [action.name, version]
    },
    forget: () => known.clear(),
  }
}
