import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { claudeStream } from './claude-stream.ts'

const folder = join(import.meta.dirname, '../../test/agents/recorded')
const linesOf = (name: string): readonly string[] => readFileSync(join(folder, name), 'utf8').split('\n')

function told(lines: readonly string[]) {
  const stream = claudeStream()
  const news = lines.map((line) => stream.line(line))
  return { end: stream.end(5), activities: news.flatMap(({ activity }) => activity ?? []), stops: news.flatMap(({ stop }) => stop ?? []) }
}

// What Claude Code 2.1.329 really printed, on loopback, against a scripted model.
test.each([
  ['claude.jsonl', 'ok', { timeMs: 5, turns: 3, tokens: 3990, usd: 0.00756 }],
  ['claude.denied.jsonl', 'ok', { timeMs: 5, turns: 2, tokens: 25_373, usd: 0.051146 }],
  ['claude.error-400.jsonl', 'refused', undefined],
  ['claude.error-401.jsonl', 'auth', { timeMs: 5 }],
  ['claude.max-turns.jsonl', 'limit', undefined],
  ['claude.max-budget.jsonl', 'limit', undefined],
  ['claude.retry-429.jsonl', 'ok', undefined],
  ['claude.resume.jsonl', 'ok', undefined],
  ['claude.partial-messages.jsonl', 'ok', undefined],
  ['claude.sigint-in-tool.jsonl', 'crashed', undefined],
] as const)('%s ends as %s', (name, outcome, spent) => {
  const { end } = told(linesOf(name))
  expect(end?.outcome).toBe(outcome)
  if (spent !== undefined) expect(end?.spent).toEqual(spent)
})

test('a stream that breaks off tells no end', () => {
  expect(told(linesOf('claude.sigterm-in-tool.jsonl')).end).toBeUndefined()
})

test('what it is doing is told by the tools that it calls', () => {
  expect(told(linesOf('claude.jsonl')).activities).toContain('Write hello.txt')
})

test('a refused login is not waited for, other retries are', () => {
  expect(told(linesOf('claude.error-401.jsonl')).stops).toEqual(['the login was refused'])
  const patient = told(linesOf('claude.retry-429.jsonl'))
  expect(patient.stops).toEqual([])
  expect(patient.activities).toContain('waiting to try again (rate_limit)')
})

test('errors of the server are told by is_error, whatever the subtype says', () => {
  const ended = (more: object) =>
    told([JSON.stringify({ subtype: 'success', is_error: true, terminal_reason: 'api_error', ...more, type: 'result' })]).end?.outcome
  expect(ended({ api_error_status: 429 })).toBe('quota')
  expect(ended({ api_error_status: 529 })).toBe('overloaded')
  expect(ended({ api_error_status: null })).toBe('overloaded')
  expect(ended({ terminal_reason: 'prompt_too_long' })).toBe('context')
  expect(ended({ is_error: false })).toBe('ok')
})

test('a quota tells when it is free again', () => {
  const limit = JSON.stringify({ type: 'rate_limit_event', rate_limit_info: { status: 'rejected', resetsAt: 1_800_000_000 } })
  const result = JSON.stringify({ type: 'result', subtype: 'success', is_error: true, api_error_status: 429, terminal_reason: 'api_error' })
  expect(told([limit, result]).end).toMatchObject({ outcome: 'quota', resetsAt: 1_800_000_000_000 })
})

test('what is not told is unknown, not zero', () => {
  expect(told([JSON.stringify({ type: 'result', subtype: 'success', is_error: false })]).end?.spent).toEqual({ timeMs: 5 })
})

test('cut, torn and foreign lines never throw, and an end is only what the program told as one', () => {
  const lines = readdirSync(folder).flatMap((name) => linesOf(name).filter((line) => line !== ''))
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...lines), fc.nat(400), fc.string()), { maxLength: 12 }), (parts) => {
      const stream = claudeStream()
      for (const [line, cut, junk] of parts) {
        stream.line(line.slice(0, cut))
        stream.line(junk)
        stream.line(JSON.stringify({ type: 'assistant', message: junk }))
        stream.line(JSON.stringify({ type: 'assistant', message: { content: [null, junk, { type: 'tool_use', name: junk, input: null }] } }))
      }
      const end = stream.end(1)
      return end === undefined || end.outcome === 'auth'
    }),
    { numRuns: 300 },
  )
})
