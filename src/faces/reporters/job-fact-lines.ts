/** Shows what a job has come to, fact by fact: what a person wants to hear of while agents work, and nothing else. */
import { durationText } from '../../model/duration.ts'
import type { JobFact } from '../../model/job.ts'
import type { Plan } from '../../model/plan.ts'
import { isGreen } from '../../model/verdict.ts'
import type { TaskId } from '../../model/task.ts'
import { countText } from './finding-text.ts'
import { heldText, heldWords, shortCommit } from './job-rows.ts'
import { promptName } from './job-names.ts'
import type { Palette } from './palette.ts'
import { safeLine } from './safe-text.ts'

/** weight: 'bad' is told even by the quiet view, 'detail' only by the verbose one. */
export type FactLine = { readonly weight: 'bad' | 'news' | 'detail'; readonly sign: '✓' | '✗' | '!' | '⧗' | '↻' | '·'; readonly text: string }

/** `at`: when it happened, epoch milliseconds. Undefined: it needs no words. */
export function factLine(plan: Plan, job: TaskId, fact: JobFact, at: number): FactLine | undefined {
  const line = (weight: FactLine['weight'], sign: FactLine['sign'], text: string): FactLine => ({ weight, sign, text: `${promptName(plan, job)}  ${text}` })
  switch (fact.kind) {
    case 'leased':
      return line('detail', '·', `works on ${safeLine(fact.lease.branch)} in ${safeLine(fact.lease.folder)}`)
    case 'turn-begun':
      return line(fact.turn === 1 ? 'detail' : 'news', fact.turn === 1 ? '·' : '↻', `turn ${fact.turn} of ${safeLine(fact.agent)}, ${turnWords[fact.why]}`)
    case 'denied':
      return line('news', '!', `was denied ${safeLine(fact.tool)}${because(fact.why)}`)
    case 'turn-ended':
      return fact.outcome === 'ok' ? undefined : line('news', '!', `turn ${fact.turn} ended: ${fact.outcome}${because(fact.why)}`)
    case 'parked':
      return line(
        'news',
        '⧗',
        `parked until ${clockText(fact.until)}, for ${durationText(Math.max(0, fact.until - at))}: the quota of ${safeLine(fact.account)}`,
      )
    case 'judged':
      return fact.red.length === 0 ? undefined : line('news', '✗', `does not pass ${fact.red.map(safeLine).join(', ')} yet`)
    case 'committed':
      return line('news', '✓', `passes; committed ${countText(fact.files, 'file')} as ${shortCommit(fact.commit)}`)
    case 'unchanged':
      return line('news', '✓', unchangedText(fact))
    case 'landed':
      return line('news', '✓', `landed as ${shortCommit(fact.commit)} on ${safeLine(fact.onto)}`)
    case 'held':
      return line('bad', '✗', `held: ${heldWords[fact.held.reason]}: ${heldText(plan, fact.held)}`)
    case 'rescued':
      return line('news', '!', `what was not committed is kept under ${safeLine(fact.ref)}`)
    case 'stage-judged': {
      const red = fact.checks.filter(({ ending }) => !isGreen(ending) && ending !== 'skipped').map(({ check }) => safeLine(check))
      return red.length === 0 ? undefined : line('news', '✗', `the branch at ${shortCommit(fact.commit)} does not pass ${red.join(', ')}`)
    }
    case 'judged-together':
      return {
        weight: 'detail',
        sign: '·',
        text: `landing  ${fact.branches === 1 ? 'one branch' : `${fact.branches} branches together`} judged: ${countText(fact.ran, 'check run')}, ${fact.known} known from before`,
      }
    case 'conflicted':
      return line('detail', '·', `conflicts with ${fact.beside.length === 0 ? 'the branch' : fact.beside.map((id) => promptName(plan, id)).join(', ')}`)
    case 'reopened':
      return line('news', '↻', `is to be mended: ${heldText(plan, fact.held)}`)
    case 'session':
    case 'touched':
      return undefined
  }
}

export function shownLine({ sign, text }: FactLine, palette: Palette): string {
  if (sign === '·') return palette.dim(`${sign} ${text}`)
  const ink = { '✓': palette.green, '✗': palette.red, '!': palette.yellow, '⧗': palette.yellow, '↻': palette.cyan } as const
  return `${ink[sign](sign)} ${text}`
}

const unchangedText = ({ why, landed }: Extract<JobFact, { kind: 'unchanged' }>): string =>
  landed === undefined ? `needs no change: ${safeLine(why)}` : `stands as it landed, ${shortCommit(landed.commit)}: ${safeLine(why)}`

const turnWords = { work: 'on the task', resume: 'to go on where it stopped', mend: 'to mend what was found', resolve: 'to resolve a conflict' } as const
const because = (why: string | undefined): string => (why === undefined ? '' : ` (${safeLine(why)})`)
/** UTC: the rules of time zones take a runtime long to load. */
const clockText = (at: number): string => `${new Date(at).toISOString().slice(11, 16)} UTC`
