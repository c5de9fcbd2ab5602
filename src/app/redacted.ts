/** The one border behind which no known secret is: what programs print, what becomes of tasks, and what is told of them. */
import type { Event, Happening } from '../model/event.ts'
import type { Executor } from '../model/executor.ts'
import type { Failure } from '../model/failure.ts'
import type { JobFact } from '../model/job.ts'
import type { Finding } from '../model/finding.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Plan } from '../model/plan.ts'
import type { Exit, Processes, ProcessSpec } from '../model/processes.ts'
import { newRedactor, type Redactor, type RedactingStream, type Secret } from '../model/redaction.ts'
import type { Action, Task } from '../model/task.ts'
import type { CalledBy, Warm, WarmAnswer, WarmCall } from '../model/warm.ts'
import { npmSecrets, secretsIn } from './known-secrets.ts'
import type { Planned } from './draft.ts'
import type { Site } from './site.ts'

export type Redaction = {
  text(text: string): string
  failure(failure: Failure): Failure
  outcome(outcome: Outcome): Outcome
  happening<T extends Happening | Event>(happening: T): T
  /** For those who look on: commands and variables of the tasks as they may be shown. */
  plan(plan: Plan): Plan
  processes(processes: Processes): Processes
  warm(warm: Warm): Warm
  executor<A extends Action>(executor: Executor<A>): Executor<A>
}

const made = new WeakMap<Planned, Redaction>()

/** One for each plan. Nothing is searched for, and npm's files are not read, before there is something to search in. */
export function redactionOf(site: Pick<Site, 'env' | 'root' | 'given'>, planned: Planned): Redaction {
  const known = made.get(planned)
  if (known !== undefined) return known
  const ofTasks = [...planned.plan.tasks.values()].flatMap(({ task }) => (task.action.kind === 'command' ? secretsIn(task.action.env) : []))
  const secrets = [...secretsIn(site.env, planned.settings.secrets), ...secretsIn(site.given ?? {}, planned.settings.secrets), ...ofTasks]
  const redaction = redactionBy(secrets, () => npmSecrets(site.env, site.root))
  made.set(planned, redaction)
  return redaction
}

/** For trouble before there is a plan. */
export const environmentRedaction = (env: Site['env']): Redaction => redactionBy(secretsIn(env), () => [])

/** `more` is asked for only when a program is about to start. */
function redactionBy(secrets: readonly Secret[], more: () => readonly Secret[]): Redaction {
  let light: Redactor | undefined
  let whole: { readonly redactor: Redactor | undefined } | undefined
  const redactorOf = (): Redactor | undefined => {
    if (whole !== undefined) return whole.redactor
    return secrets.length === 0 ? undefined : (light ??= newRedactor(secrets))
  }
  const beforeStart = (): Redactor | undefined => {
    if (whole === undefined) {
      const others = more()
      whole = { redactor: others.length === 0 ? redactorOf() : newRedactor([...secrets, ...others]) }
    }
    return whole.redactor
  }
  const text = (value: string): string => redactorOf()?.text(value) ?? value
  const failure = (value: Failure): Failure => (redactorOf() === undefined ? value : cleanFailure(value, text))
  const outcome = (value: Outcome): Outcome => (redactorOf() === undefined ? value : cleanOutcome(value, text))
  return {
    text,
    failure,
    outcome,
    happening: (value) => (redactorOf() === undefined ? value : cleanHappening(value, text)),
    plan: (plan) => (redactorOf() === undefined ? plan : cleanPlan(plan, text)),
    processes: (processes) => ({ find: (program, env, cwd) => processes.find(program, env, cwd), run: (spec) => cleanRun(processes, spec, beforeStart()) }),
    warm: (warm) => ({ call: (call) => cleanWarm(warm, call, beforeStart()) }),
    executor: (executor) => ({
      perform: async (task, context) => {
        beforeStart()
        const output = (chunk: Uint8Array | string): void => context.output(typeof chunk === 'string' ? text(chunk) : chunk)
        return outcome(await executor.perform(task, { ...context, output }))
      },
      describe: (task, files) => text(executor.describe(task, files)),
    }),
  }
}

type Clean = (text: string) => string

/** The two outputs are streams of their own: a secret in one is not torn by what the other says meanwhile. */
async function cleanRun(processes: Processes, spec: ProcessSpec, redactor: Redactor | undefined): ReturnType<Processes['run']> {
  if (redactor === undefined) return processes.run(spec)
  const { listen, end } = cleanListener(spec.onOutput, redactor)
  const ended = await processes.run({ ...spec, ...listen })
  end()
  return ended.ok ? { ok: true, exit: cleanExit(ended.exit, redactor) } : { ok: false, failure: cleanFailure(ended.failure, (text) => redactor.text(text)) }
}

async function cleanWarm(warm: Warm, call: WarmCall, redactor: Redactor | undefined): Promise<WarmAnswer> {
  if (redactor === undefined) return warm.call(call)
  const { listen, end } = cleanListener(call.onOutput, redactor)
  const answer = await warm.call({ ...call, ...listen })
  end()
  return answer.ok ? { ok: true, exit: cleanExit(answer.exit, redactor), calls: answer.calls } : { ok: false, why: redactor.text(answer.why) }
}

const cleanExit = (exit: Exit, redactor: Redactor): Exit => ({ ...exit, stdout: redactor.text(exit.stdout), stderr: redactor.text(exit.stderr) })

