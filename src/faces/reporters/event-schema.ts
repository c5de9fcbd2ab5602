/** The JSON Schema of the event stream. The compiler keeps it complete: every field of every event must be described here, and optional ones as optional. */
import { turnOutcomes, type Session } from '../../model/agent.ts'
import { heldReasons, type Held, type JobFact, type JudgedCheck, type Lease } from '../../model/job.ts'
import type { LandedAs } from '../../model/landed-as.ts'
import type { Cause, ChangedPart } from '../../model/cause.ts'
import { type Event, type EventType, eventTypes, type Happening, type PlanSummary } from '../../model/event.ts'
import { type Failure, failureTypes, type Place } from '../../model/failure.ts'
import type { Spent } from '../../model/budget.ts'
import type { Finding } from '../../model/finding.ts'
import type { Json } from '../../model/json.ts'
import type { Mend, MendedFile } from '../../model/mend.ts'
import type { Foreseen } from '../../model/prompt.ts'
import type { Origin, Outcome, Reused, Share } from '../../model/outcome.ts'
import type { Mark, PlannedTask, TakenBack } from '../../model/roadmap-standing.ts'
import type { Usage } from '../../model/usage.ts'
import type { CalledBy } from '../../model/warm.ts'
import { type Counts, endings, exitCodes } from '../../model/verdict.ts'
import { eventVersion } from './json-lines.ts'

type Schema = { readonly [key: string]: Json }
type Optional = { readonly optional: Schema }
type Shape<T> = { readonly [K in keyof T]-?: Pick<T, K> extends Required<Pick<T, K>> ? Schema & { readonly optional?: never } : Optional }
type Of<U, Tag extends string, K> = U extends { readonly [T in Tag]: infer Kinds } ? (K extends Kinds ? Omit<U, Tag> : never) : never
type Shapes<U extends { readonly [T in Tag]: string }, Tag extends string> = { readonly [K in U[Tag]]: Shape<Of<U, Tag, K>> }

