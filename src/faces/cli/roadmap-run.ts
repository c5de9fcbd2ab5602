/** `pawl roadmap run`: a whole run, with its reporters, its signals and its exit code. */
import { runRoadmap } from '../../app/roadmap/run-roadmap.ts'
import type { Site } from '../../app/site.ts'
import { answering } from '../mcp/answering.ts'
import type { CommandContext, CommandEnd } from './command.ts'
import { withMonitoring } from './job-reporters.ts'
import { leavePapers } from './roadmap-papers.ts'
import { gateOf } from './gate-request.ts'
import { plan, preparedHere } from './roadmap-looks.ts'
import { tellNotes } from './tell-notes.ts'

export async function runVerb(context: CommandContext, site: Site, words: readonly string[]): Promise<CommandEnd> {
  if (context.args.flags.has('dry-run')) return plan(context, site, words)
  const gate = gateOf(context.args)
  if (!gate.ok) return gate
  const { wholeRun } = await import('./commands/whole-run.ts')
  let run: number | undefined
  const end = await wholeRun(context, gate.value, {
    async how(here, options) {
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
      if (checked.ok) run = checked.value.run
      return checked
    },
  })
  return run === undefined ? end : ((await leavePapers(context, site, run)) ?? end)
}
