/** What the recorded facts of a replay come to, check by check: reuse by content, and what a reuse by a time limit would have answered. Pure. */
import type { Judgement, Judgements } from './judgement.ts'

export type Step = { /** When it was committed, epoch milliseconds. */ readonly at: number; readonly reusing: Judgements; readonly real: Judgements }

/** What a time limit would have done with a check that is keyed by its name and its command only. */
export type Limited = {
  /** A result was stored less than the limit ago, by the times of the commits. */
  readonly hits: number
  /** Of these: the stored result was for another content than that of the commit. */
  readonly foreign: number
  /** Of the hits: the stored verdict, or with the same verdict the findings, are not those that were measured at the commit. */
  readonly wrong: number
  /** Of the wrong ones: the stored verdict is another one. */
  readonly wrongVerdict: number
  /** Of these: it says passed, and the check does not pass. */
  readonly falsePass: number
}

export type Tally = {
  /** Commits at which the check was judged; without any reuse it would have run so often. */
  readonly asked: number
  readonly run: number
  /** Of those: only a part of the files was looked at. */
  readonly inPart: number
  readonly reused: number
  /** Reused, or judged in part, and not what was measured at the commit. */
  readonly wrong: number
  /** It did not pass at so many commits; such a result is never reused. */
  readonly red: number
  /** Sums of what the attempts took by themselves, milliseconds: really run at every commit, and what reuse left to do. */
  readonly realMs: number
  readonly ranMs: number
  readonly realCpuMs: number
  readonly ranCpuMs: number
  /** Everything is stored, failures too. */
  readonly limited: Limited
  /** Only passes are stored. */
  readonly limitedPasses: Limited
}

export function tallies(steps: readonly Step[], limitMs: number): ReadonlyMap<string, Tally> {
  const names = [...new Set(steps.flatMap(({ real }) => Object.keys(real)))]
  return new Map(names.map((name) => [name, tallyOf(steps, name, limitMs)]))
}

function tallyOf(steps: readonly Step[], name: string, limitMs: number): Tally {
  const judged = steps.flatMap(({ at, reusing, real }) => {
    const [now, truth] = [reusing[name], real[name]]
    return now === undefined || truth === undefined || truth.how === 'none' ? [] : [{ at, now, truth }]
  })
  const ran = judged.filter(({ now }) => now.how === 'run')
  const cpu = (all: readonly Judgement[]): number => sum(all.map(({ cpuMs }) => cpuMs ?? 0))
  const ms = (all: readonly Judgement[]): number => sum(all.map(({ durationMs }) => durationMs))
  return {
    asked: judged.length,
    run: ran.length,
    inPart: ran.filter(({ now }) => now.share !== undefined).length,
    reused: judged.filter(({ now }) => now.how === 'reused').length,
    wrong: judged.filter(({ now, truth }) => !isSame(now, truth)).length,
    red: judged.filter(({ truth }) => truth.verdict !== 'passed').length,
    realMs: ms(judged.map(({ truth }) => truth)),
    ranMs: ms(ran.map(({ now }) => now)),
    realCpuMs: cpu(judged.map(({ truth }) => truth)),
    ranCpuMs: cpu(ran.map(({ now }) => now)),
    limited: limitedOf(judged, limitMs, () => true),
    limitedPasses: limitedOf(judged, limitMs, ({ verdict }) => verdict === 'passed'),
  }
}

/** A hit does not make a stored result younger; only what really ran is stored, and takes the place of what was there. */
function limitedOf(judged: readonly { readonly at: number; readonly truth: Judgement }[], limitMs: number, isStored: (truth: Judgement) => boolean): Limited {
  let stored: { readonly at: number; readonly truth: Judgement } | undefined
  const hits: { readonly answer: Judgement; readonly truth: Judgement }[] = []
  for (const { at, truth } of judged) {
    const age = stored === undefined ? Infinity : at - stored.at
    if (stored !== undefined && age >= 0 && age < limitMs) hits.push({ answer: stored.truth, truth })
    else stored = isStored(truth) ? { at, truth } : undefined
  }
  const wrongVerdict = hits.filter(({ answer, truth }) => answer.verdict !== truth.verdict)
  return {
    hits: hits.length,
    foreign: hits.filter(({ answer, truth }) => answer.fingerprint === undefined || answer.fingerprint !== truth.fingerprint).length,
    wrong: hits.filter(({ answer, truth }) => !isSame(answer, truth)).length,
    wrongVerdict: wrongVerdict.length,
    falsePass: wrongVerdict.filter(({ answer }) => answer.verdict === 'passed').length,
  }
}

const isSame = (a: Judgement, b: Judgement): boolean => a.verdict === b.verdict && a.findings === b.findings

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** All checks together. */
export function total(all: Iterable<Tally>): Tally {
  const list = [...all]
  const added = (of: (tally: Tally) => number): number => sum(list.map(of))
  const limited = (of: (tally: Tally) => Limited): Limited => ({
    hits: added((one) => of(one).hits),
    foreign: added((one) => of(one).foreign),
    wrong: added((one) => of(one).wrong),
    wrongVerdict: added((one) => of(one).wrongVerdict),
    falsePass: added((one) => of(one).falsePass),
  })
  return {
    asked: added((one) => one.asked),
    run: added((one) => one.run),
    inPart: added((one) => one.inPart),
    reused: added((one) => one.reused),
    wrong: added((one) => one.wrong),
    red: added((one) => one.red),
    realMs: added((one) => one.realMs),
    ranMs: added((one) => one.ranMs),
    realCpuMs: added((one) => one.realCpuMs),
    ranCpuMs: added((one) => one.ranCpuMs),
    limited: limited((one) => one.limited),
    limitedPasses: limited((one) => one.limitedPasses),
  }
}
