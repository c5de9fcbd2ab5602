/** A Prompt is one piece of work that a person asks an agent for: usually a Markdown file. Its text is data, never instructions to pawl. */
import type { Budget } from './budget.ts'
import type { Place } from './failure.ts'
import type { LandedAs } from './landed-as.ts'

/** A task of a roadmap, as a prompt is made of it. */
export type AskedTask = {
  /** As the roadmap writes it. */
  readonly id: string
  readonly title: string
  readonly digest: string
  /** The roadmap, relative to the root. */
  readonly file: string
  /** Ids of the prompts of this run, and commits that landed before it, whose work it stands on. */
  readonly follows: readonly { readonly id: string; readonly title: string; readonly commit?: string }[]
  /** It has landed with this very content, was not taken back, and is asked for once more. */
  readonly landed?: LandedAs
}

export type Prompt = {
  /** [a-z0-9][a-z0-9-]{0,63}; unique in a request. */
  readonly id: string
  /** First level-1 heading outside of code fences, else the first line; one line. */
  readonly title: string
  /** Relative to the root where it lies below it, else absolute. Absent: it was typed. */
  readonly path?: string
  /** All that the agent is told: the file byte for byte without its front matter. */
  readonly text: string
  /** Ids of prompts whose work must have landed before this begins. */
  readonly dependsOn: readonly string[]
  /** Globs of the files that it will change, as declared; undefined: nothing was declared. */
  readonly files?: readonly string[]
  /** Higher first. */
  readonly priority: number
  /** Name of an agent. */
  readonly agent?: string
  readonly model?: string
  /** Names of the checks that its gate consists of; undefined: all. */
  readonly checks?: readonly string[]
  readonly timeoutMs?: number
  readonly budget?: Budget
  /** The task of a roadmap that it is made of. */
  readonly asked?: AskedTask
  /** Where it was named: for messages. */
  readonly place: Place
}

/** A path that a prompt will probably change. */
export type Touch = {
  readonly path: string
  /** 0 to 1. */
  readonly probability: number
  /** "declared", "named in the text (line 12)", "imports src/a.ts", "changed together with src/a.ts in 4 of 6 commits". */
  readonly why: string
  /** Many pieces of work change it, whatever they are about: "a lockfile", "a manifest". */
  readonly hot?: string
}

/** Two prompts that will probably change the same file. */
export type Clash = {
  readonly between: readonly [string, string]
  /** That there is at least one such file; 0 to 1. */
  readonly probability: number
  /** Most probable first. */
  readonly paths: readonly Touch[]
}

/** What is known about a set of prompts before anything is spent. */
export type Forecast = {
  readonly touches: ReadonlyMap<string, readonly Touch[]>
  readonly clashes: readonly Clash[]
  /** Each lane is worked on one after the other; lanes side by side. Every prompt is in exactly one. */
  readonly lanes: readonly (readonly string[])[]
}

/** A clash as it is recorded. */
export type Foreseen = {
  /** Ids of prompts. */
  readonly between: readonly [string, string]
  readonly probability: number
  /** They share a lane: the later one begins with what the other has landed. */
  readonly apart: boolean
}

export function foreseenIn({ clashes, lanes }: Pick<Forecast, 'clashes' | 'lanes'>): readonly Foreseen[] {
  return clashes.map(({ between, probability }) => ({ between, probability, apart: lanes.some((lane) => between.every((id) => lane.includes(id))) }))
}
