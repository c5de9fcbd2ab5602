/** The tools by which an agent has its work checked, and asks about a check. One check at a time: the machine is everybody's. */
import type { CheckedHere, HereWish } from '../../app/check-here.ts'
import type { LookedAt } from '../../app/look-here.ts'
import type { Cancellation } from '../../model/cancellation.ts'
import { causeText } from '../../model/cause.ts'
import type { Result } from '../../model/failure.ts'
import { findingsOf } from '../../model/outcome.ts'
import type { Reporter } from '../../model/reporter.ts'
import { reproduceText } from '../../model/reproduce.ts'
import { runName } from '../../model/run-name.ts'
import { endingOf } from '../../model/tally.ts'
import { taskId, type TaskId } from '../../model/task.ts'
import { safeLine } from '../reporters/safe-text.ts'
import { findingText, outputEnd, toldCheck, toldFailures, whyText } from './check-told.ts'
import type { Input } from './input-schema.ts'
import type { Tool, ToolAnswer, ToolCall } from './tool.ts'

/** Of the checkout as it is now. */
export type CheckParts = {
  check(wish: HereWish): Promise<Result<CheckedHere>>
  /** A name that is no check is a failure. */
  look(name: string): Promise<Result<LookedAt>>
}

const name = { type: 'string', description: 'Name of a check.', minLength: 1, maxLength: 200 } as const

export function checkTools(parts: CheckParts): readonly Tool[] {
  const inTurn = oneAtATime()
  let last: CheckedHere | undefined
  return [
    {
      name: 'check',
      title: 'Check the working copy',
      description:
        'Runs the checks of this repository (linters, types, tests, …) on the files as they are now and returns a verdict with findings. ' +
        'By default only the checks that concern what changed since the base branch. Changes no file. What is proven once for the same content is not run again.',
      inputSchema: {
        type: 'object',
        properties: {
          only: { type: 'array', description: 'Names of the checks to run, with what they need.', items: name, minItems: 1, maxItems: 100 },
          all: { type: 'boolean', description: 'Run every check, not only those that concern the changes.' },
        },
        additionalProperties: false,
      },
      readOnly: true,
      call: (input, call) =>
        inTurn(call.cancellation, async () => {
          const checked = await checkedBy(parts, input, call)
          if (!checked.ok) return toldFailures(checked.failures)
          last = checked.value
          return toldCheck(checked.value)
        }),
    },
    {
      name: 'explain',
      title: 'Explain a check',
      description:
        'What a check is, the command that shows it by hand, its inputs, why it ran or was reused, its findings and the end of its output. Runs nothing.',
      inputSchema: {
        type: 'object',
        properties: { check: name, file: { type: 'string', description: 'Only its findings in this file.', minLength: 1, maxLength: 1000 } },
        required: ['check'],
        additionalProperties: false,
      },
      readOnly: true,
      async call({ check, file }) {
        const looked = await parts.look(String(check))
        return looked.ok ? explained(String(check), file, looked.value, last) : toldFailures(looked.failures)
      },
    },
  ]
}

const checkedBy = (parts: CheckParts, { only, all }: Input, call: ToolCall): Promise<Result<CheckedHere>> =>
  parts.check({
    cancellation: call.cancellation,
    reporter: progress(call),
    ...(Array.isArray(only) ? { only: only.map(String) } : {}),
    ...(all === true ? { all } : {}),
  })

const progress = (call: ToolCall): Reporter => ({
  name: 'progress',
  on(_event, run, plan) {
    if (run.round === 0) return
    const total = plan.order.length
    call.progress(total - run.unsettled, total, run.live.size === 0 ? 'checking' : `checking: ${[...run.live.keys()].map(safeLine).join(', ')}`)
  },
})

/** Whoever is cancelled while it waits for its turn waits no longer. */
function oneAtATime(): <T extends ToolAnswer>(cancellation: Cancellation, work: () => Promise<T>) => Promise<T | ToolAnswer> {
  let before: Promise<unknown> = Promise.resolve()
  return (cancellation, work) => {
    const mine = before.then(() => (cancellation.requested ? { text: 'cancelled' } : work()))
    // What a turn came to is nobody's business but its own.
    before = mine.catch(() => undefined)
    return mine
  }
}

function explained(check: string, file: unknown, looked: LookedAt, last: CheckedHere | undefined): ToolAnswer {
  const { task, skip, preview, output } = looked
  if (skip !== undefined) return facts({ check, 'left out': skip.reason }, [], [])
  if (task === undefined) return toldFailures([])
  const id = taskId(check)
  const settled = last?.checked.result.settled.get(id)
  const findings = findingsOf(settled).filter((finding) => file === undefined || finding.file === file)
  const missed = last?.checked.events.findLast((event) => event.type === 'attempt.missed' && event.task === id)
  const ran = missed?.type === 'attempt.missed' ? causeText(missed.cause) : undefined
  const would =
    preview === undefined
      ? undefined
      : preview.would === 'reuse'
        ? `be reused, proven by ${runName(preview.from.run)}`
        : `run, because ${causeText(preview.cause)}`
  const told = {
    check,
    stage: task.stage,
    'is there because of': task.reason,
    'by hand': reproduceText(task),
    inputs: task.inputs.files === undefined ? 'unknown, so it is never reused' : task.inputs.files.join(' '),
    needs: task.needs.join(', '),
    severity: task.severity,
    ...(last === undefined || settled === undefined ? {} : { 'last check': endingOf(last.checked.result, id) + reason(whyText(settled)) }),
    ...(ran === undefined ? {} : { 'ran because': ran }),
    ...(would === undefined ? {} : { 'now it would': would }),
  }
  const shown = findings.slice(0, 20).map((finding) => findingText({ check, finding }))
  return facts(
    told,
    findings.length > shown.length ? [...shown, `and ${findings.length - shown.length} more`] : shown,
    outputEnd(tailOf(id, last) ?? output ?? ''),
  )
}

const reason = (why: string | undefined): string => (why === undefined ? '' : `: ${why}`)

/** Of a check that did not run in it a later one may know more. */
const tailOf = (id: TaskId, last: CheckedHere | undefined): string | undefined => {
  const tail = last?.tails.get(id)
  return tail === '' ? undefined : tail
}

function facts(told: Readonly<Record<string, string>>, findings: readonly string[], output: readonly string[]): ToolAnswer {
  const rows = Object.entries(told).filter(([, value]) => value !== '')
  const safe = rows.map(([key, value]) => [key, safeLine(value).slice(0, 1000)] as const)
  return {
    text: [
      ...safe.map(([key, value]) => `${key}: ${value}`),
      ...(findings.length === 0 ? [] : ['findings:', ...findings]),
      ...(output.length === 0 ? [] : ['the end of what it printed:', ...output]),
    ].join('\n'),
    data: { ...Object.fromEntries(safe), findings, output },
  }
}
