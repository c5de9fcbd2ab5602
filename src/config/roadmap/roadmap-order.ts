/** Finds what is wrong with the ids and the order of a roadmap: the same id twice, ids that are not there, circles. */
import type { Failure, Place } from '../../model/failure.ts'
import { groupKey, tasksOf, type Roadmap } from '../../model/roadmap.ts'
import { nearest } from '../../model/suggestion.ts'

/** Empty: each `after` leads to something that comes before. A circle is only looked for when all ids are right. */
export function orderFailures(roadmap: Roadmap): readonly Failure[] {
  const wrong = [...repeated(roadmap), ...unknown(roadmap)]
  return wrong.length > 0 ? wrong : circle(roadmap)
}

type Named = { readonly id: string; readonly after: readonly string[]; readonly place: Place }

function repeated({ phases }: Roadmap): readonly Failure[] {
  const tasks = phases.flatMap((phase) => phase.groups.flatMap((group) => group.tasks))
  return [...twice('phase', phases), ...phases.flatMap(({ groups, id }) => twice('group', groups, ` of phase ${id}`)), ...twice('task', tasks)]
}

function twice(kind: string, named: readonly Named[], where = ''): readonly Failure[] {
  const first = new Map<string, Named>()
  return named.flatMap((one): readonly Failure[] => {
    const before = first.get(one.id.toLowerCase())
    if (before === undefined) {
      first.set(one.id.toLowerCase(), one)
      return []
    }
    const line = before.place.line
    return [
      {
        type: 'roadmap.invalid',
        what: `two ${kind}s${where} have the id '${one.id}'`,
        ...(line === undefined ? {} : { why: `the other one stands in line ${line}` }),
        hint: 'Give one of them another id.',
        place: one.place,
      },
    ]
  })
}

function unknown(roadmap: Roadmap): readonly Failure[] {
  const tasks = tasksOf(roadmap).map(({ task }) => task)
  return [
    ...missing('phase', roadmap.phases),
    ...roadmap.phases.flatMap(({ groups, id }) => missing('group', groups, ` of phase ${id}`)),
    ...missing('task', tasks),
  ]
}

/** Of each kind, the first so many unknown ids are compared with all that are known. */
const mostCompared = 20

function missing(kind: string, named: readonly Named[], where = ''): readonly Failure[] {
  const known = new Map(named.map(({ id }) => [id.toLowerCase(), id]))
  const all = `Known here: ${[...known.values()].slice(0, 12).join(', ')}`
  return named
    .flatMap(({ id, after, place }) => after.flatMap((other) => (known.has(other.toLowerCase()) ? [] : [{ id, other, place }])))
    .map(({ id, other, place }, i): Failure => {
      const meant = i < mostCompared ? meantId(other, id, known) : undefined
      const hint = meant === undefined ? all : `Did you mean '${meant}'?`
      return { type: 'roadmap.invalid', what: `${kind} '${id}' comes after '${other}', which is no ${kind}${where}`, hint, place }
    })
}

/** One letter is near to every other one. */
const meantId = (other: string, id: string, known: ReadonlyMap<string, string>): string | undefined =>
  other.length < 2
    ? undefined
    : nearest(
        other,
        [...known.values()].filter((one) => one !== id),
      )

/** What must be over before a node is over; names are for people, and absent where a node is only a join. */
type Graph = Map<string, { readonly name?: string; readonly place: Place; readonly after: readonly string[] }>

/** Beginnings and ends of phases and groups are nodes, too, so that a circle through them is found. */
function graphOf({ phases }: Roadmap): Graph {
  const graph: Graph = new Map()
  const key = (kind: string, id: string): string => `${kind}:${id.toLowerCase()}`
  for (const phase of phases) {
    graph.set(key('begin', phase.id), { place: phase.place, after: phase.after.map((id) => key('end', id)) })
    const groupEnds = phase.groups.map((group) => key('group end', groupKey(phase, group)))
    graph.set(key('end', phase.id), { name: `phase ${phase.id}`, place: phase.place, after: [key('begin', phase.id), ...groupEnds] })
    for (const group of phase.groups) {
      const [begin, end] = [key('group begin', groupKey(phase, group)), key('group end', groupKey(phase, group))]
      const before = group.after.map((id) => key('group end', `${phase.id}.${id}`))
      graph.set(begin, { place: group.place, after: [key('begin', phase.id), ...before] })
      graph.set(end, { name: `group ${groupKey(phase, group)}`, place: group.place, after: [begin, ...group.tasks.map(({ id }) => key('task', id))] })
      group.tasks.forEach((task, i) => {
        const previous = group.isSequential ? group.tasks[i - 1] : undefined
        const after = [...task.after, ...(previous === undefined ? [] : [previous.id])].map((id) => key('task', id))
        graph.set(key('task', task.id), { name: `task ${task.id}`, place: task.place, after: [begin, ...after] })
      })
    }
  }
  return graph
}

function circle(roadmap: Roadmap): readonly Failure[] {
  const graph = graphOf(roadmap)
  const ring = ringIn(graph)
    .flatMap((key) => graph.get(key) ?? [])
    .filter(({ name }) => name !== undefined)
  const start = ring.reduce((best, one, i) => ((one.place.line ?? 0) < (ring[best]?.place.line ?? 0) ? i : best), 0)
  const named = [...ring.slice(start), ...ring.slice(0, start)]
  const [first] = named
  if (first === undefined) return []
  const names = named.map(({ name = '' }) => name)
  const alone = names.length === 1
  return [
    {
      type: 'roadmap.cycle',
      what: alone ? `${names[0]} waits for itself` : `${names.slice(0, -1).join(', ')} and ${names.at(-1)} wait for each other`,
      why: [...names, names[0]].join(' waits for '),
      hint: 'Remove one of the words "after" that make the circle.',
      place: first.place,
    },
  ]
}

/** Members of one circle, each waiting for the next; empty: there is none. Not recursive: a roadmap may be one long chain. */
function ringIn(graph: Graph): readonly string[] {
  const waits = new Map([...graph].map(([key, { after }]) => [key, new Set(after).size]))
  const followers = new Map<string, string[]>()
  for (const [key, { after }] of graph)
    for (const before of new Set(after)) {
      const known = followers.get(before)
      if (known === undefined) followers.set(before, [key])
      else known.push(key)
    }
  const ready = [...waits].flatMap(([key, count]) => (count === 0 ? [key] : []))
  for (let key = ready.pop(); key !== undefined; key = ready.pop()) {
    waits.delete(key)
    for (const follower of followers.get(key) ?? []) {
      const left = (waits.get(follower) ?? 0) - 1
      waits.set(follower, left)
      if (left === 0) ready.push(follower)
    }
  }
  // Whoever is left waits for somebody who is left, so following one of them must come back.
  const way = new Set<string>()
  let at = waits.keys().next().value
  while (at !== undefined && !way.has(at)) {
    way.add(at)
    at = graph.get(at)?.after.find((before) => waits.has(before))
  }
  return at === undefined ? [] : [...way].slice([...way].indexOf(at))
}
