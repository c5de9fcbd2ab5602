/** The world of a job: where it works, with which program, what judges it, and who looks whether it stays where it belongs. */
import { join } from 'node:path'
import { agentOf } from '../../agents/by-kind.ts'
import type { JobWorld } from '../../executors/jobs/job-world.ts'
import { newBreaker } from '../../executors/jobs/breaker.ts'
import { openExchange } from '../../host/job-exchange.ts'
import { randomHex } from '../../host/random-hex.ts'
import { saveAtomic } from '../../host/save-atomic.ts'
import { claimedPath } from '../../model/exchange.ts'
import { ok } from '../../model/failure.ts'
import { reproduceText } from '../../model/reproduce.ts'
import { ownProgram } from '../own-program.ts'
import { redactionOf } from '../redacted.ts'
import { environmentOf } from '../site.ts'
import { shutInAgent } from './confined.ts'
import { jobCheckout, type AnyCheckout, type CheckoutParts } from './job-checkout.ts'
import { jobFolder } from '../../host/jobs-folder.ts'
import type { Watchfulness } from './watchfulness.ts'

export type JobParts = CheckoutParts & {
  readonly watchfulness: Watchfulness
}

export function jobWorld(parts: JobParts): JobWorld<AnyCheckout> {
  const { site, gate, run } = parts
  const { settings } = gate.planned
  const redaction = redactionOf(site, gate.planned)
  const processes = redaction.processes(settings.isolation === 'namespace' ? site.processes.isolated : site.processes)
  return {
    clock: site.clock,
    breaker: newBreaker(),
    gate: gate.planned.plan,
    agentOf,
    open: (action, state, context) => jobCheckout(parts, action, state, context),
    async programs(action, checkout) {
      const folder = await jobFolder(site.stateFolder, run, action.prompt.id)
      const exchange = openExchange(folder)
      if (!exchange.ok) return exchange
      const root = checkout.lease.folder
      const allowed = environmentOf({ ...site, root }, root, { pass: [...settings.envPass, ...action.agent.env], key: settings.envKey })
      const env = { ...allowed, PAWL_JOB: folder, PAWL_BASE: checkout.lease.base }
      const { clone } = checkout
      const home = await jobFolder(site.stateFolder, run, `${action.prompt.id}.home`)
      return ok({
        processes: clone === undefined ? processes : shutInAgent(processes, action.agent, env, clone, { papers: folder, home }),
        env,
        // What proves checks lies outside of the sandbox.
        ...(clone === undefined ? { tools: [...ownProgram(), 'mcp'] } : {}),
        touched(path) {
          const inside = claimedPath(path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path)
          if (inside === undefined) return
          // Others only lose a hint when it cannot be written.
          void exchange.value.declare({ kind: 'touched', paths: [inside], at: site.clock.now() })
        },
        async noChange() {
          const records = exchange.value.records()
          return records.ok ? records.value.flatMap((record) => (record.kind === 'no-change' ? [record.why] : [])).at(-1) : undefined
        },
      })
    },
    breach: () => parts.watchfulness.breach(),
    async keepBrief(context, turn, text) {
      const id = idOf(context.attempt)
      const path = join(await jobFolder(site.stateFolder, run, id), `brief-${turn}.md`)
      await saveAtomic(path, text)
      return path
    },
    commandOf: reproduceText,
    fence: () => `====${randomHex(8)}====`,
    newSession: () => crypto.randomUUID(),
  }
}

/** "work:alpha@1.2" is about alpha. */
const idOf = (attempt: string): string => attempt.replace(/^[a-z]+:/, '').replace(/@.*$/, '')
