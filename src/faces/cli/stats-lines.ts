/** The lines of `pawl stats`: a table of all checks, everything about one of them, and the totals. Only what was measured; a dash where nothing was. */
import type { StatisticsReport, TaskReport } from '../../app/statistics.ts'
import { durationText, settingText } from '../../model/duration.ts'
import { sizeText } from '../../model/size.ts'
import { safeLine } from '../reporters/safe-text.ts'
import { columns } from './say.ts'

const none = '-'
const timeOr = (ms: number | undefined): string => (ms === undefined ? none : durationText(ms))
const sizeOr = (bytes: number | undefined): string => (bytes === undefined ? none : sizeText(bytes))
const percent = (part: number): string => `${Math.round(part * 100)} %`
const countOr = (count: number): string => (count === 0 ? none : String(count))

export function tableLines(tasks: readonly TaskReport[]): string[] {
  const head = ['check', 'ran', 'reused', 'failed', 'broke', 'flaky', 'median', 'p95', 'memory', 'saved']
  return columns([head, ...tasks.map(row)])
}

function row(one: TaskReport): string[] {
  return [
    one.task,
    countOr(one.ran),
    one.reused === 0 ? none : `${one.reused} (${percent(one.reused / (one.ran + one.reused))})`,
    countOr(one.failed),
    countOr(one.broke),
    countOr(one.contradictions),
    timeOr(one.durations?.medianMs),
    timeOr(one.durations?.p95Ms),
    sizeOr(one.peakBytes),
    one.reused === 0 ? none : durationText(one.savedMs),
  ]
}

export function totalLines({ tasks, totals }: StatisticsReport): string[] {
  const { runs, ran, reused, hitRate = 0, savedMs, workedMs, wallMs } = totals
  const changes = tasks.reduce((sum, { limits }) => sum + (limits?.ttl.kind === 'change' ? 1 : 0) + (limits?.timeout.kind === 'change' ? 1 : 0), 0)
  const flaky = tasks.filter((one) => one.contradictions > 0).map((one) => safeLine(one.task))
  return [
    `${runs === 1 ? '1 run' : `${runs} runs`}: ${reused} of ${ran + reused} results were reused (${percent(hitRate)}); they had taken ${durationText(savedMs)} when they ran`,
    `work of ${durationText(workedMs)} was done in runs of ${durationText(wallMs)} together`,
    ...(flaky.length === 0 ? [] : [`flaky (two answers for the same inputs): ${flaky.join(', ')}`]),
    ...(changes === 0 ? [] : [`limits that could be learned: ${changes} (pawl stats --apply --dry-run shows them)`]),
  ]
}

export function taskLines(one: TaskReport): string[] {
  const { durations, rechecks, limits } = one
  const lines: (readonly [string, string])[] = [
    ['really ran', `${one.ran}: ${one.passed} passed, ${one.failed} failed, ${one.broke} without an answer`],
    ['reused', one.reused === 0 ? none : `${one.reused} (${percent(one.reused / (one.ran + one.reused))}); they had taken ${durationText(one.savedMs)}`],
    [
      'takes',
      durations === undefined
        ? none
        : `${durationText(durations.medianMs)} (median), ${durationText(durations.p95Ms)} (p95), ${durationText(durations.p99Ms)} (p99)`,
    ],
    ['memory', one.peakBytes === undefined ? none : `${sizeText(one.peakBytes)} at most`],
    ['processor', timeOr(one.cpuMs)],
    [
      'flaky',
      one.contradictions === 0
        ? 'no: never two answers for the same inputs'
        : `yes: two answers for the same inputs, in ${one.contradictions === 1 ? '1 case' : `${one.contradictions} cases`}`,
    ],
    [
      'changes by itself',
      rechecks.count === 0
        ? 'never asked again with the same inputs'
        : `${rechecks.changed} of ${rechecks.count} answers, in ${durationText(rechecks.exposureMs)}`,
    ],
    ...(limits === undefined
      ? []
      : ([
          ['ttl', limitText(limits.ttlMs, limits.ttl, 'down')],
          ['timeout', limitText(limits.timeoutMs, limits.timeout, 'up')],
        ] as const)),
  ]
  return [safeLine(one.task), ...columns(lines.map(([name, text]) => [`  ${name}`, text]))]
}

function limitText(nowMs: number | undefined, learned: NonNullable<TaskReport['limits']>['ttl'], round: 'up' | 'down'): string {
  const now = nowMs === undefined ? 'none' : settingText(nowMs, round).text
  return learned.kind === 'change' ? `${now}; learned: ${settingText(learned.ms, round).text} (${learned.why})` : `${now} (${learned.why})`
}
