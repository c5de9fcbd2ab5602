/** `pawl roadmap rollback`: takes back what landed, upon the branch that it landed on. */
import { rollBack, toTakeBack } from '../../app/roadmap/roll-back.ts'
import { standingsHere } from '../../app/roadmap/standings-here.ts'
import type { Site } from '../../app/site.ts'
import { answering } from '../mcp/answering.ts'
import { safeLine } from '../reporters/safe-text.ts'
import type { CommandContext, CommandEnd } from './command.ts'
import { gateOf } from './gate-request.ts'
import { leavePapers } from './roadmap-papers.ts'
import { roadmapFile } from './roadmap-file.ts'
import { roadmapSelection } from './roadmap-selection.ts'
import { say, sayJson, wantsJson } from './say.ts'
import { workWish } from './work-wish.ts'

export async function rollback(context: CommandContext, site: Site, words: readonly string[]): Promise<CommandEnd> {
  const { flags } = context.args
  if (words.length === 0 && !['phase', 'group', 'task'].some((name) => flags.has(name)))
    return { failures: [{ type: 'args.bad-value', what: 'nothing was named', kept: 'nothing was taken back', hint: 'Name tasks, or --phase or --group.' }] }
  const found = await standingsHere(site, roadmapFile(context, site))
  if (!found.ok) return found
  const selection = roadmapSelection(context.args, words, found.value.here.roadmap)
  if (!selection.ok) return selection
  const asked = toTakeBack(found.value, selection.value)
  if (!asked.ok) return asked
  if (flags.has('dry-run')) {
    if (wantsJson(context)) sayJson('roadmap-rollback', { tasks: asked.value.map(({ task, landed }) => ({ task: task.task.id, ...landed })) })
    else
      for (const { task, landed } of asked.value)
        say(`would take back ${safeLine(task.task.id)}  ${safeLine(task.task.title)}: ${landed.commit.slice(0, 9)} on ${safeLine(landed.onto)}`)
    return { code: 0 }
  }
  const gate = gateOf(context.args)
  if (!gate.ok) return gate
  const wish = workWish(context.args)
  if (!wish.ok) return wish
  const { wholeRun } = await import('./commands/whole-run.ts')
  let run: number | undefined
  const end = await wholeRun(context, gate.value, {
    async how(here, { request, ...options }) {
      const checked = await rollBack(here, found.value, asked.value, { ...options, answering, gate: request, wish: wish.value })
      if (checked.ok) run = checked.value.run
      return checked
    },
  })
  return run === undefined ? end : ((await leavePapers(context, site, run)) ?? end)
}
