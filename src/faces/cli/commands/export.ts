/** `pawl export`: all that is kept of a run of agents, as one JSON document. */
import { resolve } from 'node:path'
import { planOfPapers } from '../../../app/jobs/run-papers.ts'
import { lookAtJobs, runsOfJobs } from '../../../app/jobs/jobs-look.ts'
import { saveText } from '../../../app/output.ts'
import { environmentRedaction } from '../../../app/redacted.ts'
import { jobOf } from '../../../model/job-table.ts'
import { jsonText } from '../../reporters/json-text.ts'
import { cpuPercent, exportOf } from '../../reporters/registry.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { say, sayJson, wantsJson } from '../say.ts'
import { withState } from '../with-state.ts'

export async function exportRun(context: CommandContext): Promise<CommandEnd> {
  const [word] = context.args.words
  if (word !== undefined && !/^\d+$/.test(word))
    return { failures: [{ type: 'args.bad-value', what: `'${word}' is not the number of a run`, hint: 'pawl ps --all shows them.' }] }
  return withState(context, async (site, { store }) => {
    const runs = runsOfJobs(store, Number.MAX_SAFE_INTEGER)
    const record = word === undefined ? runs[0] : runs.find(({ number }) => number === Number(word))
    if (record === undefined)
      return {
        failures: [
          {
            type: 'run.unknown',
            what: word === undefined ? 'there is no run of agents yet' : `there is no run ${word} of agents`,
            hint: 'pawl ps --all shows them.',
          },
        ],
      }
    const { table, papers, signs } = lookAtJobs(site, store, record)
    const now = site.clock.now()
    const cpu = new Map([...signs].flatMap(([id, { tree }]) => (tree === undefined ? [] : [[id, cpuPercent(tree, now)] as const])))
    const facts = store
      .events(record.number)
      .flatMap((event) => (event.type === 'job.advanced' ? [{ job: jobOf(event.task), at: event.at, ...event.fact }] : []))
    const plan = papers === undefined ? undefined : planOfPapers(papers)
    const document = {
      v: 1,
      run: record,
      ...exportOf(table, { plan, signs, cpu, now }),
      prompts: papers?.prompts ?? [],
      facts,
      rescues: [...table.rows.values()].flatMap(({ id, facts: { rescues } }) => rescues.map((rescue) => ({ job: id, ...rescue }))),
    }
    const text = environmentRedaction(context.env).text(jsonText(document, 2))
    const file = context.args.flags.get('output')
    if (typeof file !== 'string') {
      say(text)
      return { code: 0 }
    }
    const failures = await saveText(resolve(context.cwd, file), `${text}\n`)
    if (failures.length > 0) return { failures }
    if (wantsJson(context)) sayJson('export', { run: record.number, file })
    else say(`Wrote run ${record.number} into ${file}`)
    return { code: 0 }
  })
}
