/** Prepares work of agents: which prompts there are, what they will probably touch, which agents do them. Nothing is spent and nothing is changed. */
import { requestFromEnvironment } from '../../config/environment-names.ts'
import { readPrompts, type PromptWish } from '../../config/prompts/prompts.ts'
import { readSources } from '../../config/prompts/read-sources.ts'
import type { RepositoryFacts } from '../../config/prompts/touches.ts'
import { workOf, type Work } from '../../config/work.ts'
import { usualThreshold } from '../../engine/lanes.ts'
import { lendingFor } from '../../host/lent-packages.ts'
import { namedFiles } from '../../host/named-files.ts'
import { defaultBranch } from '../../host/default-branch.ts'
import { strangerHere } from '../../host/git-identity.ts'
import { recentChanges } from '../../host/recent-changes.ts'
import type { AgentChoice } from '../../model/agent.ts'
import { failed, ok, type Failure, type Result } from '../../model/failure.ts'
import type { Forecast, Prompt } from '../../model/prompt.ts'
import type { WorkWish } from '../../model/request.ts'
import { forecastOf } from '../forecast.ts'
import { wishes } from '../planned.ts'
import { environmentOf, type Site } from '../site.ts'
import { trustNotes } from '../trust-here.ts'
import { ownBranch } from './landing-branch.ts'

export type { PromptWish }
export { usualThreshold }

export type PreparedWork = {
  readonly prompts: readonly Prompt[]
  readonly forecast: Forecast
  readonly work: Work
  readonly notes: readonly string[]
  /** Where the work would begin and land. */
  readonly onto: string
}

export async function prepared(site: Site, asked: PromptWish, wish: WorkWish): Promise<Result<PreparedWork>> {
  if (site.repository === undefined) return failed(noRepository(site))
  const read = await readPrompts(asked, { files: site.files(), named: namedFiles() })
  return read.ok ? preparedFor(site, read.value, wish) : read
}

/** `foreseen`: what the prompts will touch and which of them are worked on one after the other. */
export async function preparedFor(
  site: Site,
  { prompts, notes }: { readonly prompts: readonly Prompt[]; readonly notes: readonly string[] },
  wish: WorkWish,
  foreseen: (prompts: readonly Prompt[], facts: RepositoryFacts) => Forecast = forecastOf,
): Promise<Result<PreparedWork>> {
  if (site.repository === undefined) return failed(noRepository(site))
  const environment = requestFromEnvironment(site.env)
  if (!environment.ok) return environment
  const files = site.files()
  const wished = await wishes(site, {}, files)
  if (!wished.ok) return wished
  const { agents, timeoutMs } = environment.value.request
  const fromEnvironment: WorkWish = { ...(agents === undefined ? {} : { parallel: agents }), ...(timeoutMs === undefined ? {} : { timeoutMs }) }
  const work = workOf({ ...fromEnvironment, ...wish }, wished.value.loaded, prompts, site.platform)
  if (!work.ok) return work
  const missing = missingPrograms(site, work.value)
  if (missing.length > 0) return failed(...missing)
  const paths = (await site.trees.look()).files.map(({ path }) => path)
  const stranger = await strangerHere(site.repository)
  if (stranger !== undefined) return failed(stranger)
  const forecast = foreseen(prompts, { paths, sources: await readSources(files, paths), commits: await recentChanges(site.repository) })
  const base = await defaultBranch(site.repository)
  const onto = work.value.onto === undefined ? `${ownBranch}, which begins at ${base.ok ? base.value : 'the default branch'}` : work.value.onto
  const lending = work.value.sandbox ? undefined : await lendingFor(site.repository, site.stateFolder, work.value.dependencies)
  if (lending?.ok === false) return lending
  const { agentOf, fallback, services } = work.value
  const trusted = trustNotes(site, { agents: [...agentOf.values(), ...fallback], services })
  const told = [...notes, ...(lending?.value.why === undefined ? [] : [lending.value.why]), ...trusted]
  return ok({ prompts, forecast, work: work.value, notes: told, onto: `what passes the checks lands on ${onto}` })
}

const noRepository = ({ root }: Site): Failure => ({
  type: 'repo.no-git',
  what: `${root} is no git repository`,
  why: 'each agent works in a checkout that git makes',
  kept: 'nothing was started',
})

/** Told before anything is made for an agent that cannot work, and where none could go on for it. */
function missingPrograms(site: Site, { agentOf, fallback }: Work) {
  const agents = new Map([...agentOf.values()].map((agent) => [agent.name, agent]))
  const isThere = ({ argv, env }: AgentChoice): boolean =>
    site.processes.find(argv[0] ?? '', environmentOf(site, site.root, { pass: env, key: [] }), site.root) !== undefined
  if (fallback.some(isThere)) return []
  return [...agents.values()].flatMap((agent) => {
    if (isThere(agent)) return []
    return [
      {
        type: 'agent.missing' as const,
        what: `the agent ${agent.name} is not installed`,
        why: `PATH has no program ${agent.argv[0] ?? ''}`,
        kept: 'nothing was started',
        hint: 'Install it, or name another agent under "agents" in pawl.yaml and with --agent.',
      },
    ]
  })
}
