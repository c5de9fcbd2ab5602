/** The difference between two texts: what changed, a little around it, nothing else. */
import { expect, test } from 'bun:test'
import { lineDiff } from './line-diff.ts'

const diff = (before: string, after: string): string[] => lineDiff(before, after, 1).map(({ sign, text }) => sign + text)
const lines = (...texts: string[]): string => `${texts.join('\n')}\n`

test('equal texts have no difference', () => expect(diff('a\nb\n', 'a\r\nb')).toEqual([]))
test('a changed line stands as gone and new, between its neighbours', () =>
  expect(diff(lines('a', 'b', 'c', 'd'), lines('a', 'b', 'x', 'd'))).toEqual([' b', '-c', '+x', ' d']))
test('changes far apart are told apart', () =>
  expect(diff(lines('1', '2', '3', '4', '5', '6', '7'), lines('0', '1', '2', '3', '4', '5', '7'))).toEqual(['+0', ' 1', '…', ' 5', '-6', ' 7']))
test('lines added at the end', () => expect(diff('a\n', lines('a', 'b'))).toEqual([' a', '+b']))
