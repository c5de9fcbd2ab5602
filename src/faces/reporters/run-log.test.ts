/** The log of a run, line by line. */
import { expect, test } from 'bun:test'
import { runLog } from './run-log.ts'
import { expectGolden, found, passed, samplePlan, startedAt, story, wholeStory } from './sample.test.ts'

const about = { host: 'box', mode: 'fix=safe dry-run=no interactive=no' }

test('a run with one of every ending is logged like the golden text', () => {
  const lines: string[] = []
  const log = runLog((more) => lines.push(...more.split('\n')), about)
  wholeStory(log)
  log.lockReleased(startedAt)
  expectGolden('run.log', `${lines.map((line) => line.replace(/^\[.{19}\]/, '[time]')).join('\n')}\n`)
  expect(lines[0]?.slice(0, 21)).toBe(`[${new Date(startedAt).toISOString().slice(0, 19).replace('T', ' ')}]`)
})

test('every line has a time and a known level, and nothing else breaks lines', () => {
  const lines: string[] = []
  const told = story(samplePlan({ 'a\nb': { fixes: ['f'] }, f: { role: 'fix' } }, { 's\x1b': 'x\r\ny' })).tell(
    runLog((line) => lines.push(...line.split('\n')), about),
  )
  told
    .begins()
    .runs('a\nb', found('x'))
    .runs('f', { kind: 'refused', reason: 'not\nallowed' })
    .runs('f', passed())
    .runs('f', { kind: 'errored', durationMs: 1, failure: { type: 'tool.crashed', what: 'a\x1b' } })
  told
    .happens({ type: 'logs.rotated', removed: 2 })
    .happens({ type: 'lock.acquired', waitedMs: 12 })
    .happens({ type: 'cancel.requested', reason: 'SIGTERM' })
    .ends()
  const levels =
    /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] (HEADER|SECTION|STATUS|SUCCESS|ERROR|WARNING|INFO|SKIP|CACHE_HIT|LOCK_ACQUIRED|LOCK_RELEASED|STATE_SAVED|LOG_ROTATION|REMEDIATE): [^\x00-\x1f\x7f-\x9f]+$/
  expect(lines.filter((line) => !levels.test(line))).toEqual([])
  expect(lines.filter((line) => line.includes('REMEDIATE')).map((line) => line.slice(22))).toEqual([
    'REMEDIATE: attempt f',
    'REMEDIATE: refused f: not\\nallowed',
    'REMEDIATE: attempt f',
    'REMEDIATE: skipped f: there was nothing to change',
    'REMEDIATE: attempt f',
  ])
})
