/** The JSON stream and its schema belong together. */
import type { JobFact } from '../../model/job.ts'
import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Json } from '../../model/json.ts'
import { taskId } from '../../model/task.ts'
import { eventSchema } from './event-schema.ts'
import { eventLine, jsonLinesReporter } from './json-lines.ts'
import { passed, samplePlan, story, wholeStory } from './sample.test.ts'

type Node = { readonly [key: string]: Json }
const isNode = (value: Json | undefined): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)

/** As much of JSON Schema as ours uses; an unknown keyword is an error, so that nothing is passed over. */
function problems(schema: Json | undefined, value: Json | undefined, root: Node, at = '$'): string[] {
  if (!isNode(schema)) return [`${at}: no schema`]
  return Object.entries(schema).flatMap(([keyword, wanted]): string[] => {
    switch (keyword) {
      case '$ref':
        return problems(isNode(root['$defs']) ? root['$defs'][shownAs(wanted).replace('#/$defs/', '')] : undefined, value, root, at)
      case 'oneOf': {
        const tried = Array.isArray(wanted) ? wanted.map((one: Json) => problems(one, value, root, at)) : []
        return tried.filter((found) => found.length === 0).length === 1 ? [] : [`${at}: not exactly one of ${tried.length}`]
      }
      case 'type':
        return [wanted].flat().some((type) => isOfType(value, shownAs(type))) ? [] : [`${at}: not ${shownAs(wanted)}`]
      case 'const':
        return value === wanted ? [] : [`${at}: not ${shownAs(wanted)}`]
      case 'enum':
        return Array.isArray(wanted) && wanted.includes(value) ? [] : [`${at}: ${shownAs(value)} is none of the words`]
      case 'minimum':
        return typeof value === 'number' && value >= Number(wanted) ? [] : [`${at}: too small`]
      case 'required':
        return [wanted]
          .flat()
          .filter((name) => !isNode(value) || !(shownAs(name) in value))
          .map((name) => `${at}.${shownAs(name)}: missing`)
      case 'properties':
        return isNode(wanted) && isNode(value)
          ? Object.entries(wanted).flatMap(([name, one]) => (name in value ? problems(one, value[name], root, `${at}.${name}`) : []))
          : []
      case 'items':
        return Array.isArray(value) ? value.flatMap((one: Json, i: number) => problems(wanted, one, root, `${at}[${i}]`)) : []
      case 'title':
      case 'description':
      case '$schema':
      case '$defs':
        return []
      default:
        throw new Error(`the checker does not know ${keyword}`)
    }
  })
}

const shownAs = (value: Json | undefined): string => (typeof value === 'string' ? value : JSON.stringify(value))

function isOfType(value: Json | undefined, type: string): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return isNode(value)
  if (type === 'integer') return Number.isInteger(value)
  return typeof value === type
}

const check = (line: string): string[] => problems(eventSchema(), JSON.parse(line), eventSchema())

const facts: readonly JobFact[] = [
  { kind: 'leased', lease: { branch: 'pawl/one-1-abcd', folder: '/x', base: 'b', isolation: 'linked' } },
  { kind: 'turn-begun', turn: 1, agent: 'claude', why: 'work' },
  { kind: 'session', turn: 1, agent: 'claude', session: { id: 's', told: { usd: 1 } } },
  { kind: 'touched', path: 'a.ts' },
  { kind: 'denied', tool: 'Bash', why: 'no' },
  { kind: 'turn-ended', turn: 1, agent: 'claude', outcome: 'quota', why: 'w', spent: { timeMs: 1 } },
  { kind: 'parked', account: 'claude', until: 5 },
  { kind: 'judged', tree: 't', red: [taskId('a')] },
  { kind: 'stage-judged', commit: 'c', checks: [{ check: taskId('a'), ending: 'failed', findings: 2 }] },
  { kind: 'committed', commit: 'c', tree: 't', files: 2 },
  { kind: 'unchanged', why: 'it is there' },
  { kind: 'unchanged', why: 'nothing was left to change', landed: { run: 1, at: 5, commit: 'c', onto: 'main' } },
  { kind: 'landed', commit: 'c', onto: 'main' },
  { kind: 'held', held: { reason: 'red-together', why: 'w', beside: ['work:two'], check: taskId('a'), files: [] } },
  { kind: 'conflicted', beside: ['work:two'], files: ['a.ts'] },
  { kind: 'reopened', held: { reason: 'red-alone', why: 'w', beside: [], files: [] } },
  { kind: 'rescued', ref: 'refs/pawl/rescue/x', why: 'w' },
]

