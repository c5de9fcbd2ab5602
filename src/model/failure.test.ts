import { expect, test } from 'bun:test'
import { failureIn } from './failure.ts'

const refused = (code: string, syscall?: string): Error => Object.assign(new Error(`${code}: no, open 'a'`), { code }, syscall === undefined ? {} : { syscall })

test('a refusal of the operating system is trouble of the machine, with something to try', () => {
  expect(failureIn(refused('EMFILE', 'open'))).toMatchObject({ type: 'system.refused', why: "EMFILE: no, open 'a'" })
})

test('a missing file that nobody expected, and a code that is not from the system, are bugs', () => {
  expect([refused('ENOENT', 'open'), refused('EMFILE'), new Error('EMFILE')].map(failureIn)).toEqual([undefined, undefined, undefined])
})

test('what a port says goes before what the system said', () => {
  const error = Object.assign(refused('EIO', 'read'), { cause: { type: 'tool.missing', what: 'gone' } })
  expect(failureIn(error)?.type).toBe('tool.missing')
})
