/** What every parser promises: it never throws, takes its time only for what is there, and never makes a pass out of what it cannot read. */
import type { Parser, ToolOutput } from '../../../app/plugin.ts'
import { tryParser } from '../../../app/trials.ts'
import { dice, holds, sameAnswer, type ContractCase } from './contract.ts'
import { messageOf } from '../../../model/thrown.ts'

export type ParserSample = {
  readonly name: string
  /** As the tool really printed it. */
  readonly stdout: string
  readonly stderr?: string
  /** How many findings there are in it. Default: at least one. */
  readonly findings?: number
  /** The tool says in it that it could not do all of its work. Default: false. */
  readonly unreadable?: boolean
  /** The folder that the tool ran in, when it prints absolute paths. */
  readonly root?: string
}

/** `samples`: at least one with findings; small ones make the contract quick. */
export function parserContract(parser: Parser, samples: readonly ParserSample[]): readonly ContractCase[] {
  return [
    { name: 'there is a sample', run: async () => holds(samples.length > 0, 'a parser cannot be judged without a sample of what its tool prints') },
    ...samples.flatMap((sample) => ofSample(parser, sample)),
    { name: 'garbage is survived', run: async () => garbage().forEach((text) => void survives(parser, { stdout: text, stderr: text }, 'garbage')) },
    { name: 'the time grows with the length', run: async () => linear(parser, samples) },
    { name: 'a tool that fails with words nobody can read has one finding, unparsed', run: () => unparsed(parser) },
  ]
}

function ofSample(parser: Parser, sample: ParserSample): readonly ContractCase[] {
  const output: ToolOutput = { stdout: sample.stdout, stderr: sample.stderr ?? '' }
  const named = (what: string, run: () => Promise<void>): ContractCase => ({ name: `${sample.name}: ${what}`, run })
  return [
    named('its findings are found', async () => {
      const { findings, unreadable } = survives(parser, output, sample.name)
      holds(
        (unreadable !== undefined) === (sample.unreadable ?? false),
        unreadable === undefined ? 'it reads it as if nothing had gone wrong' : `it says that it cannot read it: ${unreadable}`,
      )
      const wanted = sample.findings
      holds(
        wanted === undefined ? findings.length > 0 : findings.length === wanted,
        `it finds ${findings.length}, and there ${wanted === undefined ? 'must be some' : `are ${wanted}`}`,
      )
    }),
    named('the same text means the same', async () => holds(sameAnswer(parser(output), parser(output)), 'it answers in two ways')),
    named('no path leads out of the repository', () => inside(parser, sample, output)),
    named('whatever is cut off is survived', async () => {
      for (const text of torn(output.stdout)) survives(parser, { ...output, stdout: text }, 'a part of it')
      for (const text of torn(output.stderr)) survives(parser, { ...output, stderr: text }, 'a part of it')
    }),
  ]
}

function survives(parser: Parser, output: ToolOutput, what: string): ReturnType<Parser> {
  const before = JSON.stringify(output)
  let read: ReturnType<Parser>
  try {
    read = parser(Object.freeze(output))
  } catch (error) {
    throw new Error(`it throws on ${what}: ${messageOf(error)}; what was printed: ${before.slice(0, 200)}`, {
      cause: error,
    })
  }
  holds(Array.isArray(read?.findings), `it answers without a list of findings on ${what}`)
  for (const { severity, message, line } of read.findings) {
    holds(['error', 'warning', 'info'].includes(severity), `a finding has the severity '${severity}'`)
    holds(typeof message === 'string', 'a finding has no message')
    holds(line === undefined || Number.isFinite(line), `a finding has the line ${line}`)
  }
  return read
}

