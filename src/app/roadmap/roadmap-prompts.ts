/** Prompts from tasks of a roadmap: with the documents that they name, the instructions of the repository, and what they stand on. */
import { kebab } from '../../config/prompts/prompt-ids.ts'
import { specPaths, usualSpecs } from '../../config/roadmap/spec-documents.ts'
import { taskPrompt, templateNames, unknownNames, type SpecDocument } from '../../config/roadmap/task-prompt.ts'
import { failed, ok, type Result } from '../../model/failure.ts'
import type { Files } from '../../model/files.ts'
import type { AskedTask, Prompt } from '../../model/prompt.ts'
import { groupKey, isSameId, tasksOf, type PlacedTask, type Roadmap, type RoadmapTask } from '../../model/roadmap.ts'
import type { TaskStanding } from '../../model/roadmap-standing.ts'
import { nearest } from '../../model/suggestion.ts'
import type { RoadmapHere } from './roadmap-here.ts'

/** Ids of prompts by ids of tasks: always the same for the same roadmap. */
export function promptIds(roadmap: Roadmap): ReadonlyMap<string, string> {
  const ids = new Map<string, string>()
  const used = new Set<string>()
  for (const { task } of tasksOf(roadmap)) {
    const plain = kebab(task.id) ?? `task-${task.digest.slice(0, 8)}`
    const id = used.has(plain) ? `${plain.slice(0, 50)}-${task.digest.slice(0, 8)}` : plain
    used.add(id)
    ids.set(task.id, id)
  }
  return ids
}

const usualInstructions = ['AGENTS.md', 'CLAUDE.md', 'GEMINI.md', '.github/copilot-instructions.md', 'CONTRIBUTING.md']
/** Larger documents are named, not given whole. */
const mostSpecLength = 48 * 1024

export async function roadmapPrompts(
  { roadmap, files, loaded }: RoadmapHere,
  tasks: readonly PlacedTask[],
  standings: ReadonlyMap<string, TaskStanding>,
): Promise<Result<readonly Prompt[]>> {
  const section = loaded.config.roadmap ?? {}
  const template = section.prompt === undefined ? ok(undefined) : await templateAt(files, section.prompt)
  if (!template.ok) return template
  const documents = await files.glob(section.specs ?? usualSpecs)
  const instructions = (await Promise.all(usualInstructions.map(async (path) => ((await files.exists(path)) ? [path] : [])))).flat()
  const ids = promptIds(roadmap)
  const idOf = (id: string): string => ids.get(id) ?? id
  const isHere = new Set(tasks.map(({ task }) => task))
  const prompts = tasks.map(async (placed) => {
    const { task } = placed
    const prompt = taskPrompt(placed, {
      roadmap,
      promptId: idOf(task.id),
      specs: await documentsOf(files, specPaths(task.spec ?? '', documents)),
      follows: followedBy(roadmap, placed).map((before) => follow(before, standings, idOf)),
      dependsOn: tasksOf(roadmap).flatMap((other) => (isHere.has(other.task) && comesAfter(task, other.task) ? [idOf(other.task.id)] : [])),
      instructions,
      ...(template.value === undefined ? {} : { template: template.value }),
    })
    const landed = standings.get(task.id)?.landed
    return prompt.asked === undefined || landed === undefined ? prompt : { ...prompt, asked: { ...prompt.asked, landed } }
  })
  return ok(await Promise.all(prompts))
}

function follow({ task }: PlacedTask, standings: ReadonlyMap<string, TaskStanding>, idOf: (id: string) => string): AskedTask['follows'][number] {
  const standing = standings.get(task.id)?.standing
  const commit = standing?.kind === 'landed' ? { commit: standing.commit } : {}
  return { id: idOf(task.id), title: `${task.id}: ${task.title}`, ...commit }
}

/** By its own word. */
const comesAfter = ({ after }: RoadmapTask, { id }: RoadmapTask): boolean => after.some((one) => isSameId(one, id))

/** What a task stands on, as far as its agent should know: what it names itself, its group before it, and the groups that its own comes after. */
function followedBy(roadmap: Roadmap, { phase, group, task }: PlacedTask): readonly PlacedTask[] {
  const near = new Set([groupKey(phase, group), ...group.after.map((id) => `${phase.id}.${id}`)])
  return tasksOf(roadmap).filter((other) => other.task !== task && (comesAfter(task, other.task) || near.has(groupKey(other.phase, other.group))))
}

async function documentsOf(files: Files, paths: readonly string[]): Promise<readonly SpecDocument[]> {
  let left = mostSpecLength
  const documents: SpecDocument[] = []
  for (const path of paths) {
    const text = await files.read(path)
    if (text === undefined) continue
    const isGiven = text.length <= left
    if (isGiven) left -= text.length
    documents.push(isGiven ? { path, text } : { path })
  }
  return documents
}

async function templateAt(files: Files, path: string): Promise<Result<string>> {
  const text = await files.read(path)
  if (text === undefined)
    return failed({
      type: 'roadmap.invalid',
      what: `there is no template of prompts at ${path}`,
      hint: 'roadmap.prompt in pawl.yaml names it.',
      place: { file: path },
    })
  const [odd] = unknownNames(text)
  if (odd === undefined) return ok(text)
  const near = nearest(odd, templateNames)
  return failed({
    type: 'roadmap.invalid',
    what: `the template of prompts names {{${odd}}}, which stands for nothing`,
    hint: near === undefined ? `It may name: ${templateNames.join(', ')}` : `Did you mean {{${near}}}?`,
    place: { file: path },
  })
}
