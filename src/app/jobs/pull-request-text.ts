/** Title and text of a pull request: facts of the run, as Markdown in which foreign text is never markup. */
import type { Spent } from '../../model/budget.ts'
import { durationText } from '../../model/duration.ts'
import type { JobState } from '../../model/job-state.ts'
import type { Prompt } from '../../model/prompt.ts'

export type PulledJob = { readonly prompt: Prompt; readonly state: JobState; readonly files: readonly string[] }

export type PullFacts = {
  readonly run: number
  readonly jobs: readonly PulledJob[]
  /** Name of each check of the gate, and how it ended on what landed. */
  readonly checks: readonly (readonly [name: string, ending: string])[]
  /** Other work that the branch holds, too. */
  readonly beside?: string
}

const mostFiles = 50
const mostPrompt = 8000
const mostTitle = 120

export function pullTitle(jobs: readonly PulledJob[]): string {
  const titles = jobs.map(({ prompt }) => plain(prompt.title))
  const text = titles.length === 1 ? (titles[0] ?? '') : `${titles.length} prompts: ${titles.join(', ')}`
  return text.length > mostTitle ? `${text.slice(0, mostTitle - 1)}…` : text
}

export function pullBody({ run, jobs, checks, beside }: PullFacts): string {
  const gate = checks.map(([name, ending]) => `| ${code(name)} | ${ending} |`)
  return [
    `Made by coding agents in run ${run} of pawl.${jobs.length === 1 ? '' : ` ${jobs.length} prompts, each merged by a commit of its own.`}`,
    ...(beside === undefined ? [] : ['', beside]),
    '',
    ...(gate.length === 0 ? [] : ['| check | ending |', '| --- | --- |', ...gate, '']),
    ...jobs.flatMap(jobLines),
  ].join('\n')
}

function jobLines({ prompt, state, files }: PulledJob): readonly string[] {
  const { turns, agent, spent } = state
  const more = files.length > mostFiles ? [`- and ${files.length - mostFiles} more`] : []
  const text = prompt.text.length > mostPrompt ? `${prompt.text.slice(0, mostPrompt)}\n… (${prompt.text.length - mostPrompt} characters more)` : prompt.text
  return [
    `### ${code(prompt.title)}`,
    '',
    `By ${code(agent ?? 'an agent')} in ${turns} ${turns === 1 ? 'turn' : 'turns'}, ${spentText(spent)}. ${files.length} ${files.length === 1 ? 'file' : 'files'}:`,
    '',
    ...files.slice(0, mostFiles).map((file) => `- ${code(file)}`),
    ...more,
    '',
    `<details><summary>The prompt</summary>`,
    '',
    fenced(text),
    '',
    '</details>',
    '',
  ]
}

export const spentText = ({ timeMs, tokens, usd }: Spent): string =>
  [
    durationText(timeMs),
    tokens === undefined || tokens === 0 ? 'tokens not told' : `${tokens} tokens`,
    usd === undefined || usd === 0 ? 'cost not told' : `$${usd.toFixed(2)} as the agent told`,
  ].join(', ')

/** One line. */
// eslint-disable-next-line no-control-regex
export const plain = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]+/g, ' ').trim()

const ticksIn = (text: string): number => Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))

/** A span in which nothing is markup, not even a "|" in a table or a name with an "@". */
export function code(text: string): string {
  const line = plain(text).replaceAll('|', '¦') || ' '
  const fence = '`'.repeat(ticksIn(line) + 1)
  return `${fence} ${line} ${fence}`
}

function fenced(text: string): string {
  const fence = '`'.repeat(Math.max(3, ticksIn(text) + 1))
  return `${fence}text\n${text.trimEnd()}\n${fence}`
}
