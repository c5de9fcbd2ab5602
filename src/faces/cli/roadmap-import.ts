/** `pawl roadmap import`: what lies about that says that something is done, and marking it so by a person's word. */
import { hintedTasks, hintsHere, type Hint } from '../../app/roadmap/hints-here.ts'
import { markTasks } from '../../app/roadmap/mark-tasks.ts'
import { standingsHere } from '../../app/roadmap/standings-here.ts'
import type { Site } from '../../app/site.ts'
import { placeText } from '../../model/failure.ts'
import { namedTasks } from '../../model/named-tasks.ts'
import { isOver } from '../../model/roadmap-standing.ts'
import { countText } from '../reporters/finding-text.ts'
import { safeLine } from '../reporters/safe-text.ts'
import type { CommandContext, CommandEnd } from './command.ts'
import { roadmapFile } from './roadmap-file.ts'
import { say, sayJson, wantsJson } from './say.ts'

/** Without names and without --yes nothing is marked. */
export async function importHints(context: CommandContext, site: Site, names: readonly string[]): Promise<CommandEnd> {
  const found = await standingsHere(site, roadmapFile(context, site))
  if (!found.ok) return found
  const { here, standings } = found.value
  const { roadmap } = here
  const { hints, strays } = await hintsHere(site, here)
  const isOpen = (id: string): boolean => !isOver(standings.get(id)?.standing ?? { kind: 'open' })
  const told = hints.map((hint) => ({ hint, tasks: hintedTasks(roadmap, hint).filter(({ task }) => isOpen(task.id)) })).filter(({ tasks }) => tasks.length > 0)
  const named = namedTasks(roadmap, names)
  if (!named.ok) return named
  const isMeant = (id: string): boolean => (names.length === 0 ? context.args.flags.has('yes') : named.value.some(({ task }) => task.id === id))
  // What was about other titles, or only about a part, is no evidence for the whole.
  const sure = new Map(told.flatMap(({ hint, tasks }) => (isSure(hint) ? tasks.map(({ task }) => [task.id, hint.why] as const) : [])))
  const unsupported = named.value.filter(({ task }) => isOpen(task.id) && !sure.has(task.id))
  if (unsupported.length > 0)
    return {
      failures: unsupported.map(({ task }) => ({
        type: 'roadmap.invalid',
        what: `nothing here says for sure that ${task.id} is done`,
        kept: 'nothing was marked',
        hint: `If you know it: pawl roadmap done ${task.id}`,
        place: task.place,
      })),
    }
  const marked = [...sure.keys()].filter(isMeant)
  if (!context.args.flags.has('dry-run'))
    for (const id of marked) {
      const done = await markTasks(site, { kind: 'done', names: [id], why: sure.get(id) ?? '' }, { roadmap, standings })
      if (!done.ok) return done
    }
  if (wantsJson(context)) {
    sayJson('roadmap-import', { hints: told.map(({ hint }) => hint), strays, marked })
    return { code: 0 }
  }
  if (told.length === 0) say('nothing here says that an open task is done')
  for (const { hint, tasks } of told)
    say(
      `${isSure(hint) ? ' ' : '?'} ${safeLine(nameOf(hint))}  ${hint.says}  ${safeLine(hint.why)}${hint.place === undefined ? '' : ` (${safeLine(placeText(hint.place))})`}`,
      ...(hint.drift ?? []).map(({ id, was, now }) => `    ${safeLine(id)} was "${safeLine(was)}" then, and is "${safeLine(now)}" now`),
      ...(hint.task === undefined ? [`    still open: ${tasks.map(({ task }) => safeLine(task.id)).join(', ')}`] : []),
    )
  if (strays.length > 0) say(`${countText(strays.length, 'hint')} about what the roadmap does not have`)
  if (marked.length > 0) say(`marked as done, by your word: ${marked.map(safeLine).join(', ')}`)
  else if (sure.size > 0) say('nothing is marked; pawl roadmap import --yes, or import ID…, marks what you confirm')
  return { code: 0 }
}

const isSure = (hint: Hint): boolean => hint.says === 'done' && hint.drift === undefined
const nameOf = ({ task, group, phase }: Hint): string => task ?? (group === undefined ? `phase ${phase ?? ''}` : `group ${group}`)
