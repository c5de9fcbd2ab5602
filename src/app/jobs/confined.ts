/** Starts programs in the checkout of a job: as they are, or shut in where that was asked for. Never less than what was asked for. */
import { installedFolders } from '../../host/installed-program.ts'
import { boxFor, type LeasedClone } from '../../host/leased-clone.ts'
import { sandboxed } from '../../host/sandbox.ts'
import type { SandboxBox } from '../../host/sandbox-view.ts'
import type { AgentChoice } from '../../model/agent.ts'
import type { Processes } from '../../model/processes.ts'
import type { Planned } from '../draft.ts'
import type { Site } from '../site.ts'
import { programsOf } from '../task-sight.ts'

/** Of a job: `papers` holds the brief and what is declared, `home` stands for the home of the user. */
export type Places = { readonly papers: string; readonly home: string }

/** The agent reaches its model, and so the network. */
export function shutInAgent(processes: Processes, agent: AgentChoice, env: Readonly<Record<string, string>>, clone: LeasedClone, places: Places): Processes {
  const { folder } = clone.lease
  const readable = installedFolders(agent.argv[0] ?? '', env, folder)
  return sandboxed(processes, boxFor(clone, { home: places.home, readable, writable: [places.papers], network: 'host' }))
}

/** What checks start there may be the work of the agent; no check needs more than loopback. */
export function shutInChecks(site: Site, planned: Planned, env: Readonly<Record<string, string>>, clone: LeasedClone, home: string): Site['processes'] {
  const programs = new Set([...planned.plan.tasks.values()].flatMap(({ task }) => [...programsOf(task), ...task.inputs.tools]))
  const readable = [...new Set([...programs].flatMap((program) => installedFolders(program, env, clone.lease.folder)))]
  const box: SandboxBox = boxFor(clone, { home, readable, writable: [], network: 'loopback' })
  const shut = sandboxed(site.processes, box)
  return { ...site.processes, ...shut, isolated: shut }
}
