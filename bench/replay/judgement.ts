/** What became of one check at one commit, as the events of pawl tell it. */
import { createHash } from 'node:crypto'
import type { Event } from '../../src/model/event.ts'
import { findingsOf, type Settlement } from '../../src/model/outcome.ts'

export type Judgement = {
  /** run: it really ran · reused · none: it was blocked or left out. */
  readonly how: 'run' | 'reused' | 'none'
  /** passed, failed, errored, timed-out, blocked, skipped … Reused counts as passed. */
  readonly verdict: string
  /** Digest of all findings, whatever their order. */
  readonly findings: string
  /** Of all that the check could see. */
  readonly fingerprint?: string
  /** How long it took; of what is reused: how long it took when it ran. */
  readonly durationMs: number
  readonly cpuMs?: number
  /** How many of its files it looked at, where it judges each by itself. */
  readonly share?: { readonly judged: number; readonly of: number }
}

export type Judgements = Readonly<Record<string, Judgement>>

/** Out of what `pawl --json` printed. Throws when the run has no end. */
export function judgementsIn(stdout: string): Judgements {
  const events = stdout
    .split('\n')
    .filter((line) => line.startsWith('{"v"'))
    .map((line) => JSON.parse(line) as Event)
  if (events.at(-1)?.type !== 'run.finished') throw new Error(`the run has no end:\n${stdout.slice(-2000)}`)
  const found = new Map<string, Judgement>()
  const fingerprints = new Map<string, string>()
  const none = (verdict: string): Judgement => ({ how: 'none', verdict, findings: findingsDigest(undefined), durationMs: 0 })
  for (const event of events) {
    if (event.type === 'run.started') for (const skip of event.plan.skips) found.set(skip.task, none('skipped'))
    if (event.type === 'task.blocked') found.set(event.task, none('blocked'))
    if (event.type === 'attempt.missed' && event.fingerprint !== undefined) fingerprints.set(event.task, event.fingerprint)
    if (event.type === 'attempt.finished') found.set(event.task, judgementOf(event.outcome, fingerprints.get(event.task)))
    if (event.type === 'tasks.reused')
      for (const one of event.reused) found.set(one.task, { how: 'reused', verdict: 'passed', findings: findingsDigest(one.findings), durationMs: one.savedMs })
  }
  return Object.fromEntries(found)
}

function judgementOf(outcome: Settlement, fingerprint: string | undefined): Judgement {
  if (outcome.kind === 'cached') return { how: 'reused', verdict: 'passed', findings: findingsDigest(outcome.findings), durationMs: outcome.savedMs }
  const cpuMs = 'usage' in outcome ? outcome.usage?.cpuMs : undefined
  const share = 'share' in outcome ? outcome.share : undefined
  return {
    how: 'run',
    verdict: outcome.kind,
    findings: findingsDigest(findingsOf(outcome)),
    durationMs: 'durationMs' in outcome ? (outcome.durationMs ?? 0) : 0,
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(cpuMs === undefined ? {} : { cpuMs }),
    ...(share === undefined ? {} : { share }),
  }
}

/** Times that a tool printed into a message would make equal findings differ. */
function findingsDigest(findings: readonly object[] = []): string {
  const lines = findings.map((finding) => JSON.stringify(finding).replace(/\b\d+(\.\d+)? ?m?s\b/g, 'TIME')).sort((a, b) => (a < b ? -1 : 1))
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16)
}
