/** Gives warm workers what they need of a place: processes that cannot get away, a program on the disk, and names by which a killed pawl's are found. */
import { workerText } from '../executors/warm/worker-text.ts'
import { warmWorkers, type WarmWorkers } from '../host/warm-workers.ts'
import type { Planned } from './draft.ts'
import { processTag } from './recover.ts'
import type { Site } from './site.ts'
import { toolFile } from './tool-file.ts'

export type WarmKeeper = {
  /** The workers for a run, whose number marks those that it starts. */
  workersFor(planned: Planned, run: number): WarmWorkers
  end(): Promise<void>
}

/** Starts nothing before it is asked to. */
export function warmKeeper(site: Site): WarmKeeper {
  let current = 0
  const made = new Map<Planned['settings']['isolation'], WarmWorkers>()
  return {
    workersFor({ settings: { isolation } }, run) {
      current = run
      const known =
        made.get(isolation) ??
        warmWorkers({
          processes: isolation === 'namespace' ? site.processes.isolated : site.processes,
          program: () => toolFile(site.stateFolder, 'workers', 'worker', workerText),
          tagOf: (number) => processTag(site.checkout, current, `warm-${number}`),
        })
      made.set(isolation, known)
      return known
    },
    end: async () => void (await Promise.all([...made.values()].map((workers) => workers.end()))),
  }
}
