/** The tasks of a roadmap that words mean: each word is the id of a task, of a group or of a phase. Pure. */
import { failed, ok, type Failure, type Result } from './failure.ts'
import { groupKey, isSameId, phaseKey, tasksOf, type PlacedTask, type Roadmap } from './roadmap.ts'
import { nearest } from './suggestion.ts'

/** "A1" is a task, "A" or "1.A" all of a group, "1" or "phase-1" all of a phase; what stands first here is meant where a word could be several. Every word must be known. */
export function namedTasks(roadmap: Roadmap, names: readonly string[]): Result<readonly PlacedTask[]> {
  const all = tasksOf(roadmap)
  const problems: Failure[] = []
  const found = new Set<PlacedTask>()
  for (const name of names) {
    const meant = meantBy(all, name)
    for (const one of meant) found.add(one)
    if (meant.length === 0) {
      const known = all.flatMap((one) => [one.task.id, groupKey(one.phase, one.group)])
      problems.push(unknownName(roadmap, 'task, group or phase', name, [...new Set([...known, ...roadmap.phases.map(phaseKey)])]))
    }
  }
  return problems.length > 0 ? failed(...problems) : ok([...found])
}

function meantBy(all: readonly PlacedTask[], name: string): readonly PlacedTask[] {
  const isNamed = (...ids: readonly string[]): boolean => ids.some((id) => isSameId(id, name))
  const readings = [
    ({ task }: PlacedTask) => isNamed(task.id),
    ({ phase, group }: PlacedTask) => isNamed(groupKey(phase, group), group.id),
    ({ phase }: PlacedTask) => isNamed(phase.id, phaseKey(phase)),
  ]
  return readings.map((reading) => all.filter(reading)).find((meant) => meant.length > 0) ?? []
}

/** `known`: what there is, in the order in which it is told. */
export function unknownName({ file }: Pick<Roadmap, 'file'>, noun: string, name: string, known: readonly string[]): Failure {
  const near = nearest(name, known)
  return {
    type: 'roadmap.unknown-task',
    what: `the roadmap has no ${noun} '${name}'`,
    kept: 'nothing was changed',
    hint: near === undefined ? `It has: ${known.slice(0, 30).join(', ')}` : `Did you mean '${near}'?`,
    place: { file },
  }
}