async function inside(parser: Parser, sample: ParserSample, output: ToolOutput): Promise<void> {
  const outcome = await tryParser(parser, { ...output, code: 1, root: sample.root ?? '/repository' })
  holds(outcome.kind === 'failed', `a tool that ended with 1 comes to '${outcome.kind}'`)
  const away = 'findings' in outcome ? outcome.findings.flatMap(({ file = '' }) => (/^([/\\]|[A-Za-z]:|\.\.([/\\]|$))/.test(file) ? [file] : [])) : []
  holds(away.length === 0, `these lead out of it: ${away.slice(0, 3).join(', ')}${sample.root === undefined ? ' (does the sample need a root?)' : ''}`)
}

const cuts = 48

/** Ends and beginnings, and the whole with a hole in it. */
function torn(text: string): readonly string[] {
  if (text === '') return []
  const places = Array.from({ length: cuts }, (_, i) => Math.floor((text.length * i) / cuts))
  return places.flatMap((place) => [text.slice(0, place), text.slice(place), text.slice(0, place) + text.slice(place + Math.ceil(text.length / cuts))])
}

function garbage(): readonly string[] {
  const random = dice(7)
  const signs = [
    '{',
    '}',
    '[',
    ']',
    '"',
    ':',
    ',',
    '\n',
    '\r',
    '\t',
    '\0',
    '\u001b[31m',
    'a',
    '/',
    '.',
    '1',
    '-',
    '<',
    '>',
    '&',
    'é',
    '\ud800',
    '✖',
    'error',
    ' ',
  ]
  const made = Array.from({ length: 200 }, () =>
    Array.from({ length: Math.floor(random() * 120) }, () => signs[Math.floor(random() * signs.length)] ?? '').join(''),
  )
  const bytes = String.fromCharCode(...Array.from({ length: 4096 }, () => Math.floor(random() * 256)))
  return ['', ' ', '\n', 'null', '[]', '{}', '[null]', '{"a":null}', '"text"', '-1', '[['.repeat(20_000), '{"a":'.repeat(20_000), bytes, ...made]
}

const shortChars = 12_500
const times = 16
const mostTimes = 100
/** In so few milliseconds nothing slow can hide. */
const quickMs = 100

function linear(parser: Parser, samples: readonly ParserSample[]): void {
  const units = [...samples.map(({ stdout }) => stdout), 'a:1:1: x\n', '[', '{\n', '  ', 'x', '\n', '<a>', '(1,1)', 'a/', '"', '\\']
  for (const unit of units.filter((text) => text !== '')) {
    const small = unit.repeat(Math.ceil(shortChars / unit.length))
    const slow = [0, 1, 2].map(() => () => slowness(parser, small)).reduce((least, again) => (least < mostTimes ? least : again()), Infinity)
    holds(slow < mostTimes, `${times} times as much of ${JSON.stringify(unit.slice(0, 40))} takes ${Math.round(slow)} times as long`)
  }
}

function slowness(parser: Parser, small: string): number {
  const longMs = fastest(parser, small.repeat(times), quickMs)
  return longMs < quickMs ? 1 : longMs / Math.max(fastest(parser, small, 0), 1)
}

/** The best of a few tries: the machine may be busy with something else. One that is quick enough needs no other. */
function fastest(parser: Parser, stdout: string, enoughMs: number): number {
  let bestMs = timeOf(parser, stdout)
  for (let tries = 1; tries < 3 && bestMs >= enoughMs; tries++) bestMs = Math.min(bestMs, timeOf(parser, stdout))
  return bestMs
}

function timeOf(parser: Parser, stdout: string): number {
  const startedAt = performance.now()
  parser({ stdout, stderr: '' })
  return performance.now() - startedAt
}

async function unparsed(parser: Parser): Promise<void> {
  const words = 'Segmentation fault of something'
  const outcome = await tryParser(parser, { code: 1, stdout: '', stderr: words, root: '/repository' })
  const findings = 'findings' in outcome ? outcome.findings : []
  holds(outcome.kind === 'failed' && findings.length === 1, `it comes to '${outcome.kind}' with ${findings.length} findings`)
  // A parser may also take every line for a finding: then the words stand there.
  holds(findings[0]?.rule === 'unparsed' || findings[0]?.message === words, `the finding is '${findings[0]?.message ?? ''}', and nobody said that`)
}
