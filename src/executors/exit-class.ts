/** Says what the end of a call means: a pass, findings, or a tool that could not do its work. */
import type { Failure } from '../model/failure.ts'
import type { Exit } from '../model/processes.ts'
import type { CommandAction, Task } from '../model/task.ts'
import { installHint } from './install-hint.ts'
import { mayFetch, networkTrouble } from './network-trouble.ts'
import { tailOf } from './parsers/plain-text.ts'

export type ExitClass = { readonly as: 'pass' | 'findings' } | { readonly as: 'errored'; readonly failure: Failure }

const shownLines = 10
const shells = /^(?:sh|bash|dash|zsh|ksh|fish|cmd|powershell|pwsh)(?:\.exe)?$/i

/** `end` is the last of what the tool printed. */
export function classOf(exit: Exit, task: Pick<Task, 'role' | 'stage'> & { readonly action: CommandAction }, end: string): ExitClass {
  const { action } = task
  const name = programName(action)
  if (exit.kind === 'signalled') return crashed(`${name} was ${signalText(exit.signal)}`, end, hintOf(exit.signal, end))
  const { code } = exit
  if (code === undefined) return crashed(`${name} ended without an exit code`, end)
  if (action.exits.pass.includes(code)) return { as: 'pass' }
  const unreachable = mayFetch(task) ? networkTrouble(name, end) : undefined
  if (unreachable !== undefined) return { as: 'errored', failure: unreachable }
  if (isFindings(code, action)) return { as: 'findings' }
  const signal = code > 128 ? signalNames[code - 128] : undefined
  // A shell, npm and the like say in this way that what they started was killed.
  if (signal !== undefined) return crashed(`a program of ${name} was ${signalText(signal)}`, end, hintOf(signal, end))
  if (code === 127 && (isShell(action) || /not found|no such file/i.test(tailOf(end, 3)))) return missingInside(name, end, action)
  if (code === 126 && isShell(action)) return crashed(`a program of ${name} cannot be executed`, end)
  return crashed(`${name} ended with exit code ${code}, which is neither a pass nor findings`, end)
}

const isFindings = (code: number, { exits }: CommandAction): boolean => (exits.findings === 'other' ? code >= 1 && code <= 125 : exits.findings.includes(code))

const programName = (action: CommandAction): string => (action.script === undefined ? baseName(action.argv[0] ?? '') : `the script ${action.script.name}`)
const baseName = (path: string): string => path.split(/[\\/]/).at(-1) || path

const isShell = (action: CommandAction): boolean =>
  shells.test(baseName(action.argv[0] ?? '')) && action.argv.some((argument, index) => index > 0 && /^(?:-\w*c|\/[ck]|-command)$/i.test(argument))

function missingInside(name: string, end: string, action: CommandAction): ExitClass {
  const program = /(?:^|[\s:'"])([\w@./+-]+)['"]?: (?:command )?not found/.exec(tailOf(end, 3))?.[1]
  const what = program === undefined ? `a program that ${name} starts is not installed` : `${baseName(program)} is not installed`
  const hint =
    program === undefined && action.install === undefined
      ? 'Install the program that it names, or correct the command.'
      : installHint(program ?? name, action.install)
  return { as: 'errored', failure: { type: 'tool.missing', what, ...whyOf(end), hint } }
}

function crashed(what: string, end: string, hint?: string): ExitClass {
  return { as: 'errored', failure: { type: 'tool.crashed', what, ...whyOf(end), ...(hint === undefined ? {} : { hint }) } }
}

function whyOf(end: string): { readonly why?: string } {
  const lines = tailOf(end, shownLines)
  return lines === '' ? {} : { why: lines }
}

/** The numbers are the same on Linux and macOS for all that end a program by mishap, but for SIGBUS. */
const signalNames: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  10: 'SIGBUS',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
  24: 'SIGXCPU',
  25: 'SIGXFSZ',
  31: 'SIGSYS',
}

/** "killed by signal 9, probably out of memory" */
function signalText(signal: string | undefined): string {
  const number = Object.entries(signalNames).find(([, name]) => name === signal)?.[0]
  const named =
    number === undefined ? `signal ${signal ?? 'of unknown name'}` : signal === 'SIGKILL' ? `signal ${number}` : `signal ${number} (${signal ?? ''})`
  return `killed by ${named}${meanings[signal ?? ''] ?? ''}`
}

const meanings: Readonly<Record<string, string>> = {
  SIGKILL: ', probably out of memory',
  SIGXCPU: ', it used more processor time than allowed',
  SIGXFSZ: ', it wrote a larger file than allowed',
  SIGSEGV: ', a crash of the program itself',
  SIGBUS: ', a crash of the program itself',
  SIGILL: ', a crash of the program itself',
  SIGABRT: ', it gave up by itself',
}

function hintOf(signal: string | undefined, end: string): string | undefined {
  if (/JavaScript heap out of memory/.test(end)) return 'Give it more memory (NODE_OPTIONS=--max-old-space-size=8192), or fewer files at a time.'
  return signal === 'SIGKILL' ? 'Run fewer tasks at a time (--jobs), or give it more memory.' : undefined
}
