/** Jobs of a run as lines for people: how each stands, what it took, whether it lives. What is not known is called so. */
import type { JobsLook } from '../../app/jobs/jobs-look.ts'
import type { OpenQuestion } from '../../app/jobs/open-questions.ts'
import { durationText } from '../../model/duration.ts'
import type { JobSign } from '../../model/job-sign.ts'
import { isOver, jobCounts, jobStatuses, jobTime, type JobRow } from '../../model/job-table.ts'
import { sizeText } from '../../model/size.ts'
import { taskId } from '../../model/task.ts'
import { safeLine } from '../reporters/safe-text.ts'
import { localStamp } from './local-stamp.ts'
import { columns } from './say.ts'

export function jobsLines(look: JobsLook, now: number): readonly string[] {
  const rows = [...look.table.rows.values()]
  return [
    headLine(look, now),
    ...columns([['JOB', 'STATE', 'AGENT', 'TIME', 'TURNS', 'TOKENS', 'COST', 'CPU', 'MEMORY', 'SIGN', 'BRANCH'], ...rows.map((row) => cells(row, look, now))]),
    countLine(rows),
    ...rows.flatMap((row) => whyLines(row)),
    ...look.questions.map(questionLine),
  ]
}

function headLine({ record, isLive, holder, table, papers }: JobsLook, now: number): string {
  const onto = papers?.onto ?? record.branch
  const where = onto === undefined ? '' : `, onto ${safeLine(onto)}`
  if (!isLive) return `run ${record.number}, ${table.verdict ?? 'lost'}, ${localStamp(record.startedAt)}${where}`
  const stopped = holder?.state === 'stopped' ? '; that process is stopped and works on nothing' : ''
  const who = holder === undefined || holder.pid === 0 ? '' : ` (process ${holder.pid}${stopped})`
  return `run ${record.number}, going on for ${durationText(Math.max(0, now - record.startedAt))}${where}${who}`
}

function cells(row: JobRow, { signs, papers }: JobsLook, now: number): readonly string[] {
  const { turns, spent, agent, lease } = row.facts
  const sign = signs.get(row.id)
  const time = jobTime(row, now)
  const has = turns > 0
  return [
    row.id,
    stateText(row),
    agent ?? papers?.work.agentOf.get(row.id)?.name ?? '',
    time === undefined ? '' : durationText(time),
    has ? String(turns) : '',
    has ? knownText(isCounted(row) ? spent.tokens : undefined, String) : '',
    has ? knownText(isCounted(row) ? spent.usd : undefined, (usd) => `$${usd.toFixed(2)}`) : '',
    sign?.tree === undefined ? '' : durationText(sign.tree.cpuMs),
    sign?.tree === undefined ? '' : sizeText(sign.tree.bytes),
    sign === undefined || isOver(row.status) ? '' : signText(sign, now),
    lease?.branch ?? '',
  ]
}

/** What the first turn takes is told at its end. */
const isCounted = ({ facts }: JobRow): boolean => facts.lastTurn !== undefined

const knownText = (value: number | undefined, text: (value: number) => string): string => (value === undefined ? 'unknown' : text(value))

const clockText = (at: number): string => localStamp(at).slice(11, 16)

function stateText({ status, until }: JobRow): string {
  return status === 'waiting' && until !== undefined ? `waiting until ${clockText(until)}` : status
}

/** Silence is told, and is no sign of death. */
function signText({ life, outputAt, heardAt }: JobSign, now: number): string {
  const heard = outputAt === undefined ? `heard of ${agoText(now - heardAt)}` : `output ${agoText(now - outputAt)}`
  return life === 'none' ? heard : `${life}, ${heard}`
}

const agoText = (ms: number): string => (ms < 1000 ? 'just now' : `${durationText(Math.max(0, ms))} ago`)

function countLine(rows: readonly JobRow[]): string {
  const counts = jobCounts(rows)
  const parts = jobStatuses.filter((status) => counts[status] > 0).map((status) => `${counts[status]} ${status}`)
  return `${counts.total} ${counts.total === 1 ? 'job' : 'jobs'}: ${parts.join(', ')}`
}

function whyLines({ id, status, why, facts }: JobRow): readonly string[] {
  const reason = why === undefined || status === 'landed' ? [] : [`${safeLine(id)}: ${safeLine(why)}`]
  const refused = facts.denied.length === 0 ? [] : [`${safeLine(id)}: it was denied ${safeLine([...new Set(facts.denied.map(({ tool }) => tool))].join(', '))}`]
  return [...reason, ...refused]
}

export const questionLine = ({ job, id, text }: OpenQuestion): string => `${safeLine(job)} asks: ${safeLine(text)}  (pawl answer ${safeLine(id)} TEXT)`

/** For programs: the numbers as they are, null where nothing is known. */
export function jobsJson(look: JobsLook, now: number) {
  const rows = [...look.table.rows.values()]
  return {
    run: look.record.number,
    live: look.isLive,
    process: look.holder === undefined || !look.isLive ? null : { pid: look.holder.pid, state: look.holder.state },
    verdict: look.isLive ? null : (look.table.verdict ?? null),
    startedAt: look.record.startedAt,
    endedAt: look.table.endedAt ?? null,
    onto: look.papers?.onto ?? null,
    counts: jobCounts(rows),
    jobs: rows.map((row) => jobJson(row, look, now)),
    questions: look.questions,
  }
}

function jobJson(row: JobRow, { signs, papers }: JobsLook, now: number) {
  const { turns, spent, agent, lease, landed, commit, held, rescues, touched } = row.facts
  const sign = signs.get(row.id)
  const counted = isCounted(row)
  return {
    job: row.id,
    title: papers?.prompts.find(({ id }) => id === row.id)?.title ?? null,
    task: taskId(`work:${row.id}`),
    state: row.status,
    why: row.why ?? null,
    until: row.until ?? null,
    agent: agent ?? papers?.work.agentOf.get(row.id)?.name ?? null,
    timeMs: jobTime(row, now) ?? null,
    turns,
    tokens: counted ? (spent.tokens ?? null) : null,
    usd: counted ? (spent.usd ?? null) : null,
    life: sign?.life ?? 'none',
    heardAt: sign?.heardAt ?? row.toldAt,
    outputAt: sign?.outputAt ?? null,
    processes: sign?.tree ?? null,
    branch: lease?.branch ?? null,
    folder: lease?.folder ?? null,
    base: lease?.base ?? null,
    commit: commit?.commit ?? null,
    landed: landed ?? null,
    held: held ?? null,
    rescues,
    touched,
    note: row.note ?? null,
  }
}