type Listening = { readonly listen: Pick<ProcessSpec, 'onOutput'>; readonly end: () => void }

function cleanListener(onOutput: ProcessSpec['onOutput'], redactor: Redactor): Listening {
  if (onOutput === undefined) return { listen: {}, end: () => undefined }
  const streams: Readonly<Record<'stdout' | 'stderr', RedactingStream>> = { stdout: redactor.stream(), stderr: redactor.stream() }
  const given = (bytes: Uint8Array, from: 'stdout' | 'stderr'): void => {
    if (bytes.length > 0) onOutput(bytes, from)
  }
  return {
    listen: { onOutput: (chunk, from) => given(streams[from].push(chunk), from) },
    end: () => {
      for (const from of ['stdout', 'stderr'] as const) given(streams[from].end(), from)
    },
  }
}

const cleanFailure = (failure: Failure, clean: Clean): Failure => ({
  ...failure,
  what: clean(failure.what),
  ...(failure.why === undefined ? {} : { why: clean(failure.why) }),
  ...(failure.kept === undefined ? {} : { kept: clean(failure.kept) }),
  ...(failure.hint === undefined ? {} : { hint: clean(failure.hint) }),
})

const cleanFinding = (finding: Finding, clean: Clean): Finding => ({
  ...finding,
  message: clean(finding.message),
  ...(finding.file === undefined ? {} : { file: clean(finding.file) }),
  ...(finding.rule === undefined ? {} : { rule: clean(finding.rule) }),
  ...(finding.suggestion === undefined ? {} : { suggestion: clean(finding.suggestion) }),
})

function cleanOutcome(outcome: Outcome, clean: Clean): Outcome {
  switch (outcome.kind) {
    case 'passed':
      return { ...outcome, ...cleanBy(outcome, clean), findings: outcome.findings.map((one) => cleanFinding(one, clean)) }
    case 'cached':
      return outcome.findings.length === 0 ? outcome : { ...outcome, findings: outcome.findings.map((one) => cleanFinding(one, clean)) }
    case 'failed':
      return { ...outcome, ...cleanBy(outcome, clean), summary: clean(outcome.summary), findings: outcome.findings.map((one) => cleanFinding(one, clean)) }
    case 'errored':
      return { ...outcome, failure: cleanFailure(outcome.failure, clean) }
    case 'refused':
      return { ...outcome, reason: clean(outcome.reason) }
    case 'described':
      return { ...outcome, description: clean(outcome.description) }
    default:
      return outcome
  }
}

const cleanBy = ({ by }: { readonly by?: CalledBy }, clean: Clean): { readonly by?: CalledBy } =>
  by?.kind === 'spawned' ? { by: { kind: 'spawned', why: clean(by.why) } } : {}

/** Outcomes come clean from `executor` and `outcome`; names, paths of copies for undo and digests stay as they are. */
function cleanHappening<T extends Happening | Event>(happening: T, clean: Clean): T {
  if (happening.type === 'failure.noted') return { ...happening, failure: cleanFailure(happening.failure, clean) }
  if (happening.type === 'attempt.noted') return { ...happening, text: clean(happening.text) }
  if (happening.type === 'cancel.requested') return { ...happening, reason: clean(happening.reason) }
  if (happening.type === 'job.advanced') return { ...happening, fact: cleanFact(happening.fact, clean) }
  if (happening.type !== 'run.started') return happening
  const { plan } = happening
  const command = clean(happening.command)
  const reasons = [...plan.tasks, ...plan.skips].map(({ reason }) => reason).join('\n')
  if (clean(reasons) === reasons) return command === happening.command ? happening : { ...happening, command }
  const told = <R extends { readonly reason: string }>(entry: R): R => ({ ...entry, reason: clean(entry.reason) })
  return { ...happening, command, plan: { ...plan, tasks: plan.tasks.map(told), skips: plan.skips.map(told) } }
}

/** Every text in it, whatever kind it is. */
function cleanFact(fact: JobFact, clean: Clean): JobFact {
  const cleaned = JSON.parse(JSON.stringify(fact), (_key, value: unknown) => (typeof value === 'string' ? clean(value) : value)) as JobFact
  return cleaned
}

function cleanPlan(plan: Plan, clean: Clean): Plan {
  const texts = [...plan.tasks.values()].flatMap(({ task }) => textsOf(task)).join('\n')
  if (clean(texts) === texts) return plan
  return { ...plan, tasks: new Map([...plan.tasks].map(([id, planned]) => [id, { ...planned, task: cleanTask(planned.task, clean) }])) }
}

const textsOf = ({ action, reproduce = '', reason }: Task): readonly string[] =>
  action.kind === 'command' ? [reason, reproduce, ...action.argv, ...action.whole, ...Object.values(action.env)] : [reason, reproduce]

function cleanTask(task: Task, clean: Clean): Task {
  const { action } = task
  const told = { ...task, reason: clean(task.reason), ...(task.reproduce === undefined ? {} : { reproduce: clean(task.reproduce) }) }
  if (action.kind !== 'command') return told
  const env = Object.fromEntries(Object.entries(action.env).map(([name, value]) => [name, clean(value)]))
  return { ...told, action: { ...action, argv: action.argv.map(clean), whole: action.whole.map(clean), env } }
}
