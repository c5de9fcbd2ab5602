/** What was said about mending by an agent, laid over each other; and the fix that comes of it. */
import { blankTask } from '../model/blank-task.ts'
import type { AgentChoice, AgentKind } from '../model/agent.ts'
import type { Budget } from '../model/budget.ts'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { AiFixWish } from '../model/request.ts'
import { nearest } from '../model/suggestion.ts'
import { taskId, type AgentAction, type Task } from '../model/task.ts'
import type { AgentConfig } from './agent-shape.ts'
import { placed } from './keys.ts'
import { knownAgents, usualArgv, usualSilenceMs, variablesOf } from './known-agents.ts'
import type { LoadedConfig } from './load.ts'
import { ownPrograms } from './own-programs.ts'
import { protectedPaths } from './protected-paths.ts'
import { milliseconds } from './said-limits.ts'

/** Plain data: part of the settings of a run that asked for it. */
export type AiFix = {
  readonly agent: AgentChoice
  readonly iterations: number
  /** Of one turn. */
  readonly timeoutMs: number
  readonly budget: Budget
  readonly protect: readonly string[]
  readonly allow: readonly string[]
  readonly unasked: boolean
  /** Present: tests are to be written. */
  readonly tests?: { readonly goal?: number }
}

const defaults = { agent: 'claude', iterations: 10, timeoutMs: 15 * 60_000, timeMs: 3_600_000 } as const

export function aiFixOf(wish: AiFixWish, loaded: LoadedConfig): Result<AiFix> {
  const { config } = loaded
  const section = config.aiFix ?? {}
  const agent = agentNamed(wish.agent ?? section.agent ?? defaults.agent, wish.agent === undefined ? undefined : '--agent', loaded)
  if (!agent.ok) return agent
  const said = section.budget ?? {}
  const turns = wish.turns ?? said.turns
  const tokens = wish.tokens ?? said.tokens
  const usd = wish.usd ?? said.money
  return ok({
    agent: agent.value,
    iterations: wish.iterations ?? section.iterations ?? defaults.iterations,
    timeoutMs: section.timeout === undefined ? defaults.timeoutMs : milliseconds(section.timeout),
    budget: {
      timeMs: wish.timeMs ?? (said.time === undefined ? defaults.timeMs : milliseconds(said.time)),
      ...(turns === undefined ? {} : { turns }),
      ...(tokens === undefined ? {} : { tokens }),
      ...(usd === undefined ? {} : { usd }),
    },
    protect: section.protect ?? [],
    allow: [...(section.allow ?? []), ...(wish.allow ?? [])],
    unasked: wish.unasked === true,
    ...(wish.tests === undefined ? {} : { tests: wish.tests }),
  })
}

/** `said`: the flag that names it; undefined: the file, or the default. */
export function agentNamed(name: string, said: string | undefined, { config, placeOf }: LoadedConfig): Result<AgentChoice> {
  const named = config.agents ?? {}
  const base = Object.hasOwn(knownAgents, name) ? knownAgents[name] : undefined
  const own = Object.hasOwn(named, name) ? named[name] : undefined
  if (base === undefined && own === undefined) return failed(unknownAgent(name, said, Object.keys({ ...knownAgents, ...named }), placeOf(['aiFix', 'agent'])))
  const kind = own?.kind ?? base?.kind ?? 'command'
  const argv = own?.command === undefined ? usualArgv(kind) : wordsOf(own.command)
  if (argv === undefined || (argv[0] ?? '') === '')
    return failed({
      type: 'config.invalid',
      what: `the agent '${name}' has no 'command'`,
      hint: 'Say which program it is: "command: [my-agent, --edit]".',
      ...placed(placeOf(['agents', name])),
    })
  return ok(chosen(name, kind, argv, own))
}

function chosen(name: string, kind: AgentKind, argv: readonly string[], config: AgentConfig | undefined): AgentChoice {
  const model = config?.model
  return {
    name,
    kind,
    argv,
    env: [...variablesOf(kind), ...(config?.env ?? [])],
    silenceMs: config?.silence === undefined ? usualSilenceMs : milliseconds(config.silence),
    ...(model === undefined ? {} : { model }),
  }
}

const wordsOf = (command: string | readonly string[]): readonly string[] => (typeof command === 'string' ? command.trim().split(/[ \t]+/) : command)

function unknownAgent(name: string, said: string | undefined, known: readonly string[], place: ReturnType<LoadedConfig['placeOf']>): Failure {
  const meant = nearest(name, known)
  return {
    type: 'agent.unknown',
    what: `there is no agent '${name}'`,
    hint: meant === undefined ? `Known: ${known.join(', ')}. Others are named under 'agents' in pawl.yaml.` : `Did you mean '${meant}'?`,
    ...(said === undefined ? placed(place) : { why: `${said} names it` }),
  }
}

/** Its name is the first word of its log. */
const aiFixName = 'ai-fix'
/** What these stages find is not in the code. */
const notCode: ReadonlySet<string> = new Set(['environment', 'dependencies', 'platform'])

/** Every required check of the code gets the agent as its last fix. */
export function withAiFix(tasks: readonly Task[], aiFix: AiFix | undefined): readonly Task[] {
  if (aiFix === undefined) return tasks
  const isServed = (task: Task): boolean => task.role === 'check' && task.severity === 'required' && !notCode.has(task.stage)
  const served = tasks.filter(isServed)
  if (served.length === 0) return tasks
  const settings = [...served.flatMap((task) => [...(task.perFile?.reads ?? []), ...task.inputs.extra]), ...programsOf(tasks)]
  const fix = agentFix(aiFix, 'mend', protectedPaths([...new Set([...settings, ...aiFix.protect])], aiFix.allow))
  return [...tasks.map((task) => (isServed(task) ? { ...task, fixes: [...task.fixes, fix.id] } : task)), fix]
}

/** Of checks and of the fixes that tidy an edit. */
export const programsOf = (tasks: readonly Task[]): readonly string[] => tasks.flatMap(({ action }) => (action.kind === 'command' ? ownPrograms(action) : []))

export function agentFix({ agent, iterations, timeoutMs, budget, unasked }: AiFix, purpose: AgentAction['purpose'], shielded: readonly string[]): Task {
  return {
    ...blankTask,
    id: taskId(aiFixName),
    role: 'fix',
    action: { kind: 'agent', agent, budget, purpose, shielded, unasked },
    level: 1,
    late: true,
    mostTries: iterations,
    timeoutMs,
    retry: { times: 0, delayMs: 1000, on: [] },
    fast: true,
    reason: purpose === 'mend' ? `mends what the fixes of tools do not (${agent.name})` : `writes tests for what nothing covers (${agent.name})`,
  }
}
