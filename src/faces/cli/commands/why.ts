/** `pawl why CHECK`: why a check is there, and why it would run, be reused, or is left out. */
import { findSite } from '../../../app/site.ts'
import { nearest } from '../../../model/suggestion.ts'
import { taskId } from '../../../model/task.ts'
import { reproduceText } from '../../../model/reproduce.ts'
import { safeLine } from '../../reporters/safe-text.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { say, sayJson, wantsJson } from '../say.ts'
import { lookAhead } from './plan.ts'

export async function why(context: CommandContext): Promise<CommandEnd> {
  const site = await findSite(context.cwd, context.env)
  if (!site.ok) return site
  const looked = await lookAhead(context, site.value)
  if (!looked.ok) return looked
  const { plan } = looked.value.planned
  const id = taskId(context.args.words[0] ?? '')
  const skip = plan.skips.find((candidate) => candidate.task === id)
  if (skip !== undefined) return told(context, { check: id, stage: skip.stage, would: 'skip', why: skip.reason })
  const task = plan.tasks.get(id)?.task
  if (task === undefined) {
    const known = [...plan.tasks.keys(), ...plan.skips.map((other) => other.task)]
    const meant = nearest(id, known)
    return {
      failures: [
        {
          type: 'plan.no-match',
          what: `'${id}' is not a check of this repository`,
          hint: meant === undefined ? `Known: ${known.slice(0, 20).join(', ')}` : `Did you mean '${meant}'?`,
        },
      ],
    }
  }
  const preview = looked.value.previews.get(id)
  return told(context, {
    check: id,
    stage: task.stage,
    detected: task.reason,
    does: reproduceText(task),
    would: task.role === 'fix' ? 'run when its check fails' : (preview?.would ?? 'run'),
    why: task.role === 'fix' ? 'it is a fix' : (preview?.why ?? ''),
    security: task.security ?? '',
    needs: task.needs.filter((need) => task.guards?.includes(need) !== true).join(', '),
    'waits for': (task.guards ?? []).map((guard) => `${guard} (critical)`).join(', '),
    inputs: task.inputs.files === undefined ? 'unknown' : task.inputs.files.join(' '),
    ...(task.fixes.length === 0 ? {} : { 'mended by': task.fixes.join(', ') }),
  })
}

function told(context: CommandContext, facts: Readonly<Record<string, string>>): CommandEnd {
  if (wantsJson(context)) sayJson('why', facts)
  else for (const [name, value] of Object.entries(facts)) if (value !== '') say(`${`${name}:`.padEnd(11)} ${safeLine(value)}`)
  return { code: 0 }
}
