/** What a replay recorded: one JSON document, from which everything that is told can be reckoned again. */
import type { Machine } from '../machine.ts'
import type { Judgements } from './judgement.ts'

export type Commit = { readonly hash: string; /** When it was committed, epoch milliseconds. */ readonly at: number }

/** What happened at one commit. */
export type CommitRun = {
  readonly commit: string
  /** Of the run with reuse, pawl and all that it waited for. */
  readonly wallMs: number
  readonly cpuMs: number
  readonly exitCode: number
  /** With reuse of what earlier commits had proven. */
  readonly reusing: Judgements
  /** Every check really run on all its files at this commit: what was reused, or looked at only a part, was run again with --force. */
  readonly real: Judgements
}

/** One set of checks in one state of the working copy; each list has one value a round. */
export type SetTimes = {
  readonly set: string
  readonly state: 'cold' | 'nothing changed' | 'one file edited'
  readonly wallMs: readonly number[]
  readonly cpuMs: readonly number[]
  /** What pawl printed about its checks in the last round. */
  readonly told: string
}

export type Facts = {
  readonly date: string
  readonly machine: Machine
  readonly load: readonly [least: number, most: number]
  readonly commits: readonly Commit[]
  readonly installs: number
  /** What each check really said was measured in an earlier replay: its times are not to be compared with those of this one. */
  readonly borrowed?: true
  /** Oldest first. */
  readonly runs: readonly CommitRun[]
  readonly sets: readonly SetTimes[]
}
