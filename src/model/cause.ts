/** A Cause says why a task has to run, or why its result could not be reused. */
import { runName } from './run-name.ts'

export type Cause =
  | { readonly kind: 'first' }
  | { readonly kind: 'forced' }
  | { readonly kind: 'unknown-inputs' }
  | { readonly kind: 'fix' }
  | { readonly kind: 'work' }
  /** The newest proof of this task is run `run`; these parts of its fingerprint differ now. */
  | { readonly kind: 'changed'; readonly run: number; readonly parts: readonly ChangedPart[] }
  | { readonly kind: 'expired'; readonly run: number; readonly ageMs: number; readonly limitMs: number }
  | { readonly kind: 'future'; readonly run: number }
  | { readonly kind: 'damaged'; readonly run: number; readonly what: string }

export type ChangedPart =
  | { readonly part: 'files'; readonly paths: readonly string[]; readonly more: number }
  | { readonly part: 'command' | 'platform' | 'upstream' | 'pawl' }
  | { readonly part: 'env' | 'tool' | 'extra'; readonly name: string }

/** "src/a.ts changed since run 41": the second half of a sentence that starts with "ran because". */
export function causeText(cause: Cause): string {
  switch (cause.kind) {
    case 'first':
      return 'it never passed here before'
    case 'forced':
      return '--force was given'
    case 'unknown-inputs':
      return 'its inputs are not declared, so nothing can be reused'
    case 'work':
      return 'it was asked for'
    case 'fix':
      return 'a check asked for it'
    case 'expired':
      return `its result of ${runName(cause.run)} is older than its time limit (${seconds(cause.ageMs)} of ${seconds(cause.limitMs)})`
    case 'future':
      return `its result of ${runName(cause.run)} claims to be from the future`
    case 'damaged':
      return `${cause.what} of ${runName(cause.run)} was damaged or missing`
    case 'changed':
      return `${cause.parts.map(partText).join(', ')} changed since ${runName(cause.run)}`
  }
}

function partText(part: ChangedPart): string {
  if (part.part === 'files') return part.paths.length === 0 ? 'input files' : part.paths.join(', ') + (part.more > 0 ? ` and ${part.more} more` : '')
  if (part.part === 'env') return `$${part.name}`
  if (part.part === 'tool' || part.part === 'extra') return part.name
  return { command: 'its command', platform: 'the platform', upstream: 'the output of what it needs', pawl: 'the version of pawl' }[part.part]
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`
