/** What a run of a roadmap leaves: its report as Markdown and HTML, and a status file for each group. */
import { roadmapReport } from '../../app/roadmap/report-facts-here.ts'
import { savePaper, saveStatusFiles } from '../../app/roadmap/left-papers.ts'
import { standingsHere } from '../../app/roadmap/standings-here.ts'
import { readState } from '../../app/state.ts'
import type { Site } from '../../app/site.ts'
import { roadmapReportHtml } from '../reporters/roadmap-report-html.ts'
import { roadmapReportMarkdown } from '../reporters/roadmap-report-markdown.ts'
import { safeLine } from '../reporters/safe-text.ts'
import type { CommandContext, CommandEnd } from './command.ts'
import { roadmapFile } from './roadmap-file.ts'
import { say, wantsJson } from './say.ts'

/** Undefined: all is written. The run itself has ended before. */
export async function leavePapers(context: CommandContext, site: Site, run: number): Promise<CommandEnd | undefined> {
  const found = await standingsHere(site, roadmapFile(context, site))
  if (!found.ok) return found
  const state = await readState(site)
  if (!state.ok) return state
  const made = roadmapReport(state.value.store, found.value.here.roadmap, found.value.journal, run)
  state.value.close()
  if (!made.ok) return made
  await savePaper(site, `report-${run}.md`, `${roadmapReportMarkdown(made.value).trimEnd()}\n`)
  const html = await savePaper(site, `report-${run}.html`, `${roadmapReportHtml(made.value).trimEnd()}\n`)
  const left = await saveStatusFiles(site, found.value)
  if (wantsJson(context) || context.args.flags.has('quiet')) return undefined
  for (const { what, kept } of left) console.error(`note  ${safeLine(what)}${kept === undefined ? '' : `; ${safeLine(kept)}`}`)
  say(`report: ${safeLine(html)}`)
  return undefined
}
