/** The facts of a replay as Markdown, with the definition of every figure. */
import { median } from '../measure.ts'
import type { Facts, SetTimes } from './facts.ts'
import { tallies, total, type Limited, type Tally } from './reckoning.ts'

export function replayMarkdown(facts: Facts, limitMs: number): string {
  const byTime = new Map(facts.commits.map(({ hash, at }) => [hash, at]))
  const steps = facts.runs.map((run) => ({ at: byTime.get(run.commit) ?? Number.NaN, ...run }))
  const checks = tallies(steps, limitMs)
  const all: readonly (readonly [string, Tally])[] = [...checks, ['all', total(checks.values())]]
  const { machine, load, commits, borrowed } = facts
  return [
    `${facts.date}, ${machine.cores} cores (${machine.processor}), ${machine.memory}, ${machine.system}; load ${load.map((one) => one.toFixed(1)).join('–')}. ${commits.length} commits from ${day(commits[0]?.at)} to ${day(commits.at(-1)?.at)}, first parents, oldest first; dependencies installed ${facts.installs} times, not counted.`,
    borrowed === true
      ? 'At each commit one run with reuse; what each check really says there of all its files was measured in an earlier replay with the same commands.'
      : 'At each commit one run with reuse, then everything that was reused or judged in part once more with `--force`: so every check was really run on all its files at every commit.',
    `**By content.** *asked*: commits at which the check was judged, which is how often it runs without any reuse. *run*: really run with reuse; *in part*: of those, only files that were not known were looked at. *hit rate*: reused ÷ asked. *wrong*: reused or judged in part, and verdict or findings are not those measured at the commit. *red*: commits at which it did not pass; that is never reused.${borrowed === true ? '' : ' *time*, *CPU*: sum over the attempts with reuse ÷ sum over the real ones at every commit.'}`,
    contentTable(all, borrowed !== true),
    ...(borrowed === true ? [] : [sums(facts, total(checks.values()))]),
    ...(borrowed === true ? [] : limitText(all, limitMs)),
    ...(facts.sets.length === 0 ? [] : [setsText(facts.sets)]),
  ].join('\n\n')
}

function sums(facts: Facts, all: Tally): string {
  const saved = facts.runs.flatMap(({ reusing, real }) =>
    Object.entries(reusing).flatMap(([name, { how }]) => (how === 'reused' ? [real[name]?.durationMs ?? 0] : [])),
  )
  const wallMs = facts.runs.reduce((sum, run) => sum + run.wallMs, 0)
  const cpuMs = facts.runs.reduce((sum, run) => sum + run.cpuMs, 0)
  return [
    `Sums of the attempts: without reuse ${seconds(all.realMs)} (CPU ${seconds(all.realCpuMs)}), with reuse ${seconds(all.ranMs)} (CPU ${seconds(all.ranCpuMs)}).`,
    `What was reused took ${seconds(saved.reduce((a, b) => a + b, 0))} when it was run for the truth at the same commits.`,
    `The ${facts.runs.length} runs with reuse took ${seconds(wallMs)} of wall time and ${seconds(cpuMs)} of CPU, pawl itself included; attempts run side by side, so the wall time is less than their sum.`,
  ].join(' ')
}

function contentTable(all: readonly (readonly [string, Tally])[], hasTimes: boolean): string {
  const head = ['check', 'asked', 'run', 'in part', 'reused', 'hit rate', 'wrong', 'red', ...(hasTimes ? ['time', 'CPU'] : [])]
  return table(
    head,
    all.map(([name, one]) => [
      name,
      ...[one.asked, one.run, one.inPart, one.reused].map(String),
      percent(one.reused, one.asked),
      ...[one.wrong, one.red].map(String),
      ...(hasTimes ? [ratio(one.ranMs, one.realMs), ratio(one.ranCpuMs, one.realCpuMs)] : []),
    ]),
  )
}

function limitText(all: readonly (readonly [string, Tally])[], limitMs: number): readonly string[] {
  const hours = `${limitMs / 3_600_000} h`
  return [
    `**By a time limit of ${hours}**, keyed by the check and its command only, played over the same measured results with the times of the commits. *hit*: a result was stored less than ${hours} before; it gets no younger by that. *foreign*: of the hits, the stored result was for another content. *wrong*: of the hits, the stored verdict or findings are not those measured at the commit; *verdict*: of these, the verdict differs; *false pass*: of these, it says passed where the check does not pass.`,
    limitTable('Everything is stored, failures too', all, ({ limited }) => limited),
    limitTable('Only passes are stored', all, ({ limitedPasses }) => limitedPasses),
  ]
}

function limitTable(title: string, all: readonly (readonly [string, Tally])[], of: (tally: Tally) => Limited): string {
  const rows = all.map(([name, tally]) => {
    const { hits, foreign, wrong, wrongVerdict, falsePass } = of(tally)
    return [name, `${tally.asked}`, `${hits}`, percent(hits, tally.asked), `${foreign}`, `${wrong}`, percent(wrong, hits), `${wrongVerdict}`, `${falsePass}`]
  })
  return `${title}:\n\n${table(['check', 'asked', 'hits', 'hit rate', 'foreign', 'wrong', 'wrong ÷ hits', 'verdict', 'false pass'], rows)}`
}

/** A ratio is that of one round, and the median of these is told. */
function setsText(sets: readonly SetTimes[]): string {
  const rows = sets.map((one) => {
    const cold = sets.find(({ set, state }) => set === one.set && state === 'cold')
    const toCold = (mine: readonly number[], theirs: readonly number[] | undefined): string =>
      median(mine.map((value, round) => value / (theirs?.[round] ?? Number.NaN))).toFixed(3)
    return [one.set, one.state, `${one.wallMs.length}`, seconds(median(one.wallMs)), toCold(one.wallMs, cold?.wallMs), toCold(one.cpuMs, cold?.cpuMs), one.told]
  })
  return `**The whole sets** at the last commit, pawl itself included; cold: nothing stored, nothing built. *÷ cold*: within one round, the median of the rounds.\n\n${table(['set', 'state', 'rounds', 'wall', 'wall ÷ cold', 'CPU ÷ cold', 'told'], rows)}`
}

const day = (at: number | undefined): string => (at === undefined ? 'nowhere' : new Date(at).toISOString().slice(0, 16).replace('T', ' '))
const percent = (part: number, whole: number): string => (whole === 0 ? '–' : `${((part / whole) * 100).toFixed(0)} %`)
const ratio = (part: number, whole: number): string => (whole === 0 ? '–' : (part / whole).toFixed(2))
const seconds = (ms: number): string => (ms >= 10_000 ? `${(ms / 1000).toFixed(0)} s` : `${(ms / 1000).toFixed(2)} s`)

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (values: readonly string[]): string =>
    `| ${values.map((value, i) => (i === 0 ? value.padEnd(widths[i] ?? 0) : value.padStart(widths[i] ?? 0))).join(' | ')} |`
  return [line(head), `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`, ...rows.map(line)].join('\n')
}
