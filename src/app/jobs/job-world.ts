/** The world of a job: where it works, with which program, what judges it, and who looks whether it stays where it belongs. */
import { join } from 'node:path'
import { takesTools } from '../../agents/program-facts.ts'
import type { JobWorld } from '../../executors/jobs/job-world.ts'
import { newBreaker } from '../../executors/jobs/breaker.ts'
import { contains } from '../../host/advance-branch.ts'
import { lendLogins } from '../../host/lent-logins.ts'
import { openExchange } from '../../host/job-exchange.ts'
import type { LeasedClone } from '../../host/leased-clone.ts'
import { randomHex } from '../../host/random-hex.ts'
import { saveAtomic } from '../../host/save-atomic.ts'
import { claimedPath } from '../../model/exchange.ts'
import type { RunBudget } from '../../model/run-budget.ts'
import type { AttemptContext } from '../../model/executor.ts'
import { ok } from '../../model/failure.ts'
import type { Processes } from '../../model/processes.ts'
import { reproduceText } from '../../model/reproduce.ts'
import { newJob } from '../../model/job-state.ts'
import type { JobAction } from '../../model/task.ts'
import { renewedLease } from './renewed-checkout.ts'
import { landedBefore } from './landed-before.ts'
import { repositoryOf } from './repository-of.ts'
import { ownProgram } from '../own-program.ts'
import { redactionOf } from '../redacted.ts'
import { environmentOf, giving } from '../site.ts'
import { trustedAgents } from '../trusted-agent.ts'
import { loginFiles, shutInAgent } from './confined.ts'
import { answered, type Answered, type AnsweringParts } from './answering.ts'
import { jobCheckout, type AnyCheckout } from './job-checkout.ts'
import { jobFolder } from '../../host/jobs-folder.ts'
import type { Watchfulness } from './watchfulness.ts'

export type JobParts = AnsweringParts & {
  readonly watchfulness: Watchfulness
  readonly total: RunBudget
}

type Asking = Pick<Answered, 'argvIn' | 'over'> & { readonly door?: string }

const mute: Asking = { argvIn: () => undefined, over: async () => undefined }

/** How its program reaches pawl: what proves checks lies outside of the sandbox, and is asked through a door. */
async function askingFor(
  parts: JobParts,
  { action, papers, clone }: { readonly action: JobAction; readonly papers: string; readonly clone: LeasedClone | undefined },
  context: AttemptContext,
): Promise<Asking> {
  if (!takesTools(action.agent.kind)) return mute
  if (clone === undefined) return { ...mute, argvIn: () => [...ownProgram(), 'mcp'] }
  const opened = await answered(parts, { job: action.prompt.id, papers, clone }, context)
  if (opened.ok) return { ...opened.value, door: opened.value.folder }
  context.work?.note(`${action.agent.name} cannot ask pawl: ${opened.failures.map(({ what, why }) => `${what}: ${why ?? ''}`).join('; ')}`)
  return mute
}

export function jobWorld(parts: JobParts): JobWorld<AnyCheckout> {
  const { site, gate, run } = parts
  const { settings } = gate.planned
  const redaction = redactionOf(site, gate.planned)
  const processes = redaction.processes(settings.isolation === 'namespace' ? site.processes.isolated : site.processes)
  const free: Processes = { ...processes, run: (spec) => parts.watchfulness.during(() => processes.run(spec)) }
  return {
    clock: site.clock,
    breaker: newBreaker(),
    total: parts.total,
    said: new Set(),
    gate: gate.planned.plan,
    agentOf: trustedAgents(site),
    open: (action, state, context) => jobCheckout(parts, action, state, context),
    async programs(action, checkout, context) {
      const folder = await jobFolder(site.stateFolder, run, action.prompt.id)
      const exchange = openExchange(folder)
      if (!exchange.ok) return exchange
      const root = checkout.lease.folder
      const allowed = environmentOf(giving({ ...site, root }, checkout.given), root, { pass: [...settings.envPass, ...action.agent.env], key: settings.envKey })
      const env = { ...allowed, PAWL_JOB: folder, PAWL_BASE: checkout.lease.base }
      const { clone } = checkout
      const home = await jobFolder(site.stateFolder, run, `${action.prompt.id}.home`)
      const logins = clone === undefined ? ok([]) : lendLogins(home, loginFiles(action.agent, site.env))
      if (!logins.ok) return logins
      const asking = await askingFor(parts, { action, papers: folder, clone }, context)
      const door = asking.door === undefined ? {} : { door: asking.door }
      const shut = clone === undefined ? free : shutInAgent(processes, action.agent, env, clone, { papers: folder, home, logins: logins.value, ...door })
      const tools = asking.argvIn(shut)
      return ok({
        processes: shut,
        env,
        ...(tools === undefined ? {} : { tools }),
        over: asking.over,
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
    async renewed(action, checkout, context) {
      const lease = await renewedLease(site, checkout.lease, action.onto, `Pawl-Job: ${context.run}/${action.prompt.id}`)
      const opened = lease === undefined ? undefined : await jobCheckout(parts, action, { ...newJob, lease }, context)
      return opened?.ok === true ? opened.value : undefined
    },
    before: (action, jobs) => landedBefore(repositoryOf(site), action, jobs),
    stands: (commit, { base }) => contains(repositoryOf(site), base, commit),
    breach: () => parts.watchfulness.breach(),
    async keepBrief({ prompt }, turn, text) {
      const path = join(await jobFolder(site.stateFolder, run, prompt.id), `brief-${turn}.md`)
      await saveAtomic(path, text)
      return {
        path,
        async over() {
          const clean = redaction.text(text)
          if (clean !== text) await saveAtomic(path, clean)
        },
      }
    },
    commandOf: reproduceText,
    fence: () => `====${randomHex(8)}====`,
    newSession: () => crypto.randomUUID(),
  }
}
