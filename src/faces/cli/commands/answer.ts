/** `pawl answer QUESTION TEXT`: what a person says to a question of an agent. */
import { goingRun } from '../../../app/jobs/cancel-jobs.ts'
import { answerQuestion } from '../../../app/jobs/open-questions.ts'
import { safeLine } from '../../reporters/safe-text.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { say, sayJson, wantsJson } from '../say.ts'
import { withState } from '../with-state.ts'

export async function answer(context: CommandContext): Promise<CommandEnd> {
  const [name = '', ...words] = context.args.words
  return withState(context, async (site, { store }) => {
    const run = goingRun(site, store)
    if (!run.ok) return run
    const given = await answerQuestion(site, run.value.number, name, words.join(' '))
    if (!given.ok) return given
    const { job, id, text } = given.value
    if (wantsJson(context)) sayJson('answer', { run: run.value.number, job, question: id })
    else say(`Answered ${safeLine(job)}: ${safeLine(text)}`)
    return { code: 0 }
  })
}
