/** The view for GitHub Actions: failures in the open with annotations, long output in groups, and no text of a tool taken for a command. */
import { appendFile } from 'node:fs/promises'
import type { AttemptId, Event } from '../../model/event.ts'
import { satisfies } from '../../model/outcome.ts'
import type { Plan } from '../../model/plan.ts'
import type { Reporter } from '../../model/reporter.ts'
import type { Run } from '../../model/run.ts'
import { barred } from './detail-lines.ts'
import { newFacts, remember } from './facts.ts'
import { githubAnnotations, groupEnd, groupStart, withoutCommands } from './github-commands.ts'
import { githubSummary } from './github-summary.ts'
import { type OutputTail, outputTail } from './output-tail.ts'
import { palette as paletteOf } from './palette.ts'
import { type Detail, plainReporter } from './plain.ts'
import type { Screen } from './screen.ts'

export type GithubWorld = {
  /** Fresh random text for each run: it ends the bracket in which commands are off. */
  readonly token: string
  /** $GITHUB_STEP_SUMMARY. */
  readonly summaryPath?: string
  /** From the workspace to the root of the run, with a slash at its end; empty when they are the same. */
  readonly prefix?: string
  readonly detail?: Detail
}

const tailBytes = 1024 * 1024

export function githubReporter(screen: Pick<Screen, 'write' | 'colour'>, world: GithubWorld): Reporter {
  const { token, summaryPath, prefix = '', detail = 'normal' } = world
  const facts = newFacts()
  const palette = paletteOf(screen.colour)
  const tails = new Map<AttemptId, OutputTail>()
  const show = (lines: readonly string[]): void => (lines.length === 0 ? undefined : screen.write(lines.map((line) => `${line}\n`).join('')))
  // Text from the repository is made harmless where it is shown; what still looks like a command, and all raw output, stands in the bracket as well.
  const bracketed = (text: string): void => {
    const lines = text.replace(/\n$/, '').split('\n')
    show(lines.some((line) => /::|##|│/.test(line)) ? withoutCommands(lines, token) : lines)
  }
  // Output goes into groups here, so the plain view must not show all of it as well.
  const plain = plainReporter({ write: bracketed, colour: screen.colour }, detail === 'verbose' ? 'normal' : detail)
  let summary: string | undefined

  /** Failures stand outside of groups, in the open; what a group folds away can be missed without harm. Never an empty group. */
  const outputGroup = (event: Event): readonly string[] => {
    if (event.type !== 'attempt.finished') return []
    const { lines = [] } = tails.get(event.attempt)?.lines() ?? {}
    tails.delete(event.attempt)
    const wanted = detail === 'verbose' || (detail === 'normal' && event.outcome.kind === 'failed' && event.outcome.findings.length > 0)
    if (!wanted || lines.length === 0 || (!satisfies(event.outcome) && event.outcome.kind !== 'failed')) return []
    return [groupStart(`all output of ${event.task}`), ...withoutCommands(barred(lines, palette), token), groupEnd]
  }
  return {
    name: 'github',
    on(event: Event, run: Run, plan: Plan) {
      remember(facts, event)
      plain.on(event, run, plan)
      show(outputGroup(event))
      if (event.type !== 'run.finished') return
      show(githubAnnotations(plan, run, facts, prefix))
      summary = githubSummary(plan, run, facts)
    },
    output(attempt, chunk) {
      plain.output?.(attempt, chunk)
      let tail = tails.get(attempt)
      if (tail === undefined) tails.set(attempt, (tail = outputTail(tailBytes)))
      tail.add(chunk)
    },
    async close() {
      if (summary !== undefined && summaryPath !== undefined) await appendFile(summaryPath, summary)
      summary = undefined
    },
  }
}
