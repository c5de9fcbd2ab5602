/** `pawl roadmap init`: a roadmap to begin with, by hand or by an agent from an idea in prose. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { draftRoadmap } from '../../app/roadmap/draft-roadmap.ts'
import type { Site } from '../../app/site.ts'
import { newCancellation } from '../../model/cancellation.ts'
import { durationText } from '../../model/duration.ts'
import { safeLine } from '../reporters/safe-text.ts'
import type { CommandContext, CommandEnd } from './command.ts'
import { say, sayJson, wantsJson } from './say.ts'
import { catchSignals } from './signals.ts'

export async function init(context: CommandContext, site: Site, words: readonly string[]): Promise<CommandEnd> {
  const { flags } = context.args
  const text = flags.get('text')
  const idea = typeof text === 'string' ? text : words.length > 0 ? await ideaIn(context, words) : undefined
  if (idea !== undefined && typeof idea !== 'string') return idea
  const output = flags.get('output')
  const agent = flags.get('agent')
  const timeout = flags.get('timeout')
  const cancellation = newCancellation()
  const signals = catchSignals(cancellation, site)
  try {
    const draft = await draftRoadmap(site, {
      file: typeof output === 'string' ? output : 'ROADMAP.md',
      ...(idea === undefined ? {} : { idea }),
      ...(typeof agent === 'string' ? { agent } : {}),
      ...(typeof timeout === 'number' ? { timeoutMs: timeout } : {}),
      isDry: flags.has('dry-run'),
      cancellation,
      note: (line) => {
        if (!wantsJson(context) && !flags.has('quiet')) console.error(safeLine(line))
      },
    })
    if (!draft.ok) return signals.caught() === undefined ? draft : { code: signals.exitCode() }
    const { file, by, turns, spent } = draft.value
    if (wantsJson(context)) sayJson('roadmap-draft', { ...draft.value, written: !flags.has('dry-run') })
    else if (flags.has('dry-run')) say(draft.value.text.trimEnd())
    else
      say(
        `wrote ${safeLine(file)}${turns === 0 ? '' : `, drafted by ${safeLine(by)} in ${turns} ${turns === 1 ? 'turn' : 'turns'}${spent === undefined ? '' : ` (${durationText(spent.timeMs)})`}: read it before you run it`}`,
        'next: pawl roadmap lint  what pawl reads in it',
        'next: pawl roadmap plan  what would be done, before anything is spent',
      )
    return { code: 0 }
  } finally {
    signals.release()
  }
}

/** Words are a file with the idea, where there is one of that name; else the idea itself. */
async function ideaIn({ cwd }: CommandContext, words: readonly string[]): Promise<string | CommandEnd> {
  const [only, more] = words
  if (only === undefined || more !== undefined || !/\.(?:md|txt)$/i.test(only)) return words.join(' ')
  try {
    return await readFile(resolve(cwd, only), 'utf8')
  } catch (error) {
    return {
      failures: [{ type: 'prompt.missing', what: `there is no file ${only}`, why: error instanceof Error ? error.message : '', kept: 'nothing was written' }],
    }
  }
}
