/** Ends what services of a pawl that was killed left: their processes, and what only a command of theirs can end. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { begunServices, forgetService, type BegunService } from '../host/begun-services.ts'
import { endLeftovers } from '../host/leftovers.ts'
import { randomHex } from '../host/random-hex.ts'
import { newCancellation } from '../model/cancellation.ts'
import type { Failure } from '../model/failure.ts'
import { composeDown, composeProject, type Service } from '../model/services.ts'
import { stopTrouble } from './services-stop.ts'
import { environmentOf, type Site } from './site.ts'

const prefixOf = (site: Site): string => `${encodeURIComponent(site.checkout)}/services/`

/** Two pawls never have the same: what still ends the processes of one that was killed must not end those of the next. */
const ofThisPawl = randomHex(8)

/** Of the processes of a service. Two repositories never meet. */
export const serviceTag = (site: Site, name: string): string => `${prefixOf(site)}${ofThisPawl}/${name}`

const stopMs = 60_000

/** To be called by who holds the lock of the runs of agents: then nobody needs them. */
export async function endOldServices(site: Site, services: readonly Service[], pass: readonly string[]): Promise<readonly Failure[]> {
  const notes = await begunServices(site.stateFolder)
  if (notes.length === 0) return []
  const failures: Failure[] = []
  for (const note of notes) {
    const argv = note.compose === undefined ? services.find(({ name }) => name === note.name)?.stop : downOf(site, note.compose)
    const trouble = argv === undefined || argv.some((one) => one.includes('{port}')) ? undefined : await stopped(site, note.name, argv, pass)
    if (trouble === undefined) await forgetService(site.stateFolder, note)
    else failures.push(trouble)
  }
  const { remaining } = await endLeftovers((tag) => tag.startsWith(prefixOf(site)))
  if (remaining.length === 0) return failures
  return [...failures, { type: 'service.unended', what: `processes of services of an earlier run did not end: ${remaining.join(', ')}` }]
}

/** A note that somebody else wrote names no project. */
function downOf(site: Site, { project, file }: NonNullable<BegunService['compose']>): readonly string[] | undefined {
  return composeProject.test(project) ? composeDown(project, existsSync(join(site.root, file)) ? file : undefined) : undefined
}

async function stopped(site: Site, name: string, argv: readonly string[], pass: readonly string[]): Promise<Failure | undefined> {
  const env = environmentOf(site, site.root, { pass, key: [] })
  const spec = { argv, cwd: site.root, env, timeoutMs: stopMs, tag: serviceTag(site, name), cancellation: newCancellation() }
  return stopTrouble(name, argv, await site.processes.run(spec))
}
