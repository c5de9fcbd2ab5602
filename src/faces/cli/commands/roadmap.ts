/** `pawl roadmap VERB`: reading, planning, running and marking a roadmap. */
import { findSite, type Site } from '../../../app/site.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import type { RoadmapVerb } from '../roadmap-command.ts'
import { importHints } from '../roadmap-import.ts'
import { init } from '../roadmap-init.ts'
import { lint, next, plan, status } from '../roadmap-looks.ts'
import { exportTracking, report } from '../roadmap-report.ts'
import { rollback } from '../roadmap-rollback.ts'
import { mark, redo } from '../roadmap-marks.ts'
import { runVerb } from '../roadmap-run.ts'

type Verb = (context: CommandContext, site: Site, words: readonly string[]) => Promise<CommandEnd>

const verbs: Readonly<Record<RoadmapVerb, Verb>> = {
  plan,
  run: runVerb,
  status,
  next,
  lint,
  done: mark('done'),
  skip: mark('skipped'),
  reset: mark('reset'),
  redo,
  rollback,
  import: importHints,
  report,
  export: exportTracking,
  init,
}

export async function roadmap(context: CommandContext): Promise<CommandEnd> {
  const [verb = '', ...words] = context.args.words
  const perform = verbs[verb as RoadmapVerb]
  const site = await findSite(context.cwd, context.env)
  return site.ok ? perform(context, site.value, words) : site
}
