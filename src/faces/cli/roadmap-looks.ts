/** The verbs of `pawl roadmap` that only look: what is read, what would be done, how each task stands. */
import { driftsIn, preparedRoadmap, type PreparedRoadmap } from '../../app/roadmap/prepared-roadmap.ts'
import { standingsHere } from '../../app/roadmap/standings-here.ts'
import { usualThreshold } from '../../app/jobs/prepared.ts'
import type { Site } from '../../app/site.ts'
import { ok, type Result } from '../../model/failure.ts'
import { tasksOf } from '../../model/roadmap.ts'
import { countText } from '../reporters/finding-text.ts'
import { isTerminal } from '../reporters/is-terminal.ts'
import { palette } from '../reporters/palette.ts'
import { roadmapJson, roadmapLines } from '../reporters/roadmap-lines.ts'
import { safeLine } from '../reporters/safe-text.ts'
import { screenTraits } from '../reporters/screen.ts'
import { failureLines } from '../reporters/failure-text.ts'
import type { CommandContext, CommandEnd } from './command.ts'
import { screenWish } from './request.ts'
import { roadmapFile } from './roadmap-file.ts'
import { wouldPush } from './roadmap-pulls.ts'
import { roadmapSelection } from './roadmap-selection.ts'
import { say, sayJson, wantsJson } from './say.ts'
import { unusedWords } from './unused-words.ts'
import { workWish } from './work-wish.ts'

const inkOf = ({ args, env }: CommandContext) => palette(screenTraits(env, screenWish(args), isTerminal(1)).colour)

export async function status(context: CommandContext, site: Site, words: readonly string[]): Promise<CommandEnd> {
  const odd = unusedWords('roadmap status', words)
  if (odd !== undefined) return odd
  const found = await standingsHere(site, roadmapFile(context, site))
  if (!found.ok) return found
  const { here, standings } = found.value
  if (wantsJson(context)) sayJson('roadmap', roadmapJson(here.roadmap, standings))
  else say(...roadmapLines(here.roadmap, standings, site.clock.now(), inkOf(context)))
  return { code: 0 }
}

/** What is read, and what is not understood. */
export async function lint(context: CommandContext, site: Site, words: readonly string[]): Promise<CommandEnd> {
  const odd = unusedWords('roadmap lint', words)
  if (odd !== undefined) return odd
  const found = await standingsHere(site, roadmapFile(context, site))
  if (!found.ok) return found
  const { roadmap } = found.value.here
  const { phases, notes } = roadmap
  const groups = phases.reduce((sum, phase) => sum + phase.groups.length, 0)
  if (wantsJson(context)) {
    sayJson('roadmap', roadmapJson(roadmap, found.value.standings))
    return { code: 0 }
  }
  const said = ['done', 'partial', 'open'].map((word) => `${tasksOf(roadmap).filter(({ task }) => task.said === word).length} ${word}`)
  const hasStatus = tasksOf(roadmap).some(({ task }) => task.said !== undefined)
  say(
    `${safeLine(roadmap.file)}: ${countText(phases.length, 'phase')}, ${countText(groups, 'group')}, ${countText(tasksOf(roadmap).length, 'task')}${hasStatus ? ` (it says: ${said.join(', ')})` : ''}`,
    ...[...notes, ...driftsIn(found.value.standings)].flatMap((note) => failureLines(note, inkOf(context))),
  )
  return { code: 0 }
}

/** What would be done, before anything is spent. */
export async function plan(context: CommandContext, site: Site, words: readonly string[]): Promise<CommandEnd> {
  const prepared = await preparedHere(context, site, words)
  const pushes = context.args.flags.has('pr') ? await wouldPush(context, site, ...stagesIn(prepared)) : ok([])
  if (!pushes.ok) return pushes
  const pushLines = pushes.value.map(({ text }) => safeLine(text))
  if (!prepared.ok && !wantsJson(context)) say(...pushLines)
  if (!prepared.ok) return prepared
  const { tasks, stages, waiting, prepared: work } = prepared.value
  const { promptsPlanJson, promptsPlanText } = await import('../reporters/prompts-plan.ts')
  const limits = { atOnce: work.work.parallel, timeoutMs: work.work.timeoutMs, budget: work.work.budget, total: work.work.total, threshold: usualThreshold }
  if (wantsJson(context)) {
    const json: unknown = JSON.parse(promptsPlanJson(work.prompts, work.forecast, limits))
    sayJson('roadmap-plan', {
      stages,
      waiting: waiting.map(({ task, why }) => ({ task: task.task.id, why })),
      work: json,
      onto: work.onto,
      notes: work.notes,
      pushes: pushes.value,
    })
    return { code: 0 }
  }
  const ink = inkOf(context)
  say(
    `${countText(tasks.length, 'task')} in ${countText(stages.filter((stage) => stage.prompts.length > 0).length, 'group')}`,
    ...stages.map((stage) => `  ${stageText(stage)}`),
    '',
    ...promptsPlanText(work.prompts, work.forecast, limits, ink),
    ...[work.onto, ...work.notes].map((note) => `note  ${safeLine(note)}`),
    ...pushLines,
  )
  return { code: 0 }
}

const stagesIn = (prepared: Result<PreparedRoadmap>): readonly [readonly string[], string | undefined] =>
  prepared.ok ? [prepared.value.stages.map(({ id }) => id), prepared.value.prepared.work.onto] : [[], undefined]

function stageText({ id, title, prompts, needs, checks, red }: PreparedRoadmap['stages'][number]): string {
  const after = needs.length === 0 ? '' : `after ${needs.map(safeLine).join(', ')}`
  const gate = `gate: ${checks === undefined ? 'all checks' : checks.map(safeLine).join(', ')}`
  const what = prompts.length === 0 ? 'judges the branch' : prompts.map(safeLine).join(', ')
  const before = red === undefined ? '' : `red since run ${red.since}${red.hasTried ? '; its agent has tried' : ''}`
  return [safeLine(id), safeLine(title), what, after, gate, before].filter((part) => part !== '').join('  ·  ')
}

/** What would be worked on now: the open tasks whose predecessors are over. */
export async function next(context: CommandContext, site: Site, words: readonly string[]): Promise<CommandEnd> {
  const prepared = await preparedHere(context, site, words)
  if (!prepared.ok) return prepared
  const { stages, tasks, prepared: work, waiting } = prepared.value
  const [first] = stages.filter((stage) => stage.prompts.length > 0)
  const here = work.prompts.filter(({ id, dependsOn }) => first?.prompts.includes(id) === true && dependsOn.length === 0)
  if (wantsJson(context)) sayJson('roadmap-next', { stage: first?.id, tasks: here.map(({ asked }) => asked?.id), open: tasks.length })
  else
    say(
      first === undefined ? 'no task; pawl roadmap run judges what is owed a gate' : safeLine(first.title),
      ...here.map(({ title }) => `  ${safeLine(title)}`),
      `${countText(tasks.length, 'task')} open in all${waiting.length === 0 ? '' : `, ${waiting.length} more wait for a person`}`,
    )
  return { code: 0 }
}

export async function preparedHere(context: CommandContext, site: Site, words: readonly string[]): Promise<Result<PreparedRoadmap>> {
  const wish = workWish(context.args)
  if (!wish.ok) return wish
  const found = await standingsHere(site, roadmapFile(context, site))
  if (!found.ok) return found
  const selection = roadmapSelection(context.args, words, found.value.here.roadmap)
  return selection.ok ? preparedRoadmap(site, found.value, { selection: selection.value, wish: wish.value }) : selection
}
