/** How far a job has come: the fold of its facts. */
import type { Session, TurnOutcome } from './agent.ts'
import { nothingSpent, nothingTold, spentTogether, toldTogether, type Spent, type Told } from './budget.ts'
import type { Held, JobFact, Lease } from './job.ts'
import type { LandedAs } from './landed-as.ts'
import type { TaskId } from './task.ts'

export type JobState = {
  readonly lease?: Lease
  readonly turns: number
  /** How many of them were to mend what the gate found. */
  readonly mends: number
  /** How many of them were to resolve a conflict. */
  readonly resolved: number
  /** A turn is going on, or was cut off. */
  readonly inTurn: boolean
  /** Of the newest turn. */
  readonly agent?: string
  /** Names of all that had a turn. */
  readonly agents: readonly string[]
  readonly session?: Session
  readonly lastTurn?: { readonly outcome: TurnOutcome; readonly why?: string }
  readonly spent: Spent
  /** The same, without what nobody told. */
  readonly told: Told
  readonly touched: readonly string[]
  readonly denied: readonly { readonly tool: string; readonly why?: string }[]
  readonly parkedUntil?: number
  readonly judged?: { readonly tree: string; readonly red: readonly TaskId[] }
  readonly commit?: { readonly commit: string; readonly tree: string; readonly files: number }
  /** Why nothing had to be changed. */
  readonly unchanged?: string
  /** What had landed of it before, and stands. */
  readonly stands?: LandedAs
  readonly landed?: { readonly commit: string; readonly onto: string }
  readonly held?: Held
  /** It did not pass at landing, and is to be mended; `turns`: how many it had until then. */
  readonly reopened?: { readonly held: Held; readonly turns: number }
  readonly rescues: readonly { readonly ref: string; readonly why: string }[]
}

export const newJob: JobState = {
  turns: 0,
  mends: 0,
  resolved: 0,
  inTurn: false,
  agents: [],
  spent: nothingSpent,
  told: nothingTold,
  touched: [],
  denied: [],
  rescues: [],
}

/** So many files are named; of more only these are kept. */
const mostTouched = 200
const mostDenied = 50

export function advanced(state: JobState, fact: JobFact): JobState {
  switch (fact.kind) {
    case 'leased':
      return { ...state, lease: fact.lease }
    case 'turn-begun':
      return {
        ...withoutStrangeSession(state, fact.agent),
        turns: fact.turn,
        inTurn: true,
        agent: fact.agent,
        agents: state.agents.includes(fact.agent) ? state.agents : [...state.agents, fact.agent],
        mends: state.mends + (fact.why === 'mend' ? 1 : 0),
        resolved: state.resolved + (fact.why === 'resolve' ? 1 : 0),
      }
    case 'session':
      return { ...state, session: fact.session }
    case 'touched':
      return state.touched.includes(fact.path) || state.touched.length >= mostTouched ? state : { ...state, touched: [...state.touched, fact.path] }
    case 'denied': {
      const denial = { tool: fact.tool, ...(fact.why === undefined ? {} : { why: fact.why }) }
      return state.denied.length >= mostDenied ? state : { ...state, denied: [...state.denied, denial] }
    }
    case 'turn-ended': {
      const lastTurn = { outcome: fact.outcome, ...(fact.why === undefined ? {} : { why: fact.why }) }
      return { ...state, inTurn: false, lastTurn, spent: spentTogether(state.spent, fact.spent), told: toldTogether(state.told, fact.spent) }
    }
    case 'parked':
      return { ...state, parkedUntil: fact.until }
    case 'judged':
      return { ...state, judged: { tree: fact.tree, red: fact.red } }
    case 'committed':
      return { ...withoutReopening(state), commit: { commit: fact.commit, tree: fact.tree, files: fact.files } }
    case 'unchanged':
      return { ...state, unchanged: fact.why, ...(fact.landed === undefined ? {} : { stands: fact.landed }) }
    case 'conflicted':
    case 'judged-together':
    case 'stage-judged':
      return state
    case 'landed':
      return { ...state, landed: { commit: fact.commit, onto: fact.onto } }
    case 'held':
      return { ...state, held: fact.held }
    case 'reopened':
      return { ...state, reopened: { held: fact.held, turns: state.turns } }
    case 'rescued':
      return { ...state, rescues: [...state.rescues, { ref: fact.ref, why: fact.why }] }
  }
}

/** A conversation is that of one agent: another one begins its own. */
function withoutStrangeSession(state: JobState, agent: string): JobState {
  if (state.agent === undefined || state.agent === agent) return state
  const { session: _, ...rest } = state
  return rest
}

function withoutReopening(state: JobState): JobState {
  const { reopened: _, ...rest } = state
  return rest
}
