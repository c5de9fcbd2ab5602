/** The reporters of a run of agents: those that every run has, and the files for editors. */
import { monitoringFilesOf } from '../../app/jobs/monitoring-files.ts'
import type { Started } from '../../app/perform.ts'
import type { Site } from '../../app/site.ts'
import type { Reporter } from '../../model/reporter.ts'
import { monitoringReporter } from '../reporters/monitoring.ts'

type Reporters = (start: Started) => Promise<readonly Reporter[]>

/** `folder`: relative to the checkout; undefined: in the state of pawl. */
export const withMonitoring =
  (site: Site, folder: string | undefined, reporters: Reporters): Reporters =>
  async (started) => [...(await reporters(started)), monitoringReporter(monitoringFilesOf(site, folder))]
