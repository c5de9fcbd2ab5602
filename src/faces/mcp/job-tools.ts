/** The tools by which the agent of a job declares something to pawl, and asks a person. What it says is recorded as it is, and nothing is done because of it here. */
import { jobHere, questionIn } from '../../app/job-here.ts'
import type { Clock } from '../../model/clock.ts'
import { claimedPath, overlapsWith, type JobRecord } from '../../model/exchange.ts'
import { ok, type Result } from '../../model/failure.ts'
import { safeLine } from '../reporters/safe-text.ts'
import { failureText } from './check-told.ts'
import type { Tool, ToolAnswer, ToolCall } from './tool.ts'

export type JobParts = { readonly env: Readonly<Record<string, string | undefined>>; readonly clock: Clock }

type Job = Extract<ReturnType<typeof jobHere>, { ok: true }>['value']

const mostText = 8000
const pollMs = 250
const usualWaitSeconds = 30

export const jobTools = (parts: JobParts): readonly Tool[] => [noChange(parts), claimFiles(parts), askPerson(parts), reportDone(parts)]

/** A tool whose input is one text. */
function textTool(
  parts: JobParts,
  wish: Pick<Tool, 'name' | 'title' | 'description'> & { readonly key: string; readonly says: string },
  record: (text: string) => Spoken,
  answer: string,
): Tool {
  const { key, says, ...about } = wish
  return {
    ...about,
    inputSchema: {
      type: 'object',
      properties: { [key]: { type: 'string', description: says, minLength: 1, maxLength: mostText } },
      required: [key],
      additionalProperties: false,
    },
    readOnly: false,
    call: (input) =>
      inJob(parts, async (job) => {
        const declared = await job.declare({ at: parts.clock.now(), ...record(String(input[key])) })
        return declared.ok ? ok({ text: answer, data: { recorded: true } }) : declared
      }),
  }
}

type Spoken = JobRecord extends infer R ? (R extends JobRecord ? Omit<R, 'at'> : never) : never

const noChange = (parts: JobParts): Tool =>
  textTool(
    parts,
    {
      name: 'declare_no_change',
      title: 'Declare that nothing has to be changed',
      description: 'Say that the task needs no change of any file, and why. Without this, work that leaves no change counts as not done.',
      key: 'why',
      says: 'Why nothing has to be changed, with the evidence.',
    },
    (why) => ({ kind: 'no-change', why }),
    'Recorded. End your work now; if you change a file after all, the change counts.',
  )

const reportDone = (parts: JobParts): Tool =>
  textTool(
    parts,
    {
      name: 'report_done',
      title: 'Report that the work is done',
      description: 'Say that the task is done, and in a few sentences what was done. Call check first: only what passes the checks can land.',
      key: 'summary',
      says: 'What was done, and what is left open.',
    },
    (summary) => ({ kind: 'done', summary }),
    'Recorded. pawl judges the work by the checks, not by this report.',
  )

function claimFiles(parts: JobParts): Tool {
  return {
    name: 'claim_files',
    title: 'Claim files before changing them',
    description:
      'Tell which files or folders you are about to change. Answers which other jobs have claimed or touched them, so that two jobs do not change the same file.',
    inputSchema: {
      type: 'object',
      properties: {
        paths: {
          type: 'array',
          description: 'Paths relative to the root of the repository; a folder stands for all below it.',
          items: { type: 'string', description: 'A path.', minLength: 1, maxLength: 1000 },
          minItems: 1,
          maxItems: 40,
        },
      },
      required: ['paths'],
      additionalProperties: false,
    },
    readOnly: false,
    call: ({ paths }) => inJob(parts, (job) => claimed(parts, job, Array.isArray(paths) ? paths.map(String) : [])),
  }
}

async function claimed({ clock }: JobParts, job: Job, asked: readonly string[]): Promise<Result<ToolAnswer>> {
  const wrong = asked.filter((path) => claimedPath(path) === undefined)
  if (wrong.length > 0)
    return ok({ text: `not recorded: ${wrong.slice(0, 5).map(safeLine).join(', ')} is no path inside of the repository, relative to its root`, isError: true })
  const paths = asked.flatMap((path) => claimedPath(path) ?? [])
  const declared = await job.declare({ at: clock.now(), kind: 'claim', paths })
  if (!declared.ok) return declared
  // Read after writing: of two that claim at once at least one sees the other.
  const others = job.others()
  if (!others.ok) return others
  const taken = overlapsWith(paths, others.value).slice(0, 20)
  const rows = taken.map(({ job: other, by, paths: common, done }) => {
    const who = `${safeLine(other)}${done ? ' (done, not landed yet)' : ''}`
    return `${who} has ${by === 'claim' ? 'claimed' : 'changed'} ${common.slice(0, 10).map(safeLine).join(', ')}${common.length > 10 ? ` and ${common.length - 10} more` : ''}`
  })
  const advice = 'Keep your change of these files small, or work elsewhere: whoever lands second has to merge.'
  return ok({
    text: rows.length === 0 ? 'Recorded. No other job has claimed or changed any of them.' : ['Recorded, but:', ...rows, advice].join('\n'),
    data: {
      claimed: paths,
      others: taken.map(({ job: other, by, paths: common, done }) => ({ job: safeLine(other), by, paths: common.slice(0, 10).map(safeLine), done })),
    },
  })
}

function askPerson(parts: JobParts): Tool {
  return {
    name: 'ask_person',
    title: 'Ask a person',
    description:
      'Ask the person whose task this is, and wait a while for an answer. Ask only what you cannot find out and cannot go on without. The same words again wait for the same answer.',
    inputSchema: {
      type: 'object',
      properties: {
        question: { type: 'string', description: 'One question that can be answered in a sentence.', minLength: 1, maxLength: mostText },
        wait_seconds: { type: 'integer', description: `How long to wait for an answer; ${usualWaitSeconds} if left out.`, minimum: 0, maximum: 300 },
      },
      required: ['question'],
      additionalProperties: false,
    },
    readOnly: false,
    call: ({ question, wait_seconds: seconds }, call) =>
      inJob(parts, (job) => asked(parts, job, { text: String(question), waitMs: Number(seconds ?? usualWaitSeconds) * 1000 }, call)),
  }
}

async function asked(
  { clock }: JobParts,
  job: Job,
  { text, waitMs }: { readonly text: string; readonly waitMs: number },
  call: ToolCall,
): Promise<Result<ToolAnswer>> {
  const question = questionIn(job, text)
  if (!question.ok) return question
  const { id } = question.value
  if (!question.value.asked) {
    const declared = await job.declare({ at: clock.now(), kind: 'question', id, text })
    if (!declared.ok) return declared
  }
  const until = clock.elapsed() + waitMs
  for (;;) {
    const answers = job.answers()
    if (!answers.ok) return answers
    const answer = answers.value.get(id)
    if (answer !== undefined) return ok({ text: `The person answers: ${answer}`, data: { id, answered: true, answer } })
    if (call.cancellation.requested || clock.elapsed() >= until) break
    await clock.sleep(Math.min(pollMs, until - clock.elapsed()), call.cancellation)
  }
  return ok({
    text: 'Recorded; nobody has answered yet. Go on with what does not depend on it, and ask again with the same words later; or take the safer way and say so in report_done.',
    data: { id, answered: false },
  })
}

async function inJob({ env }: JobParts, work: (job: Job) => Promise<Result<ToolAnswer>>): Promise<ToolAnswer> {
  const job = jobHere(env)
  const answer = job.ok ? await work(job.value) : job
  return answer.ok ? answer.value : { text: answer.failures.map(failureText).join('\n'), isError: true }
}
