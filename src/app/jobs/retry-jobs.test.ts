import { expect, test } from 'bun:test'
import type { HeldReason, JobFact } from '../../model/job.ts'
import { advanced, newJob, type JobState } from '../../model/job-state.ts'
import { factsToKeep } from './retry-jobs.ts'

const lease = { branch: 'pawl/a-1-0000', folder: '/w/a-1-0000', base: 'b', isolation: 'linked' } as const
const begun = (turn: number, why: 'work' | 'mend' | 'resolve'): JobFact => ({ kind: 'turn-begun', turn, agent: 'mine', why })
const ended = (turn: number): JobFact => ({ kind: 'turn-ended', turn, agent: 'mine', outcome: 'ok', spent: { timeMs: 10, tokens: 5 } })
const heldFor = (reason: HeldReason): JobFact => ({ kind: 'held', held: { reason, why: 'because', beside: [], files: [] } })
const worked: readonly JobFact[] = [
  { kind: 'leased', lease },
  begun(1, 'work'),
  { kind: 'session', turn: 1, agent: 'mine', session: { id: 's' } },
  ended(1),
  begun(2, 'mend'),
  ended(2),
  { kind: 'committed', commit: 'c', tree: 't', files: 1 },
]
const fold = (facts: readonly JobFact[]): JobState => facts.reduce(advanced, newJob)
const again = (facts: readonly JobFact[]): JobState => fold(factsToKeep({ facts: fold(facts) }, facts))

test('the checkout, the conversation and what was spent are known again; mends are allowed anew', () => {
  expect(again(worked)).toMatchObject({ lease, session: { id: 's' }, turns: 2, mends: 0, spent: { timeMs: 20 }, commit: { commit: 'c' } })
})

test('where only landing failed the commit is landed again; where a person has to look the agent works on', () => {
  const reasons: readonly HeldReason[] = ['conflict', 'red-alone', 'red-together', 'broken', 'weakened-gate', 'protected', 'too-large', 'secret']
  expect(
    reasons.map((reason) => {
      const state = again([...worked, heldFor(reason)])
      return [reason, state.commit?.commit, state.held, state.lastTurn?.outcome]
    }),
  ).toEqual([
    ['conflict', 'c', undefined, 'ok'],
    ['red-alone', undefined, undefined, 'ok'],
    ['red-together', 'c', undefined, 'ok'],
    ['broken', 'c', undefined, 'ok'],
    ['weakened-gate', undefined, undefined, 'cancelled'],
    ['protected', undefined, undefined, 'cancelled'],
    ['too-large', undefined, undefined, 'cancelled'],
    ['secret', undefined, undefined, 'cancelled'],
  ])
})

test('an attempt to resolve a conflict and a pause of the quota are of the earlier run', () => {
  const state = again([...worked, begun(3, 'resolve'), ended(3), { kind: 'parked', account: 'x', until: 5 }, heldFor('conflict')])
  expect([state.resolved, state.parkedUntil, state.turns]).toEqual([0, undefined, 3])
})

test('what did not pass at landing is to be mended, not only landed again', () => {
  const state = again([...worked, heldFor('red-alone')])
  expect([state.reopened?.held.reason, state.reopened?.turns, state.commit]).toEqual(['red-alone', 2, undefined])
  const mended = advanced(state, { kind: 'committed', commit: 'd', tree: 't', files: 1 })
  expect([mended.reopened, again([...worked, heldFor('red-alone')].concat(heldFor('red-alone'))).reopened?.turns]).toEqual([undefined, 2])
})
