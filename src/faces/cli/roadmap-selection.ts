/** Which part of a roadmap the flags select. */
import type { RoadmapSelection } from '../../app/roadmap/prepared-roadmap.ts'
import { failed, ok, type Result } from '../../model/failure.ts'
import { namedTasks } from '../../model/named-tasks.ts'
import type { Roadmap } from '../../model/roadmap.ts'
import type { Arguments } from './command.ts'
import { present } from './said.ts'

/** "2..3" is written out by the phases that the roadmap has, in its order. `words` are tasks, groups or phases: all tasks that they mean. */
export function roadmapSelection({ flags }: Arguments, words: readonly string[], roadmap: Roadmap): Result<RoadmapSelection> {
  const { phases, file } = roadmap
  const list = (name: string): readonly string[] | undefined => {
    const said = flags.get(name)
    return Array.isArray(said) ? said : undefined
  }
  const written: string[] = []
  for (const said of list('phase') ?? []) {
    const [, from, to] = /^(.+?)\.\.(.+)$/.exec(said) ?? []
    if (from === undefined || to === undefined) written.push(said)
    else {
      const [first, last] = [from, to].map((id) => phases.findIndex((phase) => phase.id === id))
      if (first === undefined || last === undefined || first < 0 || last < first)
        return failed({
          type: 'args.bad-value',
          what: `--phase cannot be '${said}'`,
          hint: `${file} has the phases ${phases.map(({ id }) => id).join(', ')}, in this order.`,
        })
      written.push(...phases.slice(first, last + 1).map(({ id }) => id))
    }
  }
  const named = namedTasks(roadmap, words)
  if (!named.ok) return named
  const tasks = [...(list('task') ?? []), ...named.value.map(({ task }) => task.id)]
  return ok(present({ phases: written.length === 0 ? undefined : written, groups: list('group'), tasks: tasks.length === 0 ? undefined : tasks }))
}
