/** Tries parts of plugins outside of a run, in the same way in which a run uses them: what contracts for their authors are made of. */
import { byStrategy, strategyView } from '../config/by-strategy.ts'
import { detect } from '../config/detect.ts'
import { nothingDetected, type Detected, type Preset } from '../config/preset.ts'
import { memoryFiles } from '../config/presets/memory-files.ts'
import type { StrategyFacts, StrategyPlugin } from '../config/strategy-plugin.ts'
import type { Adapter, AdapterArguments } from '../executors/adapter.ts'
import { adapterCheck, adapterVersion } from '../executors/adapter-check.ts'
import { builtinExecutor } from '../executors/builtin-executor.ts'
import { commandExecutor } from '../executors/command.ts'
import { guestParser } from '../executors/guest-parser.ts'
import type { Parser } from '../executors/parsers/parser.ts'
import { globLibrary, matcherFor } from '../host/globs.ts'
import { newCancellation, type Cancellation } from '../model/cancellation.ts'
import type { Result } from '../model/failure.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Processes } from '../model/processes.ts'
import { blankTask } from '../model/blank-task.ts'
import { taskId, type Inputs, type Task } from '../model/task.ts'
import { guardedPreset } from './guarded-preset.ts'
import { environmentOf, findSite } from './site.ts'

const trial: Task = { ...blankTask, id: taskId('trial'), action: { kind: 'builtin', name: 'trial/part', with: {} }, timeoutMs: 60_000, reason: 'a trial' }

/** A check as strategies are asked about it. */
export const trialTask = (name: string, more: Partial<Omit<Task, 'id' | 'needs'>> & { readonly needs?: readonly string[] } = {}): Task => {
  const { needs = [], ...rest } = more
  return { ...trial, ...rest, id: taskId(name), needs: needs.map(taskId) }
}

export { strategyView }

/** What becomes of a check whose tool printed this in `root` and ended with this code. */
export function tryParser(
  parser: Parser,
  ended: { readonly code: number; readonly stdout: string; readonly stderr: string; readonly root: string },
): Promise<Outcome> {
  const { code, stdout, stderr, root } = ended
  const encoder = new TextEncoder()
  const processes: Processes = {
    find: (program) => `/bin/${program}`,
    run: (spec) => {
      spec.onOutput?.(encoder.encode(stdout), 'stdout')
      spec.onOutput?.(encoder.encode(stderr), 'stderr')
      return Promise.resolve({ ok: true, exit: { kind: 'exited', code, durationMs: 1, stdout, stderr, cut: false } })
    },
  }
  const guest = guestParser('trial/part', parser)
  const executor = commandExecutor({ processes, root, environmentFor: () => ({}), parserOf: () => guest })
  const action = {
    kind: 'command',
    argv: ['tool'],
    whole: [],
    cwd: '.',
    env: {},
    exits: { pass: [0], findings: [1] },
    parser: 'trial/part',
    failsOnOutput: false,
  } as const
  return executor.perform({ ...trial, action }, { attempt: 'trial@1.1', run: 1, tag: 'trial', cancellation: newCancellation(), output: () => undefined })
}

export type AdapterTrial = {
  readonly root: string
  readonly with: AdapterArguments
  readonly cancellation: Cancellation
  /** Milliseconds. */
  readonly limitMs: number
  /** False: every program is missing. */
  readonly programs: boolean
}

/** What becomes of a check that the adapter judges in the folder. */
export async function tryAdapter(adapter: Adapter, wish: AdapterTrial): Promise<Outcome> {
  const { root, limitMs, cancellation } = wish
  const site = await siteOf(root)
  const files = adapterInputs(adapter, wish.with).files ?? ['**/*']
  const processes: Processes = wish.programs
    ? site.processes
    : { find: () => undefined, run: () => Promise.resolve({ ok: false, failure: { type: 'tool.missing', what: 'no program is installed' } }) }
  const executor = builtinExecutor(
    {},
    (context) => ({
      files: site.files(),
      writtenAt: () => Promise.resolve(undefined),
      changedLines: () => Promise.resolve(undefined),
      processes,
      env: environmentOf(site, root, { pass: [], key: [] }),
      platform: site.platform,
      cancellation: context.cancellation,
      tag: context.tag,
      output: context.output,
    }),
    site.clock,
    () => adapterCheck('trial/part', adapter, () => site.files().glob(files)),
  )
  const action = { kind: 'builtin', name: 'trial/part', with: wish.with } as const
  return executor.perform({ ...trial, action, timeoutMs: limitMs }, { attempt: 'trial@1.1', run: 1, tag: 'trial', cancellation, output: () => undefined })
}

export async function tryVersion(adapter: Adapter, root: string, args: AdapterArguments): Promise<string | undefined> {
  const site = await siteOf(root)
  const env = environmentOf(site, root, { pass: [], key: [] })
  return adapterVersion(adapter, args, { processes: site.processes, env, root, cancellation: newCancellation(), tag: 'trial' })
}

async function siteOf(root: string) {
  const site = await findSite(root, process.env)
  if (!site.ok) throw new Error(site.failures.map((failure) => failure.what).join('; '))
  return site.value
}

export const adapterInputs = ({ inputs }: Adapter, args: AdapterArguments): Partial<Inputs> => (typeof inputs === 'function' ? inputs(args) : inputs)

export async function matching(globs: readonly string[], paths: readonly string[]): Promise<readonly string[]> {
  return paths.filter(matcherFor(globs, await globLibrary()))
}

/** What the preset detects in these files; its failures hold what it threw. */
export const tryPreset = (preset: Preset, files: Readonly<Record<string, string>>): Promise<Detected> =>
  detect(memoryFiles(files), [guardedPreset('trial', preset)])

/** The same by itself: what it throws is thrown. */
export const rawPreset = (preset: Preset, files: Readonly<Record<string, string>>): Promise<Detected> => preset.detect(memoryFiles(files), nothingDetected)

export function tryStrategy(
  strategy: StrategyPlugin,
  tasks: readonly Task[],
  facts: StrategyFacts,
): Result<{ readonly kept: readonly string[]; readonly skips: readonly { readonly task: string; readonly reason: string }[] }> {
  const decided = byStrategy('trial/part', strategy, tasks, facts)
  return decided.ok ? { ok: true, value: { kept: decided.value.tasks.map((task) => task.id), skips: decided.value.skips } } : decided
}
