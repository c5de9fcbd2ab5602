/** `pawl trace [RUN]`: a run as a trace for Perfetto, made from its recorded events. */
import { resolve } from 'node:path'
import { saveText } from '../../../app/output.ts'
import { findSite } from '../../../app/site.ts'
import { readState } from '../../../app/state.ts'
import type { Failure } from '../../../model/failure.ts'
import { traceText } from '../../reporters/trace-json.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { lastRunHere } from '../last-run.ts'
import { say, sayJson, wantsJson } from '../say.ts'

export async function trace(context: CommandContext): Promise<CommandEnd> {
  const [word] = context.args.words
  if (word !== undefined && !/^\d+$/.test(word))
    return { failures: [{ type: 'args.bad-value', what: `'${word}' is not the number of a run`, hint: 'pawl history lists them.' }] }
  const site = await findSite(context.cwd, context.env)
  if (!site.ok) return site
  const state = await readState(site.value)
  if (!state.ok) return state
  const run = word === undefined ? lastRunHere(state.value.store, site.value.root)?.number : Number(word)
  const events = run === undefined ? [] : state.value.store.events(run)
  state.value.close()
  if (run === undefined || events.length === 0) return { failures: [unknownRun(run)] }
  const text = traceText(events)
  const file = context.args.flags.get('output')
  if (typeof file !== 'string') {
    say(text.trimEnd())
    return { code: 0 }
  }
  const failures = await saveText(resolve(context.cwd, file), text)
  if (failures.length > 0) return { failures }
  if (wantsJson(context)) sayJson('trace', { run, file })
  else say(`Wrote the trace of run ${run} into ${file}. Open it at https://ui.perfetto.dev`)
  return { code: 0 }
}

const unknownRun = (run: number | undefined): Failure =>
  run === undefined
    ? { type: 'run.unknown', what: 'there is no run of this checkout yet', hint: 'pawl starts the first one.' }
    : { type: 'run.unknown', what: `there is no run ${run}`, hint: 'pawl history lists them.' }
