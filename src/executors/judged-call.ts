/** Says what one call of a tool comes to: whether it passed, and what it found. */
import type { Failure } from '../model/failure.ts'
import type { Finding } from '../model/finding.ts'
import type { Exit } from '../model/processes.ts'
import type { CommandAction, Task } from '../model/task.ts'
import { shortened } from './command-calls.ts'
import { classOf } from './exit-class.ts'
import { failedFindings } from './failed-findings.ts'
import { builtInParser, isOutweighingPass, type ParserOf } from './parsers/by-name.ts'
import { newFinding } from './parsers/new-finding.ts'
import { problemMatcher } from './parsers/problem-matcher.ts'
import type { ToolOutput } from './parsers/parser.ts'
import { withoutEscapes } from './parsers/plain-text.ts'

/** One call that did its work: whether it found something, and what. */
export type Call = {
  readonly passed: boolean
  readonly exit: Exit
  readonly findings: readonly Finding[]
  readonly end: string
  readonly unparsed: boolean
  /** It printed more than was read. */
  readonly cut: boolean
  readonly alone: boolean
}

const fewWords = 10

/** `end` is the last of both outputs, in the order in which they came. */
export function judgeCall(
  task: Task & { readonly action: CommandAction },
  argv: readonly string[],
  exit: Exit,
  output: ToolOutput,
  end: string,
  parserOf: ParserOf = builtInParser,
): Omit<Call, 'cut'> | { readonly failure: Failure } {
  const { action } = task
  const ended = classOf(exit, task, end)
  if (ended.as === 'errored') return ended
  const passed = ended.as === 'pass' && !(action.failsOnOutput && task.role === 'check' && /\S/.test(withoutEscapes(output.stdout)))
  const nothing = { unparsed: false, alone: false }
  if (passed && task.role === 'fix') return { passed, exit, findings: [], end, ...nothing }
  if (passed && ranNoTest(argv, end)) return { passed: false, exit, end, findings: [noTest], ...nothing }
  const parser = action.matcher === undefined ? parserOf(action.parser) : problemMatcher(action.matcher)
  if (parser === undefined) return { failure: { type: 'plugin.broken', what: `no plugin brings the parser ${action.parser}` } }
  const read = parser(output)
  const alone = read.alone === true
  if (passed && isOutweighingPass(action.parser) && read.findings.some(({ severity }) => severity === 'error'))
    return { passed: false, exit, end, findings: read.findings, unparsed: false, alone }
  if (passed)
    return read.unreadable === undefined
      ? { passed, exit, findings: read.findings.filter(({ severity }) => severity !== 'error'), end, unparsed: false, alone }
      : { failure: unreadable(read.unreadable, argv, action) }
  return { passed, exit, end, alone, ...failedFindings(read, exit.code, end) }
}

/** `node --test` is content when it finds no test; other runners must be told to be. */
const ranNoTest = (argv: readonly string[], end: string): boolean => argv.includes('--test') && /^(?:#|ℹ) tests 0$/m.test(withoutEscapes(end))
const noTest = newFinding({ rule: 'no-tests', severity: 'error', message: 'no test was found, so none has run' })

function unreadable(why: string, argv: readonly string[], action: CommandAction): Failure {
  return {
    type: 'tool.unparsed',
    what: `${action.argv[0] ?? ''} says that all is well, but what it printed does not show that (parser: ${action.parser})`,
    why,
    hint: `See what it prints: ${shortened(argv, action, fewWords)}`,
  }
}
