/** Does the tasks that start a program: calls it, reads what it printed, and says what its end means. */
import type { AttemptContext, Executor } from '../model/executor.ts'
import type { Failure, Result } from '../model/failure.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Processes, ProcessSpec } from '../model/processes.ts'
import type { CommandAction, FormatterName, PackageScript, Task } from '../model/task.ts'
import { newCallOutput } from './call-output.ts'
import { commandCalls, shortened } from './command-calls.ts'
import { gatheredFindings } from './gathered-findings.ts'
import { installHint } from './install-hint.ts'
import { judgeCall, type Call } from './judged-call.ts'
import { isNeededWhole, type ParserOf } from './parsers/by-name.ts'
import { tailOf } from './parsers/plain-text.ts'
import { stepsOf, type ScriptVariables } from './script-steps.ts'
import { folderIn } from './paths-in-root.ts'
import { commandLine } from '../model/shell-words.ts'
import { joinedUsage, type Usage } from '../model/usage.ts'
import type { CalledBy, Warm } from '../model/warm.ts'
import { warmCall } from './warm-call.ts'

export type CommandWorld = {
  readonly processes: Processes
  /** Absolute path of the checkout. */
  readonly root: string
  environmentFor(task: Task, cwd: string): Readonly<Record<string, string>>
  /** Absolute path of a formatter of pawl, as a file that the tool can load. */
  readonly formatter?: (name: FormatterName) => Promise<string>
  /** Absent: only the parsers of pawl itself. */
  readonly parserOf?: ParserOf
  /** The workers that are meant for a task, if there are some. */
  readonly warm?: (task: Task) => Warm | undefined
  /** The environment that the package manager gives to a script. Absent: that of every child. */
  readonly scriptVariables?: (script: PackageScript, cwd: string, env: Readonly<Record<string, string>>) => Promise<Result<ScriptVariables>>
}

type CommandTask = Task & { readonly action: CommandAction }

type Spent = { durationMs: number; readonly usages: (Usage | undefined)[]; by?: CalledBy }

export function commandExecutor(world: CommandWorld): Executor<CommandAction> {
  return { perform: (task, context) => perform(task, context, world), describe: (task, files) => describe(task.action, files, world.root) }
}

async function perform(task: CommandTask, context: AttemptContext, world: CommandWorld): Promise<Outcome> {
  const { action } = task
  const cwd = folderIn({ root: world.root, cwd: action.cwd })
  const env = world.environmentFor(task, cwd)
  const spent: Spent = { durationMs: 0, usages: [] }
  const program = action.argv[0] ?? ''
  if (world.processes.find(program, { ...env, ...action.env }, cwd) === undefined)
    return { kind: 'errored', failure: missing(program, action, cwd), durationMs: 0 }
  const asked = action.script === undefined ? undefined : await world.scriptVariables?.(action.script, cwd, env)
  if (asked?.ok === false) return { kind: 'errored', failure: asked.failures[0] ?? noFiles, durationMs: 0 }
  const steps = stepsOf(await withFormatter(task, world), context.files, world.root, env, asked?.value ?? (() => env))
  if (steps.length === 0) return { kind: 'errored', failure: noFiles, durationMs: 0 }
  const calls: Call[] = []
  // One after the other: two of them could write the same cache of the tool.
  for (const step of steps) {
    const ended = await call({ ...step, cwd }, task, context, world, spent)
    if ('kind' in ended) return ended
    calls.push(ended)
    // What follows a failed script of a package.json is not run, as its manager would not.
    if (action.script !== undefined && !ended.passed) break
  }
  return joined(task, calls, world.root, spent)
}

/** The formatter of pawl in the place of the tool's own, where the task says so. */
async function withFormatter({ action, perFile }: CommandTask, world: CommandWorld): Promise<CommandAction> {
  if (perFile?.told === undefined || world.formatter === undefined) return action
  const place = action.argv.findIndex((word, index) => word === 'json' && action.argv[index - 1] === '--format')
  return place < 0 ? action : { ...action, argv: action.argv.with(place, await world.formatter(perFile.told)) }
}

const noFiles: Failure = {
  type: 'plan.no-match',
  what: 'none of the selected files is there any more',
  hint: 'Select other files, or leave the selection out.',
}

function missing(program: string, action: CommandAction, cwd: string): Failure {
  const name = program.split(/[\\/]/).at(-1) || program
  const why = /[\\/]/.test(program)
    ? `there is no executable file ${program} in ${cwd}`
    : `PATH has no folder with ${name} in it (node_modules/.bin and .venv of this checkout count too)`
  return { type: 'tool.missing', what: `${name} is not installed`, why, hint: installHint(program, action.install) }
}

type Start = { readonly argv: readonly string[]; readonly cwd: string; readonly env: Readonly<Record<string, string>> }

