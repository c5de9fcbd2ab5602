/** `pawl stats [CHECK]`: what the runs have shown; `--apply` writes the limits that were learned into pawl.yaml. */
import { lessonFrom, writeLesson, type Lesson } from '../../../app/learn.ts'
import { statistics, type StatisticsReport } from '../../../app/statistics.ts'
import { findSite, type Site } from '../../../app/site.ts'
import { lineDiff } from '../../reporters/line-diff.ts'
import { safeLine } from '../../reporters/safe-text.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { say, sayJson, wantsJson } from '../say.ts'
import { taskLines, totalLines, tableLines } from '../stats-lines.ts'

export async function stats(context: CommandContext): Promise<CommandEnd> {
  const { flags, words } = context.args
  const apply = flags.has('apply')
  if (flags.has('dry-run') && !apply)
    return {
      failures: [{ type: 'args.conflict', what: '--dry-run says what --apply would write, and --apply is not there', hint: 'pawl stats --apply --dry-run' }],
    }
  const site = await findSite(context.cwd, context.env)
  if (!site.ok) return site
  const [check] = words
  const report = await statistics(site.value, check)
  if (!report.ok) return report
  if (apply) return learned(context, site.value, report.value)
  const { tasks, totals } = report.value
  if (wantsJson(context)) sayJson('stats', { tasks, totals })
  else if (totals.ran + totals.reused === 0) say('No run yet that could tell anything. Type: pawl')
  else if (check === undefined) say(...tableLines(tasks), '', ...totalLines(report.value))
  else say(...tasks.flatMap(taskLines))
  return { code: 0 }
}

async function learned(context: CommandContext, site: Site, report: StatisticsReport): Promise<CommandEnd> {
  const lesson = await lessonFrom(site, report)
  if (!lesson.ok) return lesson
  const dryRun = context.args.flags.has('dry-run')
  const failures = dryRun ? [] : await writeLesson(site, lesson.value)
  if (failures.length > 0) return { failures }
  const { path, written, left } = lesson.value
  if (wantsJson(context)) sayJson('learned', { path, dryRun, written, left })
  else say(...lessonLines(lesson.value, dryRun))
  return { code: 0 }
}

function lessonLines({ path, before, after, written, left }: Lesson, dryRun: boolean): string[] {
  const head = written.length === 0 ? 'Nothing was learned that pawl.yaml does not say already.' : `${dryRun ? 'Would write' : 'Wrote'} into ${path}:`
  const diff = written.length === 0 ? [] : lineDiff(before, after).map(({ sign, text }) => `  ${sign} ${safeLine(text)}`.trimEnd())
  const kept = left.map(({ check, key, text, why }) => `Left: ${key} of ${safeLine(check)} (learned: ${text}): ${why}.`)
  return [head, ...diff, ...kept]
}
