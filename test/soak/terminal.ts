/** Nothing that a tool, a file or a configuration says acts on a terminal or on a CI system (T45). */
import type { Outcome } from '../../src/model/outcome.ts'
import type { Reporter } from '../../src/model/reporter.ts'
import { githubReporter } from '../../src/faces/reporters/github.ts'
import { githubSummary } from '../../src/faces/reporters/github-summary.ts'
import { jsonLinesReporter } from '../../src/faces/reporters/json-lines.ts'
import { liveReporter } from '../../src/faces/reporters/live.ts'
import { plainReporter } from '../../src/faces/reporters/plain.ts'
import { runLog } from '../../src/faces/reporters/run-log.ts'
import { fakeScreen, samplePlan, story, type FakeScreen } from '../../src/faces/reporters/sample.test.ts'
import { dice, type Dice } from '../simulation/dice.ts'
import type { SoakRow } from './soak-row.ts'

export const rows: readonly SoakRow[] = [
  { id: 'T45', title: 'no text of a tool acts on the terminal or is taken for a command by a CI system, in any view', run: hostileTexts },
]

const starts = [
  '\x1b[',
  '\x1b]',
  '\x1bP',
  '\x1b_',
  '\x1b^',
  '\x1bX',
  '\x1b(',
  '\x1bc',
  '\x1b7',
  '\x1b#8',
  '\x9b',
  '\x9d',
  '\x90',
  '\x9f',
  '\x9e',
  '\x98',
  '\x07',
  '\b',
  '\r',
  '\v',
  '\f',
  '\0',
  '\x7f',
  '\x85',
  '\x0e',
  '\x05',
  '\x84',
  '\u202e',
  '\u2066',
  '\u200f',
  '\u{e0041}',
  '\ud83d',
]
const bodies = [
  '',
  '31m',
  '2J',
  '?25l',
  '?1049h',
  '52;c;ZXZpbA==\x07',
  '8;;http://evil\x1b\\text',
  '0;title\x07',
  '1000;1H',
  '6n',
  'q#0;2;0',
  'evil\x9c',
  '>c',
  '!p',
]
const commands = [
  '::set-env name=A::b',
  '::add-path::/evil',
  '::error::x',
  '::stop-commands::known',
  '::known::',
  '::endgroup::',
  ' ::debug::x',
  '##[set-env name=A]b',
  'text ##[error]x',
  '##vso[task.setvariable variable=a]b',
  '##teamcity[buildStatus text="x"]',
  '##TeamCity[x]',
  "##teamcity[message text='|n']",
  '\r::set-output name=a::b',
  '\u2028::error::x',
  '\x1b[0m::error::x',
  '\ufeff::error::x',
  'a\n::error::y\n##vso[x]',
]
const corpus = [...starts.flatMap((start) => bodies.map((body) => `before ${start}${body} after`)), ...commands]

/** What a terminal does besides printing: judged from the bytes, with no look at how they were made harmless. Colours and the live block are pawl's own. */
function foreignIn(text: string, own: readonly RegExp[]): string | undefined {
  const left = own.reduce((rest, pattern) => rest.replace(pattern, ''), text)
  // oxlint-disable-next-line no-control-regex
  const found = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}\p{Cs}]/u.exec(left)
  return found === null ? undefined : JSON.stringify(left.slice(Math.max(0, found.index - 20), found.index + 20))
}

/** As the runners of GitHub, Azure and TeamCity read a log: GitHub obeys nothing between a stop and its own token. */
function commandsIn(text: string, own: RegExp): readonly string[] {
  let token: string | undefined
  return text.split('\n').flatMap((line) => {
    const trimmed = line.trim()
    if (token !== undefined) {
      if (trimmed === `::${token}::`) token = undefined
      // The others know no such bracket.
      return /##vso\[|##teamcity\[/i.test(line) ? [line] : []
    }
    const stop = /^::stop-commands::(.+)$/.exec(trimmed)
    if (stop !== null && own.source !== '(?:)') {
      token = stop[1]
      return []
    }
    if (own.source !== '(?:)' && own.test(trimmed)) return []
    return trimmed.startsWith('::') || /##\[|##vso\[|##teamcity\[/i.test(line) ? [line] : []
  })
}

const nothingOwn = /(?:)/
type View = { readonly name: string; readonly own: readonly RegExp[]; readonly commands: RegExp; make(screen: FakeScreen): Reporter }

