/** The report on a run of a roadmap: every task once, sums that add up, what nobody told is unknown, and no title does anything. */
import { expect, test } from 'bun:test'
import { array, assert, boolean, constantFrom, integer, option, property, record, string } from 'fast-check'
import { heldReasons } from '../../model/job.ts'
import { lookWhys } from '../../model/look-first.ts'
import type { ReportFacts, ReportTask } from '../../model/report-facts.ts'
import { reportOf, usedBy } from '../../model/roadmap-report.ts'
import { standingKinds, type Standing } from '../../model/roadmap-standing.ts'
import type { Ending, Verdict } from '../../model/verdict.ts'
import { roadmapReportHtml } from './roadmap-report-html.ts'
import { roadmapReportMarkdown } from './roadmap-report-markdown.ts'
import { viewOf } from './roadmap-report-view.ts'

const at = Date.UTC(2026, 0, 9, 10)
const standingOf = (kind: Standing['kind'], reason: (typeof heldReasons)[number], why: string): Standing => {
  switch (kind) {
    case 'landed':
      return { kind, run: 7, at, commit: '0123456789abcdef', onto: 'main' }
    case 'unchanged':
      return { kind, run: 7, at, why }
    case 'confirmed':
    case 'skipped':
      return { kind, at, why }
    case 'held':
      return { kind, run: 7, reason, why }
    case 'failed':
      return { kind, run: 7, why }
    case 'working':
    case 'begun':
      return { kind, run: 7 }
    case 'stale':
      return { kind, by: 'A1', run: 7 }
    case 'said':
    case 'open':
      return { kind }
  }
}
const task = (id: string, standing: Standing, more: Partial<ReportTask> = {}): ReportTask => ({
  id,
  title: `Title of ${id}`,
  phase: '1',
  group: '1.A',
  standing,
  isManual: false,
  turns: 0,
  ...more,
})
const facts = (more: Partial<ReportFacts> = {}): ReportFacts => ({
  file: 'ROADMAP.md',
  run: 7,
  command: 'pawl roadmap run',
  verdict: 'failed',
  onto: 'pawl/integration',
  from: 'aaaaaaa',
  to: 'bbbbbbb',
  startedAt: at,
  endedAt: at + 61_000,
  tasks: [],
  gates: [],
  breaches: [],
  ...more,
})

const example = reportOf(
  facts({
    tasks: [
      task('A1', standingOf('landed', 'conflict', ''), { agent: 'claude', turns: 2, spent: { timeMs: 30_000, turns: 9, tokens: 12_000, usd: 0.5 } }),
      task('A2', standingOf('held', 'red-together', 'unit does not pass'), {
        turns: 1,
        branch: 'pawl/a2-7-x',
        held: { reason: 'red-together', why: 'unit does not pass', beside: ['A3'], files: ['src/a.ts'] },
        spent: { timeMs: 10_000 },
      }),
      task('A3', standingOf('held', 'secret', 'a key'), { turns: 1 }),
      task('A4', standingOf('failed', 'conflict', 'it gave up')),
      task('A5', standingOf('skipped', 'conflict', 'not now')),
      task('A6', { kind: 'open' }, { isManual: true, drift: { id: 'A6', was: 'Older', wasKind: 'landed', run: 2 } }),
    ],
    gates: [
      {
        of: 'group 1.A',
        commit: 'bbbbbbb',
        checks: [
          { name: 'lint', ending: 'passed', findings: 0, durationMs: 1500 },
          { name: 'unit', ending: 'failed', findings: 3 },
        ],
      },
    ],
    breaches: [{ type: 'checkout.breached', what: 'main moved', why: 'somebody pushed' }],
    coverage: { before: { covered: 90, total: 100 }, after: { covered: 80, total: 100 } },
  }),
)

test('what could do harm is looked at first', () => {
  expect(example.first.map(({ why, task: id, text }) => [why, id, text])).toEqual<unknown>([
    ['breach', undefined, 'main moved: somebody pushed'],
    ['security', 'A3', 'A3 is held (secret): a key'],
    ['red-together', 'A2', 'A2 is held (red-together): unit does not pass; with A3'],
    ['red-gate', undefined, 'the gate of group 1.A is not green: unit failed'],
    ['failed', 'A4', 'A4 failed: it gave up'],
    ['coverage', undefined, 'coverage fell from 90.00 % to 80.00 %'],
    ['skipped', 'A5', 'A5 was skipped by a person: not now'],
    ['drift', 'A6', 'A6 was recorded as "Older" (landed), and asks for something else now'],
    ['manual', 'A6', 'A6 is for a person to do'],
    ['unknown-cost', undefined, 'what A2, A3 cost is unknown: nobody told'],
  ])
})

