/** Starts programs in the checkout of a job: as they are, or shut in where that was asked for. Never less than what was asked for. */
import { join } from 'node:path'
import { factsOf } from '../../agents/program-facts.ts'
import { installedFolders } from '../../host/installed-program.ts'
import { freshFolder, jobFolder } from '../../host/jobs-folder.ts'
import { boxFor, type LeasedClone } from '../../host/leased-clone.ts'
import type { LoginFile } from '../../host/lent-logins.ts'
import { sandboxed } from '../../host/sandbox.ts'
import type { SandboxBox, ShownFile } from '../../host/sandbox-view.ts'
import type { AgentChoice } from '../../model/agent.ts'
import type { Processes } from '../../model/processes.ts'
import type { Planned } from '../draft.ts'
import type { Site } from '../site.ts'
import { programsOf } from '../task-sight.ts'

/**
 * Of a job: `papers` holds the brief and what is declared, `home` stands for the home of the user, `logins` are shown there. `door`: where it can ask pawl;
 * it declares nothing by itself then.
 */
export type Places = { readonly papers: string; readonly home: string; readonly logins: readonly ShownFile[]; readonly door?: string }

/** Where the program of this agent keeps its login for this user. Of programs that nobody knows: nothing. */
export const loginFiles = (agent: AgentChoice, env: Readonly<Record<string, string | undefined>>): readonly LoginFile[] =>
  (factsOf(agent.kind)?.logins ?? []).flatMap(({ variable, folder, file }) => {
    const own = variable === undefined ? undefined : env[variable]
    const around = own === undefined || own === '' ? join(env['HOME'] ?? '', folder) : own
    return around.startsWith('/') ? [{ path: join(around, file), as: join(folder, file) }] : []
  })

/** The agent reaches its model, and so the network. */
export function shutInAgent(processes: Processes, agent: AgentChoice, env: Readonly<Record<string, string>>, clone: LeasedClone, places: Places): Processes {
  const { folder } = clone.lease
  const { papers, home, logins: shown, door } = places
  const installed = installedFolders(agent.argv[0] ?? '', env, folder)
  const [readable, writable] = door === undefined ? [installed, [papers]] : [[...installed, papers, door], []]
  const shut = sandboxed(processes, boxFor(clone, { home, shown, readable, writable, network: 'host' }))
  // In there its folder of settings is the usual one, below its home.
  const elsewhere = new Set((factsOf(agent.kind)?.logins ?? []).flatMap(({ variable }) => variable ?? []))
  const inside = (all: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(all).filter(([name]) => !elsewhere.has(name)))
  return { ...shut, run: (spec) => shut.run({ ...spec, env: inside(spec.env) }) }
}

/** Stands for the home of the user while checks run. What an agent, or a check before, has left in a home would decide about them, and no commit holds it: it is empty. */
export const homeOfChecks = async (site: Pick<Site, 'stateFolder'>, run: number, job: string): Promise<string> =>
  freshFolder(await jobFolder(site.stateFolder, run, `${job}.checks`))

export type ChecksNetwork = 'host' | 'loopback'

/** What checks start there may be the work of the agent. Services are reached through the network of the machine; else no check needs more than a loopback of its own. */
export function shutInChecks(
  site: Site,
  planned: Planned,
  env: Readonly<Record<string, string>>,
  clone: LeasedClone,
  home: string,
  network: ChecksNetwork,
): Site['processes'] {
  const programs = new Set([...planned.plan.tasks.values()].flatMap(({ task }) => [...programsOf(task), ...task.inputs.tools]))
  const readable = [...new Set([...programs].flatMap((program) => installedFolders(program, env, clone.lease.folder)))]
  const box: SandboxBox = boxFor(clone, { home, readable, writable: [], network })
  const shut = sandboxed(site.processes, box)
  return { ...site.processes, ...shut, isolated: shut }
}