const colours = /\x1b\[[0-9;]*m/g
/** Up, to the first column, erase, synchronised output, hidden cursor: what the live block is made with. */
const live = /\x1b\[(?:\d*[AGJK]|\?(?:25|2026)[hl])|\r/g

const views: readonly View[] = [
  { name: 'plain', own: [], commands: nothingOwn, make: (screen) => plainReporter(screen, 'verbose') },
  {
    name: 'plain in colours',
    own: [colours],
    commands: nothingOwn,
    make: (screen) => plainReporter({ ...screen, write: (text) => screen.write(text), colour: true }, 'normal'),
  },
  {
    name: 'live',
    own: [colours, live],
    commands: nothingOwn,
    make: (screen) =>
      liveReporter(screen, {
        now: () => 0,
        ticker: (_every, tick) => {
          tick()
          return () => undefined
        },
        atExit: () => () => undefined,
      }),
  },
  // In an annotation a tab is a blank.
  {
    name: 'github',
    own: [/\t/g],
    commands: /^::(?:group|endgroup|error|warning|notice)(?: [^:]*)?::/,
    make: (screen) => githubReporter(screen, { token: 'secret-token-of-this-run', detail: 'verbose' }),
  },
  { name: 'json', own: [], commands: nothingOwn, make: (screen) => jsonLinesReporter((text) => screen.write(text)) },
  { name: 'log', own: [], commands: nothingOwn, make: (screen) => runLog((line) => screen.write(`${line}\n`), { host: 'h', mode: 'm' }) },
]

/** One run in which the text stands wherever a text from outside can stand. */
function shownOf(view: View, text: string): { readonly screen: string; readonly summary: string } {
  const screen = fakeScreen({ live: view.name === 'live' })
  const plan = samplePlan(
    {
      lint: { argv: ['lint', text], reason: text, fixes: ['lint:fix'] },
      'lint:fix': { role: 'fix', argv: ['fix', text] },
      test: { stage: text, needs: ['lint'] },
      crash: {},
      fine: {},
    },
    { skipped: text },
  )
  const reporter = view.make(screen)
  const told = story(plan).tell(reporter)
  const say = (attempt: string): void => {
    const bytes = new TextEncoder().encode(`${text}\n${text}`)
    reporter.output?.(attempt, bytes.subarray(0, 7))
    reporter.output?.(attempt, bytes.subarray(7))
  }
  const finding = { file: text, line: 1, column: 1, rule: text, severity: 'error', message: text, suggestion: text } as const
  const failed: Outcome = { kind: 'failed', findings: [finding, { severity: 'warning', message: text }], durationMs: 1, summary: text }
  told.begins({ root: `/home/${text}` })
  told.runs('lint', failed, say).runs('fine', { kind: 'passed', findings: [{ severity: 'info', message: text }], durationMs: 1, notKept: text }, say)
  told.runs(
    'crash',
    { kind: 'errored', durationMs: 1, failure: { type: 'tool.crashed', what: text, why: text, kept: text, hint: text, place: { file: text, line: 1 } } },
    say,
  )
  told.happens({ type: 'failure.noted', failure: { type: 'cache.damaged', what: text, why: text } }).happens({ type: 'cancel.requested', reason: text })
  told.ends()
  return { screen: screen.text, summary: githubSummary(plan, told.run, told.facts) }
}

function textBy(chance: Dice): string {
  const parts = Array.from({ length: 1 + chance.roll(6) }, () => {
    const kind = chance.roll(4)
    if (kind === 0) return String.fromCharCode(...Array.from({ length: chance.roll(8) }, () => chance.roll(chance.roll(3) === 0 ? 0x10000 : 0x100)))
    return kind === 1
      ? chance.pick(commands)
      : kind === 2
        ? chance.pick(starts) + chance.pick(bodies)
        : chance.pick(['\n', '\r\n', ' ', '::', '##', '#', ':', '[', 'ok', '\t', '\x1b'])
  })
  return parts.join('')
}

async function hostileTexts(size: 'ci' | 'full', report: (line: string) => void): ReturnType<SoakRow['run']> {
  const chance = dice(45)
  const broken: string[] = []
  let cases = 0
  const judged = (text: string, some: readonly View[]): void => {
    for (const view of some) {
      cases += 1
      const { screen, summary } = shownOf(view, text)
      const foreign = foreignIn(screen, view.own) ?? foreignIn(summary, [])
      if (foreign !== undefined) broken.push(`${view.name}: ${JSON.stringify(text)} reaches the terminal: ${foreign}`)
      const obeyed = commandsIn(screen, view.commands)
      if (obeyed.length > 0) broken.push(`${view.name}: ${JSON.stringify(text)} is taken for a command: ${JSON.stringify(obeyed[0])}`)
    }
  }
  for (const text of corpus) judged(text, views)
  report(`corpus of ${corpus.length} texts in ${views.length} views: ${broken.length} broken`)
  const times = size === 'full' ? 100_000 : 5000
  // Each text in one view, the views in turn.
  for (let number = 0; number < times; number++) judged(textBy(chance), [views[number % views.length] ?? (views[0] as View)])
  return { cases, broken: broken.slice(0, 20) }
}
