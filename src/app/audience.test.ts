/** Reporters see everything and can change nothing. */
import { expect, test } from 'bun:test'
import type { Event } from '../model/event.ts'
import { audience } from './audience.ts'

const event: Event = { type: 'cancel.requested', reason: 'test', seq: 1, at: 0 }
const plan = { tasks: new Map(), order: [], skips: [], slots: new Map() }

test('a reporter that throws is dropped, and the others still hear everything', () => {
  const heard: string[] = []
  const errors: string[] = []
  const listeners = audience(
    [
      {
        name: 'bad',
        on: () => {
          throw new Error('broken')
        },
      },
      { name: 'good', on: (one) => void heard.push(one.type) },
    ],
    ({ what }) => void errors.push(what),
  )
  listeners.show([event, { ...event, seq: 2 }], plan)
  expect(heard).toEqual(['cancel.requested', 'cancel.requested'])
  expect(errors).toEqual(["the reporter 'bad' failed and is switched off: broken"])
})

test('a reporter whose output cannot be written is told as that, not as a mistake of pawl', () => {
  const told: string[] = []
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' })
  const on = (): never => {
    throw full
  }
  audience([{ name: 'plain', on }], ({ type, why }) => void told.push(`${type}: ${why}`)).show([event], plan)
  expect(told).toEqual(['report.unwritten: ENOSPC: no space left on device, write'])
})