async function call(start: Start, task: CommandTask, context: AttemptContext, world: CommandWorld, spent: Spent): Promise<Call | Outcome> {
  const { action } = task
  const timeoutMs = task.timeoutMs - spent.durationMs
  if (timeoutMs <= 0) return { kind: 'timed-out', limitMs: task.timeoutMs, durationMs: spent.durationMs }
  const output = newCallOutput(isNeededWhole(action.parser))
  const wish = {
    ...start,
    timeoutMs,
    cancellation: context.cancellation,
    ...(action.silenceMs === undefined ? {} : { silenceMs: action.silenceMs }),
    onOutput: (chunk: Uint8Array, from: 'stdout' | 'stderr') => {
      context.output(chunk)
      output.add(chunk, from)
    },
  } satisfies Omit<ProcessSpec, 'tag'>
  const warm = await warmCall(wish, task, context, world.warm?.(task))
  if (warm !== undefined && spent.by?.kind !== 'spawned') spent.by = 'why' in warm ? { kind: 'spawned', why: warm.why } : { kind: 'warm', calls: warm.calls }
  const ended = warm !== undefined && 'exit' in warm ? { ok: true as const, exit: warm.exit } : await world.processes.run({ ...wish, tag: context.tag })
  if (!ended.ok) return { kind: 'errored', failure: ended.failure, durationMs: spent.durationMs }
  const { exit } = ended
  spent.durationMs += exit.durationMs
  spent.usages.push(exit.usage)
  const { durationMs } = spent
  if (exit.kind === 'cancelled') return { kind: 'cancelled', durationMs }
  if (exit.kind === 'timed-out') return { kind: 'timed-out', limitMs: task.timeoutMs, durationMs, ...usageOf(spent) }
  if (exit.kind === 'silent') return { kind: 'timed-out', limitMs: action.silenceMs ?? task.timeoutMs, silent: true, durationMs, ...usageOf(spent) }
  const stdout = exit.cut ? (output.whole() ?? exit.stdout) : exit.stdout
  const judged = judgeCall(task, start.argv, exit, { stdout, stderr: exit.stderr }, output.end(), world.parserOf)
  if ('failure' in judged) return { kind: 'errored', failure: judged.failure, durationMs }
  return { ...judged, cut: exit.cut && stdout === exit.stdout }
}

function joined(task: CommandTask, calls: readonly Call[], root: string, spent: Spent): Outcome {
  const { findings, summary } = gatheredFindings(
    calls.flatMap((one) => one.findings),
    { root, cwd: task.action.cwd },
  )
  const failed = calls.find((one) => !one.passed)
  const measured = { durationMs: spent.durationMs, ...usageOf(spent), ...toldOf(calls), ...(spent.by === undefined ? {} : { by: spent.by }) }
  if (failed === undefined) return { kind: 'passed', findings, ...measured }
  const { code } = failed.exit
  return { kind: 'failed', findings, ...measured, ...(code === undefined ? {} : { exitCode: code }), summary: summaryOf(calls, failed, summary) }
}

/** What is said of the answers as a whole. */
const toldOf = (calls: readonly Call[]): { readonly cut?: true; readonly alone?: true } => ({
  ...(calls.some((one) => one.cut) ? { cut: true } : {}),
  ...(calls.every((one) => one.alone) ? { alone: true } : {}),
})

function usageOf({ usages }: Spent): { readonly usage?: Usage } {
  const usage = joinedUsage(usages)
  return usage === undefined ? {} : { usage }
}

function summaryOf(calls: readonly Call[], failed: Call, counts: string): string {
  const code = `exit code ${failed.exit.code ?? 'unknown'}`
  const lastLine = tailOf(failed.end, 1).slice(0, 200)
  if (calls.every((one) => one.passed || one.unparsed)) return lastLine === '' ? code : `${code}: ${lastLine}`
  const hasErrors = calls.some((one) => one.findings.some(({ severity }) => severity === 'error'))
  const cut = calls.some((one) => one.cut) ? '; it printed more than was read' : ''
  return `${counts}${hasErrors ? '' : ` (${code})`}${cut}`
}

const manyWords = 40

function describe(action: CommandAction, files: readonly string[] | undefined, root: string): string {
  if (action.script !== undefined) return commandLine([action.script.manager, 'run', action.script.name], action.cwd, action.env)
  const calls = commandCalls(action, files, root)
  const first = calls[0]
  if (first === undefined) return 'nothing: none of the selected files is there any more'
  const inAll = calls.length === 1 ? '' : `, in ${calls.length} calls`
  const others = calls.slice(1).reduce((sum, argv) => sum + argv.length - action.argv.length + 1, 0)
  return shortened(first, action, manyWords, others) + inAll
}
