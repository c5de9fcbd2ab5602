/** Writes what an agent is told about its job: a few rules of pawl, then the text of the prompt, byte for byte, to the end. */
import type { Prompt } from '../../model/prompt.ts'
import type { TaskId } from '../../model/task.ts'

/** An agent says so in its last words when nothing has to be changed. */
export const noChangeWord = 'PAWL-NO-CHANGE:'

export type BriefFacts = {
  readonly prompt: Prompt
  /** Names of the checks of the gate. */
  readonly checks: readonly TaskId[]
  /** What landed before, that it stands on; already fenced as data. */
  readonly before?: string
  /** Whether it can ask pawl over MCP. */
  readonly hasTools: boolean
}

export function workBrief(facts: BriefFacts): string {
  return [...rules(facts), ...(facts.before === undefined ? [] : [facts.before, '']), 'The task:', '', facts.prompt.text].join('\n')
}

/** For a program that does not remember, the whole task stands there once more. */
export function resumeBrief(facts: BriefFacts): string {
  return [
    'You were interrupted while you worked on the task below. Your edits so far are in the current folder. Look at them, and go on.',
    '',
    workBrief(facts),
  ].join('\n')
}

export function idleBrief(facts: BriefFacts): string {
  return [
    'You ended your last turn, but no file has changed. Do the task below now; if really nothing has to be changed, say so as the rules tell.',
    '',
    workBrief(facts),
  ].join('\n')
}

/** `found`: what the checks found, already fenced as data. */
export function mendBrief(facts: BriefFacts, found: string): string {
  return [
    'You worked on the task below. Your edits are in the current folder, but they did not pass the checks of this repository.',
    'Mend the causes; do not weaken checks or tests.',
    '',
    found,
    workBrief(facts),
  ].join('\n')
}

export type ConflictFacts = {
  readonly files: readonly string[]
  readonly beside: readonly string[]
  /** The other prompts, already fenced as data. */
  readonly others: string
}

export function resolveBrief(facts: BriefFacts, { files, beside, others }: ConflictFacts): string {
  return [
    `Your work on the task below cannot be merged: ${beside.length === 0 ? 'the branch' : beside.join(', ')} changed the same places.`,
    'Both versions are in the current folder, with conflict markers, in these files:',
    ...files.map((file) => `- ${JSON.stringify(file)}`),
    'Edit these files so that both intentions hold, and remove every marker. Change nothing else unless that needs it.',
    '',
    ...(others === '' ? [] : ['What the others were asked for:', others, '']),
    workBrief(facts),
  ].join('\n')
}

function rules({ checks, hasTools }: BriefFacts): readonly string[] {
  const gate = checks.length === 0 ? 'all checks of this repository' : `these checks: ${checks.slice(0, 40).join(', ')}${checks.length > 40 ? ' …' : ''}`
  return [
    'You work in a checkout of your own; the current folder is its root. Nobody is there to answer questions.',
    `When you end your turn, pawl runs ${gate}, commits what you changed, and lands it only if they pass.`,
    '- Write only in the current folder. Leave git alone: no commits, branches or settings.',
    '- Do not weaken or skip tests and checks; such work is held back.',
    hasTools
      ? '- The MCP server "pawl" has tools: "check" runs the checks of your changes, "explain" tells more of a finding, "declare_no_change" says that nothing has to be changed.'
      : `- If nothing has to be changed, end with a line that begins with ${noChangeWord} and says why.`,
    '',
  ]
}

/** Why nothing had to be changed, if the agent said so in its last words. */
export function declaredNoChange(said: string | undefined): string | undefined {
  const line = (said ?? '').split('\n').findLast((one) => one.trimStart().startsWith(noChangeWord))
  const why = line?.trimStart().slice(noChangeWord.length).trim()
  return why === undefined || why === '' ? undefined : why.slice(0, 500)
}