test('the report as Markdown', () => {
  expect(roadmapReportMarkdown(example)).toBe(`# pawl: run 7 of ROADMAP.md

failed: 6 tasks: 1 landed, 1 skipped, 2 held, 1 failed, 1 open

## Look at first

- **changed from outside**: main moved: somebody pushed
- **security**: A3 is held &#40;secret&#41;: a key
- **does not pass together**: A2 is held &#40;red-together&#41;: unit does not pass; with A3
- **gate not green**: the gate of group 1.A is not green: unit failed
- **failed**: A4 failed: it gave up
- **coverage fell**: coverage fell from 90.00 % to 80.00 %
- **skipped**: A5 was skipped by a person: not now
- **changed since**: A6 was recorded as "Older" &#40;landed&#41;, and asks for something else now
- **for a person**: A6 is for a person to do
- **cost unknown**: what A2, A3 cost is unknown: nobody told

## Figures

- Command: pawl roadmap run
- Branch: pawl/integration
- From commit: aaaaaaa
- To commit: bbbbbbb
- Started: 2026-01-09 10:00:00 UTC
- Ended: 2026-01-09 10:01:01 UTC
- Wall time: 1 m 01 s
- Turns of agents: 4
- Time of agents: at least 40 s; unknown for 1 task
- Tokens: at least 12,000; unknown for 2 tasks
- Cost: at least 0.50 USD; unknown for 2 tasks
- Findings at gates: 3
- Coverage: 90.00 % → 80.00 %

## Tasks

| Task | Title | Group | Standing | Agent | Turns | Time | Tokens | Cost | Branch or commit |
| --- | --- | --- | --- | --- | ---: | ---: | ---: | ---: | --- |
| A1 | Title of A1 | 1.A | landed | claude | 2 | 30 s | 12,000 | 0.50 USD | 0123456789ab on main |
| A2 | Title of A2 | 1.A | held |  | 1 | 10 s | unknown | unknown | pawl/a2-7-x |
| A3 | Title of A3 | 1.A | held |  | 1 | unknown | unknown | unknown |  |
| A4 | Title of A4 | 1.A | failed |  |  |  |  |  |  |
| A5 | Title of A5 | 1.A | skipped |  |  |  |  |  |  |
| A6 | Title of A6 | 1.A | open &#40;for a person&#41; |  |  |  |  |  |  |

## Held

| Task | Reason | Why | Check | Beside | Files | Branch |
| --- | --- | --- | --- | --- | --- | --- |
| A2 | does not pass together | unit does not pass |  | A3 | src/a.ts | pawl/a2-7-x |
| A3 | a secret in it | a key |  |  |  |  |

## Gates

| Gate | Commit | Check | Ending | Findings | Time |
| --- | --- | --- | --- | ---: | ---: |
| group 1.A | bbbbbbb | lint | passed | 0 | 1.5 s |
| group 1.A | bbbbbbb | unit | failed | 3 |  |
`)
})

test('a run that nobody worked in claims nothing', () => {
  const {
    endedAt: _endedAt,
    to: _to,
    ...rest
  } = facts({ tasks: [task('A1', { kind: 'open' }), task('A2', { ...standingOf('failed', 'broken', 'x'), run: 3 } as Standing)], verdict: 'lost' })
  const text = roadmapReportMarkdown(reportOf(rest))
  expect(text).toContain('- Wall time: unknown')
  expect(text).toContain('- To commit: unknown')
  expect(text).toContain('- Cost: none: no agent was asked')
  expect(text).toContain('| A2 | Title of A2 | 1.A | failed &#40;run 3&#41; |')
  expect(roadmapReportMarkdown(reportOf({ ...rest, tasks: [] }))).toContain('Nothing stands out.')
})

test('a task that stands twice is a bug', () => {
  expect(() => reportOf(facts({ tasks: [task('A1', { kind: 'open' }), task('a1', { kind: 'open' })] }))).toThrow('twice')
})

const hostile = string({
  unit: constantFrom(
    'a',
    ' ',
    '<script>alert(1)</script>',
    '</td>',
    '|',
    '\n',
    '\r',
    '\u001b[31m',
    '\u202e',
    '"',
    "'",
    '&',
    '`',
    '[x](http://e.vil)',
    '<img src=x onerror=y>',
    '\\',
    '##[error]',
    '@someone',
    '-->',
    '\ud800',
  ),
  maxLength: 6,
})
const anyTask = record({
  title: hostile,
  kind: constantFrom(...standingKinds),
  reason: constantFrom(...heldReasons),
  why: hostile,
  turns: integer({ min: 0, max: 3 }),
  usd: option(integer({ min: 0, max: 500 }), { nil: undefined }),
  isSilent: boolean(),
  drift: option(hostile, { nil: undefined }),
  branch: hostile,
})
const anyReport = record({
  tasks: array(anyTask, { maxLength: 12 }),
  command: hostile,
  verdict: constantFrom<Verdict>('passed', 'failed', 'broken', 'cancelled', 'described', 'lost'),
  endings: array(record({ name: hostile, ending: constantFrom<Ending>('passed', 'failed', 'skipped', 'lost') }), { maxLength: 4 }),
  breach: hostile,
}).map(({ tasks, command, verdict, endings, breach }) =>
  reportOf(
    facts({
      command,
      verdict,
      gates: [{ of: breach, checks: endings.map((one) => ({ ...one, findings: 1 })) }],
      breaches: [{ type: 'checkout.breached', what: breach }],
      tasks: tasks.map(({ title, kind, reason, why, turns, usd, isSilent, drift, branch }, i) =>
        task(`T${i}`, standingOf(kind, reason, why), {
          title,
          turns,
          branch,
          ...(isSilent || turns === 0 ? {} : { spent: { timeMs: 1000, ...(usd === undefined ? {} : { usd }) } }),
          ...(drift === undefined ? {} : { drift: { id: `T${i}`, was: drift, wasKind: 'landed', run: 1 } }),
        }),
      ),
    }),
  ),
)

