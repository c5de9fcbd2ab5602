/** What the configuration of a repository says that moves an agent's login, home or address elsewhere: it counts only when the user has approved of it. */
import { factsOf } from '../agents/program-facts.ts'
import { isMoving } from '../agents/moving-variables.ts'
import { sha256 } from '../host/digest.ts'
import type { AgentChoice } from '../model/agent.ts'
import { shortDigest, type AgentSetting } from '../model/agent-settings.ts'
import type { Failure } from '../model/failure.ts'
import type { Service } from '../model/services.ts'
import type { Ask } from './consent.ts'
import type { Site } from './site.ts'
import { approve, trustOf } from './trust.ts'

export const movesPath = 'pawl.yaml'

export type Movers = {
  readonly agents: readonly AgentChoice[]
  /** Whose variables agents are given. */
  readonly services: readonly Service[]
}

/** One for each thing that is moved. Programs of kinds that pawl knows are given a login of the user; any other is code of the repository like a check. */
export function movesIn({ agents, services }: Movers): readonly AgentSetting[] {
  const own = agents.filter(({ kind }) => factsOf(kind) !== undefined)
  const byWords = own.flatMap(({ name, argv }) => argv.slice(1).flatMap((word) => (isTelling(word) ? [`agents.${name}.command says ${word}`] : [])))
  const byServices = services.flatMap(({ name, env }) =>
    Object.entries(env).flatMap(([variable, value]) => (isMoving(variable) ? [`services.${name}.env moves ${variable} to ${value}`] : [])),
  )
  const kinds = [...new Set(own.map(({ kind }) => kind))]
  return [...new Set([...byWords, ...byServices])].map((line) => ({
    path: movesPath,
    kinds,
    digest: sha256(JSON.stringify([1, movesPath, line])),
    says: [line],
  }))
}

/** By a flag of the program anything can be set; "NAME=value" is for a program like env. */
const isTelling = (word: string): boolean => word.startsWith('-') || isMoving(/^(\w+)=/.exec(word)?.[1] ?? '')

/** Why no agent may be started: what moves them was not approved of, and nobody is there to ask or says yes. */
export async function movesRefused(site: Site, movers: Movers, ask: Ask | undefined): Promise<Failure | undefined> {
  const trust = trustOf(site)
  const moves = movesIn(movers).filter((one) => !trust.isApproved(one))
  if (moves.length === 0) return undefined
  const lines = moves.flatMap(({ says }) => says)
  const question = `The configuration of this repository moves agents that use your login:\n${lines.join('\n')}\nDo you approve of it?`
  if (ask === undefined || !(await ask(question))) return refused(moves, ask !== undefined)
  const approved = await approve(site, moves)
  return approved.ok ? undefined : approved.failures[0]
}

const refused = (moves: readonly AgentSetting[], wasAsked: boolean): Failure => ({
  type: 'agent.unapproved',
  what: 'the configuration of this repository moves agents that use your login, and you did not approve of it',
  why: `${moves.flatMap(({ says }) => says).join('; ')}${wasAsked ? '' : '; nobody can be asked here'}`,
  kept: 'nothing was started',
  hint: `Look at it, then pawl trust ${movesPath}; where nobody can be asked, PAWL_TRUST=${moves.map(({ digest = '' }) => shortDigest(digest)).join(',')}.`,
})
