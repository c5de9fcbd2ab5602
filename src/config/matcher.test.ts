import { expect, test } from 'bun:test'
import type { Failure } from '../model/failure.ts'
import { matcherOf } from './matcher.ts'
import type { CheckConfig } from './check-shape.ts'
import type { Translation } from './translation.ts'

function complaints(check: CheckConfig): readonly string[] {
  const failures: Failure[] = []
  matcherOf('lint', check, { failures, placeOf: () => undefined } as unknown as Translation)
  return failures.map(({ what }) => what)
}
const pattern = (regexp: string, more: object = {}): CheckConfig => ({ matcher: { pattern: { regexp, message: 1, ...more } } })

test('expressions that are wrong, ask for groups that are not there or could take for ever are refused', () => {
  expect(complaints(pattern('(.*)'))).toEqual([])
  expect(complaints(pattern(String.raw`^\s+(\d+):(\d+)\s+(error|warning|info)\s+(.+?)(?:\s\s+(.*))?$`))).toEqual([])
  expect(complaints(pattern('(.*'))).toEqual([expect.stringContaining('is not valid')])
  expect(complaints(pattern('(.*)', { file: 3 }))).toEqual([expect.stringContaining('has 1 groups, but group 3 is asked for')])
  for (const endless of ['((a+)+)$', '(a*)*', '((?:x|y+){2,})', '(([^:]+:)*)+x', '((?:(b+)c?)*)'])
    expect([endless, complaints(pattern(endless))]).toEqual([endless, [expect.stringContaining('could take for ever')]])
})

test('a matcher needs a message, stands alone, and loops only at its end', () => {
  expect(complaints({ matcher: { pattern: { regexp: 'x' } } })).toEqual(["no pattern of 'lint' has a 'message'"])
  expect(complaints({ parser: 'gnu', ...pattern('(x)') })).toEqual(["'lint' has both 'parser' and 'matcher'"])
  expect(complaints(pattern('(x)', { loop: true }))).toEqual(["'loop' of 'lint' stands at pattern 1 of 1"])
})
