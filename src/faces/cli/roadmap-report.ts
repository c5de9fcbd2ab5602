/** `pawl roadmap report` and `export`: what a run of a roadmap came to, and the tracking files of other tools. */
import { resolve } from 'node:path'
import { saveText } from '../../app/output.ts'
import { roadmapReport } from '../../app/roadmap/report-facts-here.ts'
import { saveTracking, type TrackingName } from '../../app/roadmap/save-tracking.ts'
import { standingsHere } from '../../app/roadmap/standings-here.ts'
import type { Site } from '../../app/site.ts'
import { jsonText } from '../reporters/json-text.ts'
import { roadmapReportHtml } from '../reporters/roadmap-report-html.ts'
import { roadmapReportMarkdown } from '../reporters/roadmap-report-markdown.ts'
import type { CommandContext, CommandEnd } from './command.ts'
import { roadmapFile } from './roadmap-file.ts'
import { say, sayJson, wantsJson } from './say.ts'
import { withState } from './with-state.ts'

export async function report(context: CommandContext, site: Site, [word, odd]: readonly string[]): Promise<CommandEnd> {
  if (odd !== undefined || (word !== undefined && !/^\d{1,9}$/.test(word)))
    return { failures: [{ type: 'args.bad-value', what: `'${odd ?? word}' is not the number of a run`, hint: 'pawl ps --all shows them.' }] }
  const found = await standingsHere(site, roadmapFile(context, site))
  if (!found.ok) return found
  return withState(context, async (_, { store }) => {
    const made = roadmapReport(store, found.value.here.roadmap, found.value.journal, word === undefined ? undefined : Number(word))
    if (!made.ok) return made
    const file = context.args.flags.get('output')
    const said = context.args.flags.get('format')
    const format = typeof said === 'string' ? said : typeof file === 'string' && /\.html?$/i.test(file) ? 'html' : wantsJson(context) ? 'json' : 'markdown'
    const text = format === 'html' ? roadmapReportHtml(made.value) : format === 'json' ? jsonText(made.value, 2) : roadmapReportMarkdown(made.value)
    if (typeof file !== 'string') {
      say(text.trimEnd())
      return { code: 0 }
    }
    const failures = await saveText(resolve(context.cwd, file), `${text.trimEnd()}\n`)
    if (failures.length > 0) return { failures }
    if (wantsJson(context)) sayJson('roadmap-report', { run: made.value.run, file })
    else say(`wrote the report on run ${made.value.run} into ${file}`)
    return { code: 0 }
  })
}

/** The tracking files of the source system, into a folder. */
export async function exportTracking(context: CommandContext, site: Site, words: readonly string[]): Promise<CommandEnd> {
  const folder = context.args.flags.get('output')
  if (words.length > 0 || typeof folder !== 'string')
    return { failures: [{ type: 'args.bad-value', what: 'pawl roadmap export needs a folder', hint: 'pawl roadmap export -o status' }] }
  const found = await standingsHere(site, roadmapFile(context, site))
  if (!found.ok) return found
  const saved = await saveTracking(resolve(context.cwd, folder), found.value)
  if (!saved.ok) return saved
  const names: readonly TrackingName[] = saved.value
  if (wantsJson(context)) sayJson('roadmap-export', { folder, files: names })
  else say(`wrote ${names.join(', ')} into ${folder}`)
  return { code: 0 }
}
