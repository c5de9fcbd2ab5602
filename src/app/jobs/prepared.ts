/** Prepares work of agents: which prompts there are, what they will probably touch, which agents do them. Nothing is spent and nothing is changed. */
import { requestFromEnvironment } from '../../config/environment-names.ts'
import { readPrompts, type PromptWish } from '../../config/prompts/prompts.ts'
import { readSources } from '../../config/prompts/read-sources.ts'
import { workOf, type Work } from '../../config/work.ts'
import { usualThreshold } from '../../engine/lanes.ts'
import { namedFiles } from '../../host/named-files.ts'
import { defaultBranch } from '../../host/default-branch.ts'
import { strangerHere } from '../../host/git-identity.ts'
import { recentChanges } from '../../host/recent-changes.ts'
import { failed, ok, type Result } from '../../model/failure.ts'
import type { Forecast, Prompt } from '../../model/prompt.ts'
import type { WorkWish } from '../../model/request.ts'
import { forecastOf } from '../forecast.ts'
import { wishes } from '../planned.ts'
import { environmentOf, type Site } from '../site.ts'
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
  if (site.repository === undefined)
    return failed({
      type: 'repo.no-git',
      what: `${site.root} is no git repository`,
      why: 'each agent works in a checkout that git makes',
      kept: 'nothing was started',
    })
  const environment = requestFromEnvironment(site.env)
  if (!environment.ok) return environment
  const files = site.files()
  const read = await readPrompts(asked, { files, named: namedFiles() })
  if (!read.ok) return read
  const wished = await wishes(site, {}, files)
  if (!wished.ok) return wished
  const { prompts, notes } = read.value
  const { agents, timeoutMs } = environment.value.request
  const fromEnvironment: WorkWish = { ...(agents === undefined ? {} : { parallel: agents }), ...(timeoutMs === undefined ? {} : { timeoutMs }) }
  const work = workOf({ ...fromEnvironment, ...wish }, wished.value.loaded, prompts)
  if (!work.ok) return work
  const missing = missingPrograms(site, work.value)
  if (missing.length > 0) return failed(...missing)
  const paths = (await site.trees.look()).files.map(({ path }) => path)
  const stranger = await strangerHere(site.repository)
  if (stranger !== undefined) return failed(stranger)
  const forecast = forecastOf(prompts, { paths, sources: await readSources(files, paths), commits: await recentChanges(site.repository) })
  const base = await defaultBranch(site.repository)
  const onto = work.value.onto === undefined ? `${ownBranch}, which begins at ${base.ok ? base.value : 'the default branch'}` : work.value.onto
  return ok({ prompts, forecast, work: work.value, notes, onto: `what passes the checks lands on ${onto}` })
}

/** Told before anything is made for an agent that cannot work. */
function missingPrograms(site: Site, { agentOf }: Work) {
  const agents = new Map([...agentOf.values()].map((agent) => [agent.name, agent]))
  return [...agents.values()].flatMap(({ name, argv, env }) => {
    const program = argv[0] ?? ''
    if (site.processes.find(program, environmentOf(site, site.root, { pass: env, key: [] }), site.root) !== undefined) return []
    return [
      {
        type: 'agent.missing' as const,
        what: `the agent ${name} is not installed`,
        why: `PATH has no program ${program}`,
        kept: 'nothing was started',
        hint: 'Install it, or name another agent under "agents" in pawl.yaml and with --agent.',
      },
    ]
  })
}