test('every task appears exactly once, and sums equal their parts', () => {
  assert(
    property(anyReport, (report) => {
      const ids = report.tasks.map(({ id }) => id)
      expect(viewOf(report).tasks.rows.map(([id]) => id)).toEqual(ids)
      expect(
        roadmapReportMarkdown(report)
          .split('\n')
          .filter((line) => /^\| T\d+ \|.*\| 1\.A \|/.test(line)),
      ).toHaveLength(ids.length)
      expect(roadmapReportHtml(report).match(/<tr id="task-\d+"><th scope="row">T\d+<\/th>/g) ?? []).toHaveLength(ids.length)
      const { total, ...parts } = report.counts
      expect(Object.values(parts).reduce((a, b) => a + b, 0)).toBe(total)
      expect(total).toBe(ids.length)
      const each = report.tasks.map((one) => usedBy([one]))
      for (const key of ['timeMs', 'tokens', 'usd'] as const)
        for (const part of ['sum', 'known', 'unknown'] as const) expect(report.used[key][part]).toBe(each.reduce((sum, one) => sum + one[key][part], 0))
      const ranks = report.first.map(({ why }) => lookWhys.indexOf(why))
      expect(ranks).toEqual(ranks.toSorted((a, b) => a - b))
    }),
  )
})

test('what nobody told is unknown, never nothing', () => {
  assert(
    property(anyReport, (report) => {
      const { rows } = viewOf(report).tasks
      report.tasks.forEach(({ turns, spent }, i) => {
        const cost = rows[i]?.[8]
        expect(cost).toBe(turns === 0 ? '' : spent?.usd === undefined ? 'unknown' : `${spent.usd.toFixed(2)} USD`)
      })
      const isSilent = report.tasks.some(({ turns, spent }) => turns > 0 && spent?.usd === undefined)
      expect(report.first.some(({ why }) => why === 'unknown-cost')).toBe(isSilent)
    }),
  )
})

/** What pawl itself writes, and nothing else. */
const ownTags = new Set('html head meta title style body main h1 p section h2 ul li a strong dl div dt dd table thead tbody tr th td'.split(' '))

test('no text of others does anything', () => {
  assert(
    property(anyReport, (report) => {
      const [markdown, page] = [roadmapReportMarkdown(report), roadmapReportHtml(report)]
      for (const text of [markdown, page]) expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e\ud800-\udfff]/)
      expect(markdown).not.toMatch(/[<>]|\]\(|`|@|##\[/)
      const cells = markdown.split('\n').filter((line) => /^\| T\d+ \|.*\| 1\.A \|/.test(line))
      for (const line of cells) expect(line.split('|')).toHaveLength(12)
      const tags = [...page.matchAll(/<\/?([a-z0-9]+)([^>]*)>/gi)]
      expect(tags.filter(([, tag = '']) => !ownTags.has(tag))).toEqual([])
      expect(tags.filter(([, , more = '']) => /\son\w+=|javascript:|src=/i.test(more))).toEqual([])
      expect(page.match(/https?:/g)?.length ?? 0).toBe(page.match(/\[x\]\(http:\/\/e\.vil\)/g)?.length ?? 0)
    }),
  )
})

test('the page stands alone, for all who read it', () => {
  const page = roadmapReportHtml(example)
  expect(page).toStartWith('<!doctype html>\n<html lang="en">')
  expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|https?:/)
  expect(page).toContain("default-src 'none'")
  expect(page).toContain('prefers-color-scheme: dark')
  expect(page.match(/<h1>/g)).toHaveLength(1)
  expect(page).toContain('<li><a href="#task-2"><strong>security</strong></a>: A3 is held (secret): a key</li>')
  for (const [, id] of page.matchAll(/href="#([^"]+)"|aria-labelledby="([^"]+)"/g)) if (id !== undefined) expect(page).toContain(`id="${id}"`)
})
