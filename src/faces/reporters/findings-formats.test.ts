/** Results as JSON, SARIF and JUnit: golden texts, and what hostile text may do in them (nothing). */
import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { findingsJson } from './findings-json.ts'
import { junit } from './junit.ts'
import { expectGolden, found, passed, samplePlan, story, wholeStory } from './sample.test.ts'
import { sarif } from './sarif.ts'
import type { Finding } from '../../model/finding.ts'
import { taskId } from '../../model/task.ts'

test('each format of a run with one of every ending looks like its golden text', () => {
  const { plan, run, facts } = wholeStory()
  expectGolden('findings.json', findingsJson(plan, run, facts))
  expectGolden('findings.sarif', sarif(plan, run, facts))
  expectGolden('findings.xml', junit(plan, run, facts))
})

const hostile = '<b a="1">&\x00\x1b[2J\u202e\ufffe]]> \ud800 ü 漢'
const oddFinding: Finding = { severity: 'warning', file: 'dir with space/ü#?%.ts', line: 3, message: hostile }

function oddRun() {
  const told = story(samplePlan({ 'a"<b>': {}, adv: { severity: 'advisory' } })).begins()
  return told
    .runs('a"<b>', {
      kind: 'failed',
      durationMs: 1,
      summary: 's',
      findings: [oddFinding, { severity: 'info', message: '' }, { severity: 'error', file: '/abs/x.ts', line: 0, message: 'm' }],
    })
    .runs('adv', found('x'))
    .ends()
}

test('hostile text stays text in JSON and SARIF', () => {
  const { plan, run, facts } = oddRun()
  for (const text of [findingsJson(plan, run, facts), sarif(plan, run, facts)]) {
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/)
    expect(JSON.stringify(JSON.parse(text))).toContain(JSON.stringify(hostile).slice(1, -1))
  }
})

test('SARIF locations are relative to the root and only name lines that exist', () => {
  const { plan, run, facts } = oddRun()
  const { runs } = JSON.parse(sarif(plan, run, facts))
  expect(runs[0].results[0].locations[0].physicalLocation).toEqual({
    artifactLocation: { uri: 'dir%20with%20space/%C3%BC%23%3F%25.ts', uriBaseId: '%SRCROOT%' },
    region: { startLine: 3 },
  })
  expect(runs[0].results[1]).toEqual({ ruleId: 'a"<b>', ruleIndex: 0, level: 'note', message: { text: 'a"<b>' } })
  expect(runs[0].results[2].locations[0].physicalLocation).toEqual({ artifactLocation: { uri: 'file:///abs/x.ts' } })
  expect(runs[1].results[0].level).toBe('warning')
})

test('SARIF leaves out what did not judge: an empty run would close alerts that are still true', () => {
  const told = story(samplePlan({ a: {}, b: { needs: ['a'] } }, { c: 'skipped' }))
    .begins()
    .runs('a', found('x'))
  told.happens({ type: 'task.blocked', task: taskId('b'), round: 1, by: taskId('a') }).ends()
  const { runs } = JSON.parse(sarif(told.plan, told.run, told.facts))
  expect(runs.map((one: { tool: { driver: { name: string } } }) => one.tool.driver.name)).toEqual(['a'])
})

/** What XML 1.0 allows as characters, with every & and < part of markup that we wrote. */
const xmlText = /^(?:[\t\n\r\x20-\ud7ff\ue000-\ufffd]|[\u{10000}-\u{10ffff}])*$/u
const wellFormed =
  /^<\?xml [^?]*\?>\n(?:\s*<(?:\/[a-z]+|[a-z]+(?: [a-z]+="(?:[^<&"]|&(?:amp|lt|gt|quot|#10|#9);)*")*\/?)>|[^<&]|&(?:amp|lt|gt|quot|#10|#9);)*$/u

test('JUnit stays well-formed XML whatever tools say', () => {
  const text = fc.string({ unit: 'binary', maxLength: 20 })
  fc.assert(
    fc.property(text, text, text, (message, file, reason) => {
      const told = story(samplePlan({ a: {}, [`t${file}`]: {} }, { s: reason }))
        .begins()
        .runs('a', { kind: 'failed', durationMs: 1, summary: 's', findings: [{ severity: 'error', file, message }] })
        .runs(`t${file}`, passed())
        .ends()
      const xml = junit(told.plan, told.run, told.facts)
      return xmlText.test(xml) && wellFormed.test(xml)
    }),
    { numRuns: 500 },
  )
})

test('a check that did not end is an error in JUnit and never green', () => {
  const told = story(samplePlan({ a: {}, b: {} }))
    .begins()
    .runs('a', passed())
  expect(junit(told.plan, told.run, told.facts)).toContain('<error type="lost" message="lost: pawl was ended before this check ran">')
})