const text: Schema = { type: 'string' }
const count: Schema = { type: 'integer', minimum: 0 }
const fromOne: Schema = { type: 'integer', minimum: 1 }
const duration: Schema = { type: 'number', minimum: 0, description: 'Milliseconds.' }
const moment: Schema = { type: 'number', description: 'Milliseconds since 1970-01-01 UTC.' }
const flag: Schema = { type: 'boolean' }
const list = (items: Schema): Schema => ({ type: 'array', items })
const optional = (schema: Schema): Optional => ({ optional: schema })
const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` })
const oneOf = (...values: readonly string[]): Schema => ({ enum: values })

const place: Shape<Place> = { file: text, line: optional(fromOne), column: optional(fromOne) }
const failure: Shape<Failure> = {
  type: oneOf(...Object.keys(failureTypes)),
  what: text,
  why: optional(text),
  kept: optional(text),
  hint: optional(text),
  place: optional(ref('place')),
}
const finding: Shape<Finding> = {
  file: optional(text),
  line: optional(fromOne),
  column: optional(fromOne),
  rule: optional(text),
  severity: oneOf('error', 'warning', 'info'),
  message: text,
  fixable: optional(flag),
  suggestion: optional(text),
}
const origin: Shape<Origin> = { run: count, at: moment }
const reused: Shape<Reused> = {
  task: text,
  run: count,
  at: moment,
  savedMs: duration,
  findings: optional(list(ref('finding'))),
  outputs: optional(text),
}
const mendedFile: Shape<MendedFile> = { path: text, before: { type: ['string', 'null'] }, after: { type: ['string', 'null'] }, mode: optional(count) }
const usage: Shape<Usage> = {
  cpuMs: optional({ ...duration, description: 'Processor time of the whole process tree, in milliseconds.' }),
  peakBytes: optional({ ...count, description: 'The most memory that the whole process tree was seen to hold at one moment.' }),
}
const mend: Shape<Mend> = { files: list(ref('mendedFile')), derived: list(text), copy: optional(flag) }

const spent: Shape<Spent> = {
  timeMs: duration,
  turns: optional(count),
  tokens: optional(count),
  usd: optional({ type: 'number', minimum: 0, description: 'US dollars, as the agent tells.' }),
}
const calledBy: Shapes<CalledBy, 'kind'> = { warm: { calls: count }, spawned: { why: text } }
const share: Shape<Share> = { judged: count, of: count }

const outcomes: Shapes<Outcome, 'kind'> = {
  passed: {
    findings: list(ref('finding')),
    durationMs: duration,
    outputs: optional(text),
    mend: optional(ref('mend')),
    notKept: optional(text),
    share: optional(ref('share')),
    cut: optional(flag),
    alone: optional(flag),
    by: optional(ref('calledBy')),
    usage: optional(ref('usage')),
    spent: optional(ref('spent')),
  },
  cached: { findings: list(ref('finding')), from: ref('origin'), savedMs: duration, durationMs: optional(duration), outputs: optional(text) },
  failed: {
    findings: list(ref('finding')),
    durationMs: duration,
    exitCode: optional({ type: 'integer' }),
    summary: text,
    mend: optional(ref('mend')),
    share: optional(ref('share')),
    cut: optional(flag),
    alone: optional(flag),
    by: optional(ref('calledBy')),
    usage: optional(ref('usage')),
    spent: optional(ref('spent')),
  },
  errored: {
    failure: ref('failure'),
    durationMs: duration,
    notBefore: optional(moment),
    final: optional(flag),
    unasked: optional(flag),
    spent: optional(ref('spent')),
  },
  'timed-out': { limitMs: duration, silent: optional(flag), durationMs: duration, usage: optional(ref('usage')) },
  cancelled: { durationMs: duration },
  lost: {},
  refused: { reason: text },
  described: { description: text, reused: optional(ref('origin')) },
}

const causes: Shapes<Cause, 'kind'> = {
  first: {},
  forced: {},
  'unknown-inputs': {},
  fix: {},
  work: {},
  changed: { run: count, parts: list(ref('changedPart')) },
  expired: { run: count, ageMs: { type: 'number' }, limitMs: duration },
  future: { run: count },
  damaged: { run: count, what: text },
}

const named = { name: text }
const changedParts: Shapes<ChangedPart, 'part'> = {
  files: { paths: list(text), more: count },
  command: {},
  platform: {},
  upstream: {},
  pawl: {},
  env: named,
  tool: named,
  extra: named,
}

type Row<K extends keyof PlanSummary> = PlanSummary[K][number]
const planTask: Shape<Row<'tasks'>> = { id: text, stage: text, needs: list(text), reason: text, expectedMs: optional(duration) }
const planSkip: Shape<Row<'skips'>> = { task: text, stage: text, reason: text }
const plan: Shape<PlanSummary> = { tasks: list(shaped(planTask)), skips: list(shaped(planSkip)) }

const lease: Shape<Lease> = { branch: text, folder: text, base: text, isolation: oneOf('linked', 'clone') }
const session: Shape<Session> = { id: text, told: optional({ type: 'object' }) }
const held: Shape<Held> = { reason: oneOf(...heldReasons), why: text, beside: list(text), check: optional(text), files: list(text) }
const turnWhy = oneOf('work', 'resume', 'mend', 'resolve')

const landedAs: Shape<LandedAs> = { run: count, at: moment, commit: text, onto: text }
const judgedCheck: Shape<JudgedCheck> = { check: text, ending: oneOf(...endings), findings: count }
const jobFacts: Shapes<JobFact, 'kind'> = {
  leased: { lease: shaped(lease) },
  'turn-begun': { turn: fromOne, agent: text, why: turnWhy },
  session: { turn: fromOne, agent: text, session: shaped(session) },
  touched: { path: text },
  denied: { tool: text, why: optional(text) },
  'turn-ended': { turn: fromOne, agent: text, outcome: oneOf(...turnOutcomes), why: optional(text), spent: ref('spent') },
  parked: { account: text, until: moment },
  judged: { tree: text, red: list(text) },
  'stage-judged': { commit: text, checks: list(shaped(judgedCheck)) },
  committed: { commit: text, tree: text, files: count },
  unchanged: { why: text, landed: optional(shaped(landedAs)) },
  'judged-together': { branches: count, ran: count, known: count },
  landed: { commit: text, onto: text },
  conflicted: { beside: list(text), files: list(text) },
  held: { held: shaped(held) },
  reopened: { held: shaped(held) },
  rescued: { ref: text, why: text },
}

const foreseen: Shape<Foreseen> = { between: list(text), probability: { type: 'number' }, apart: flag }
const plannedTask: Shape<PlannedTask> = { job: text, id: text, title: text, digest: text }
const takenBack: Shape<TakenBack> = { id: text, title: text, digest: text, commit: text, by: text }
const mark: Shape<Mark> = { kind: oneOf('done', 'skipped', 'reset', 'taken-back'), id: text, title: text, digest: text, why: optional(text) }

const counts: Shape<Counts> = {
  passed: count,
  fixed: count,
  cached: count,
  failed: count,
  errored: count,
  'timed-out': count,
  skipped: count,
  blocked: count,
  cancelled: count,
  lost: count,
  described: count,
  total: count,
  findings: count,
  advisory: count,
}

const happenings: Shapes<Happening, 'type'> = {
  'run.started': {
    run: count,
    command: text,
    root: text,
    branch: optional(text),
    commit: optional(text),
    version: text,
    dryRun: flag,
    plan: ref('plan'),
  },
  'round.opened': { round: fromOne },
  'tasks.reused': { round: fromOne, reused: list(ref('reused')) },
  'attempt.started': { attempt: text, task: text, round: count },
  'attempt.missed': { attempt: text, task: text, fingerprint: optional(text), cause: ref('cause') },
  'attempt.noted': { attempt: text, task: text, text },
  'job.advanced': { attempt: text, task: text, fact: ref('jobFact') },
  'forecast.made': { clashes: list(shaped(foreseen)) },
  'roadmap.planned': { file: text, tasks: list(shaped(plannedTask)) },
  'roadmap.reverted': { file: text, tasks: list(shaped(takenBack)) },
  'roadmap.marked': { mark: shaped(mark) },
  'attempt.finished': { attempt: text, task: text, round: count, outcome: ref('outcome') },
  'task.blocked': { task: text, round: count, by: text },
  // Where the contents from before are kept is pawl's own business; readers may rely on its being there.
  'mending.begun': { attempt: text, task: text, record: { type: 'object' } },
  'retry.scheduled': { task: text, round: count, delayMs: duration },
  'retry.waited': { task: text, round: count },
  'slots.changed': { pool: text, slots: fromOne, reason: text },
  'cancel.requested': { reason: text },
  'failure.noted': { failure: ref('failure') },
  'lock.acquired': { waitedMs: duration },
  'logs.rotated': { removed: count },
  'run.finished': { verdict: oneOf(...Object.keys(exitCodes)), counts: ref('counts'), durationMs: duration, savedMs: duration },
}

const frame: Shape<Pick<Event, 'seq' | 'at'>> = { seq: fromOne, at: moment }

/** Unknown fields and, for readers of older versions, unknown events are allowed on purpose: both may be added without a new version. */
export function eventSchema(): Schema {
  const types = Object.keys(happenings) as EventType[]
  const event = (type: EventType): Schema => ({
    title: type,
    description: eventTypes[type],
    ...shaped({ v: { const: eventVersion }, type: { const: type }, ...frame, ...happenings[type] }),
  })
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'pawl events',
    description: 'One line of `pawl --json`. Readers should ignore fields and events that they do not know.',
    oneOf: types.map(event),
    $defs: {
      place: shaped(place),
      failure: shaped(failure),
      finding: shaped(finding),
      origin: shaped(origin),
      reused: shaped(reused),
      mendedFile: shaped(mendedFile),
      mend: shaped(mend),
      share: shaped(share),
      spent: shaped(spent),
      usage: shaped(usage),
      calledBy: tagged('kind', calledBy),
      outcome: tagged('kind', outcomes),
      jobFact: tagged('kind', jobFacts),
      cause: tagged('kind', causes),
      changedPart: tagged('part', changedParts),
      plan: shaped(plan),
      counts: shaped(counts),
    },
  }
}

type Fields = { readonly [name: string]: Schema | Optional }

function shaped(fields: Fields): Schema {
  const isOptional = (field: Schema | Optional): field is Optional => 'optional' in field
  const entries = Object.entries(fields)
  return {
    type: 'object',
    required: entries.filter(([, field]) => !isOptional(field)).map(([name]) => name),
    properties: Object.fromEntries(entries.map(([name, field]) => [name, isOptional(field) ? field.optional : field])),
  }
}

function tagged(tag: string, shapes: Readonly<Record<string, Fields>>): Schema {
  return { oneOf: Object.entries(shapes).map(([name, fields]) => shaped({ [tag]: { const: name }, ...fields })) }
}
