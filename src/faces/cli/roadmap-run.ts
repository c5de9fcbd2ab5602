/** `pawl roadmap run`: a whole run, with its reporters, its signals and its exit code. */
import { runRoadmap } from '../../app/roadmap/run-roadmap.ts'
import type { Checked } from '../../app/perform.ts'
import type { Site } from '../../app/site.ts'
import { answering } from '../mcp/answering.ts'
import type { CommandContext, CommandEnd } from './command.ts'
import { withMonitoring } from './job-reporters.ts'
import { leavePapers } from './roadmap-papers.ts'
import { readyToHandOver, type HandOver } from './roadmap-pulls.ts'
import { gateOf } from './gate-request.ts'
import { plan, preparedHere } from './roadmap-looks.ts'
import { tellNotes } from './tell-notes.ts'

export async function runVerb(context: CommandContext, site: Site, words: readonly string[]): Promise<CommandEnd> {
  if (context.args.flags.has('dry-run')) return plan(context, site, words)
  const gate = gateOf(context.args)
  if (!gate.ok) return gate
  const { wholeRun } = await import('./commands/whole-run.ts')
  let done: Checked | undefined
  let handOver: HandOver | undefined
  const end = await wholeRun(context, gate.value, {
    async how(here, options) {
      const ready = await readyToHandOver(context, here)
      if (!ready.ok) return ready
      handOver = ready.value
      const prepared = await preparedHere(context, here, words)
      if (!prepared.ok) return prepared
      const { work, notes } = prepared.value.prepared
      tellNotes(context, notes)
      const { request, ...rest } = options
      const checked = await runRoadmap(here, prepared.value, {
        ...rest,
        answering,
        gate: request,
        reporters: withMonitoring(here, work.monitoring, options.reporters),
      })
      if (checked.ok) done = checked.value
      return checked
    },
  })
  if (done === undefined) {
    // What was finished before can still be handed over.
    const handed = isIdle(end) ? await handOver?.({ gate: gate.value }) : undefined
    return handed?.end ?? (handed?.isAny === true ? { code: 0 } : end)
  }
  const unwritten = await leavePapers(context, site, done.run)
  // Who has cancelled wants nothing to leave the machine.
  const handed = done.result.verdict === 'cancelled' ? undefined : await handOver?.({ checked: done })
  return handed?.end ?? unwritten ?? end
}

const isIdle = (end: CommandEnd): boolean => 'failures' in end && end.failures.every(({ type }) => type === 'roadmap.idle')