function everything(): string[] {
  const lines: string[] = []
  wholeStory(jsonLinesReporter((line) => lines.push(line)))
  const more = story(samplePlan({ a: { retry: { times: 1, delayMs: 5, on: ['failed'] } }, fix: { role: 'fix' } })).tell(
    jsonLinesReporter((line) => lines.push(line)),
  )
  more
    .begins({ expectedMs: { a: 12.5 } })
    .happens({ type: 'lock.acquired', waitedMs: 1.25 })
    .happens({ type: 'logs.rotated', removed: 3 })
    .happens({ type: 'forecast.made', clashes: [{ between: ['one', 'two'], probability: 0.4, apart: true }] })
    .happens({ type: 'roadmap.planned', file: 'ROADMAP.md', tasks: [{ job: taskId('work:one'), id: '1', title: 'One', digest: 'ff' }] })
    .happens({ type: 'roadmap.reverted', file: 'ROADMAP.md', tasks: [{ id: '1', title: 'One', digest: 'ff', commit: 'c', by: 'd' }] })
    .happens({ type: 'roadmap.marked', mark: { kind: 'done', id: '1', title: 'One', digest: 'ff' } })
    .happens({ type: 'slots.changed', pool: 'cpu', slots: 1, reason: 'memory is short' })
  more.runs('a', {
    kind: 'failed',
    findings: [{ severity: 'info', message: 'x', fixable: true, suggestion: 'y' }],
    durationMs: 1,
    summary: 's',
    usage: { cpuMs: 120, peakBytes: 4096 },
    mend: { files: [{ path: 'a', before: null, after: 'b', mode: 420 }], derived: [] },
  })
  more.happens({ type: 'retry.scheduled', task: taskId('a'), round: 1, delayMs: 5 }).happens({ type: 'retry.waited', task: taskId('a'), round: 1 })
  more.starts('a').happens({
    type: 'attempt.missed',
    attempt: 'a@1.2',
    task: taskId('a'),
    fingerprint: 'ff',
    cause: { kind: 'changed', run: 1, parts: [{ part: 'env', name: 'CI' }, { part: 'tool', name: 'node' }, { part: 'command' }] },
  })
  for (const cause of [
    { kind: 'first' },
    { kind: 'expired', run: 1, ageMs: 5, limitMs: 4 },
    { kind: 'damaged', run: 1, what: 'it' },
    { kind: 'future', run: 2 },
  ] as const)
    more.happens({ type: 'attempt.missed', attempt: 'a@1.2', task: taskId('a'), cause })
  for (const outcome of [
    passed(),
    { kind: 'passed', findings: [], durationMs: 1, spent: { timeMs: 3, turns: 2, tokens: 5, usd: 0.25 } },
    { kind: 'lost' },
    { kind: 'refused', reason: 'no' },
    { kind: 'described', description: 'd', reused: { run: 1, at: 2 } },
    { kind: 'cancelled', durationMs: 1 },
  ] as const)
    more.runs('fix', outcome)
  more.happens({ type: 'tasks.reused', round: 1, reused: [{ task: taskId('a'), run: 1, at: 2, savedMs: 3, findings: [], outputs: 'ff' }] })
  more.happens({ type: 'attempt.noted', attempt: 'fix@1.1', task: taskId('fix'), text: 'turn 1' })
  for (const fact of facts) more.happens({ type: 'job.advanced', attempt: 'fix@1.1', task: taskId('work:one'), fact })
  more.happens({ type: 'mending.begun', attempt: 'fix@1.1', task: taskId('fix'), record: { mark: { delta: {} }, copies: {}, derived: [] } })
  more
    .happens({ type: 'failure.noted', failure: { type: 'store.recovered', what: 'w', place: { file: 'f', line: 1 } } })
    .happens({ type: 'cancel.requested', reason: 'Ctrl-C' })
    .ends()
  return lines
}

test('every event of real streams is valid, and all kinds of events were seen', () => {
  const lines = everything()
  expect(lines.flatMap((line) => check(line).map((problem) => `${problem} in ${line}`))).toEqual([])
  const seen = new Set(lines.map((line) => /"type":"([a-z.]+)"/.exec(line)?.[1]))
  const known = eventSchema()['oneOf']
  expect(seen.size).toBe(Array.isArray(known) ? known.length : 0)
})

test('each line is one object of version 1 that ends with its line break', () => {
  for (const line of everything()) expect(line).toMatch(/^\{"v":1,"type":"[a-z]+\.[a-z]+".*\}\n$/)
})

test('a broken event is not valid, and an unknown field is', () => {
  const line = '{"v":1,"type":"round.opened","round":1,"seq":2,"at":5'
  expect(check(`${line}}`)).toEqual([])
  expect(check(`${line},"later":true}`)).toEqual([])
  for (const broken of [
    `${line},"round":0}`,
    `${line},"v":2}`,
    `${line},"type":"round.closed"}`,
    `${line},"seq":"2"}`,
    '{"v":1,"type":"round.opened","seq":2,"at":5}',
  ])
    expect(check(broken)).not.toEqual([])
})

test('the published schema is the one that this version makes', () => {
  expect(readFileSync(join(import.meta.dirname, '../../../schema/events.schema.json'), 'utf8')).toBe(`${JSON.stringify(eventSchema(), undefined, 2)}\n`)
})

test('a line of JSON cannot act on a terminal or in a CI log, and reads back as the same text', () => {
  const reason = 'a\x1b]0;x\x07\x9b2J\u202e\u2028\ud800 ##[add-mask]x ##teamcity[y \u{e0041}'
  const line = eventLine({ type: 'cancel.requested', reason, seq: 1, at: 2 })
  expect(line).toMatch(/^[\x20-\x7e]+$/)
  expect(line).not.toMatch(/##\[|##teamcity\[/)
  expect(JSON.parse(line)).toEqual({ v: 1, type: 'cancel.requested', reason, seq: 1, at: 2 })
})
