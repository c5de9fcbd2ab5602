/** Why an agent that was asked for cannot mend here: told before anything is started. */
import type { Failure } from '../model/failure.ts'
import type { CheckOptions } from './begun.ts'
import type { Planned } from './draft.ts'
import { movesRefused } from './moved-agents.ts'
import { environmentOf, type Site } from './site.ts'

export async function agentTrouble(site: Site, options: CheckOptions, { settings }: Planned): Promise<Failure | undefined> {
  const { aiFix } = settings
  if (aiFix === undefined) return undefined
  const kept = 'nothing was started'
  if (site.repository === undefined)
    return { type: 'repo.no-git', what: `${site.root} is no git repository`, why: 'an agent works in a copy that git makes', kept }
  if (!aiFix.unasked && !options.canAsk)
    return {
      type: 'agent.unasked',
      what: 'nobody can be asked whether an edit may be applied: this is no terminal',
      kept,
      hint: 'Say yes beforehand with --yes. Only what is strictly better is applied, and pawl undo takes it back.',
    }
  const { name, argv, env } = aiFix.agent
  const program = argv[0] ?? ''
  if (site.processes.find(program, environmentOf(site, site.root, { pass: env, key: [] }), site.root) !== undefined)
    return movesRefused(site, { agents: [aiFix.agent], services: [] }, options.canAsk ? options.ask : undefined)
  return {
    type: 'agent.missing',
    what: `the agent ${name} is not installed`,
    why: `PATH has no program ${program}`,
    kept,
    hint: 'Install it, or name another agent under "agents" in pawl.yaml and with --agent. pawl --fix uses the fixes of tools alone.',
  }
}
