/** Reads `phases.yaml` of the source system's second orchestrator, known by its shape: keys phase_1 and group_a, or lists of them. */
import * as v from 'valibot'
import { failed, ok, type Failure, type Result } from '../../model/failure.ts'
import type { Roadmap, RoadmapGroup, RoadmapPhase, RoadmapTask } from '../../model/roadmap.ts'
import { valueAt, type Keys } from '../keys.ts'
import { problemsOf } from '../problems.ts'
import type { Schema } from '../expected.ts'
import { checkpointText, filesOf, restText } from './phases-text.ts'
import { groupShape, phaseShape, settingsShape, taskShape } from './phases-shape.ts'
import { isId, priorities } from './yaml-shape.ts'
import { contentOf, eachOf, inOrder, oneLine, paragraphs, placeAt, problemFailure, writtenId, type YamlSource } from './yaml-source.ts'

type Mapping = Readonly<Record<string, unknown>>
const isMapping = (value: unknown): value is Mapping => typeof value === 'object' && value !== null && !Array.isArray(value)

const phaseKey = /^phase[_-]?(.+)$/i
const groupKeyForm = /^group[_-]?(.+)$/i

/** pawl's own form has a list of phases, and phases with a title; in a list, words of the source system are needed to tell. */
export function isPhasesYaml(value: unknown): boolean {
  if (!isMapping(value)) return false
  const { phases } = value
  if (phases === undefined) return Object.entries(value).some(([key, one]) => phaseKey.test(key) && isMapping(one) && Object.hasOwn(one, 'groups'))
  if (isMapping(phases)) return Object.values(phases).some((one) => isMapping(one) && Object.hasOwn(one, 'groups'))
  if (!Array.isArray(phases) || phases.some((one: unknown) => isMapping(one) && Object.hasOwn(one, 'title'))) return false
  const isForeign = (one: unknown): boolean => isMapping(one) && (Object.hasOwn(one, 'depends_on') || Object.hasOwn(one, 'parallel_with'))
  return Object.hasOwn(value, 'orchestrator') || phases.some(isForeign)
}

/** One of a mapping or list, with the way to it and what it may be called by. */
type Entry = { readonly id: string; readonly key: string; readonly value: Mapping; readonly keys: Keys }
type Names = ReadonlyMap<string, string>

type Course = {
  readonly source: YamlSource
  readonly failures: Failure[]
  readonly notes: Failure[]
  readonly settings: v.InferOutput<typeof settingsShape>
}

export function phasesRoadmap(source: YamlSource): Result<Roadmap> {
  const course: Course = { source, failures: [], notes: [], settings: {} }
  const at = valueAt(source.yaml.value, ['orchestrator', 'settings']) === undefined ? ['settings'] : ['orchestrator', 'settings']
  const settings = shaped(course, settingsShape, valueAt(source.yaml.value, at) ?? {}, at)
  const rest = Object.keys(settings.rest)
  if (rest.length > 0) course.notes.push(unsure(`${rest.join(', ')} of this file mean nothing to pawl`, 'Say such things in pawl.yaml.', source, at))
  const phases = phasesOf({ ...course, settings: settings.known ?? {} })
  if (course.failures.length > 0) return failed(...course.failures)
  return ok({ file: source.file, dialect: 'phases', phases, notes: inOrder(course.notes) })
}

const unsure = (what: string, hint: string, source: YamlSource, keys: Keys): Failure => ({
  type: 'roadmap.unsure',
  what,
  hint,
  place: placeAt(source, keys),
})

/** The part of a mapping that has a shape, and all the rest of it. */
function shaped<S extends Schema>(
  { source, failures }: Course,
  shape: S,
  value: unknown,
  keys: Keys,
): { readonly known: v.InferOutput<S> | undefined; readonly rest: Mapping } {
  const entries = (shape as unknown as { readonly entries: Mapping }).entries
  const all = isMapping(value) ? Object.entries(value) : []
  const part = isMapping(value) ? Object.fromEntries(all.filter(([key, one]) => Object.hasOwn(entries, key) && one !== null)) : value
  const problems = problemsOf(shape, part, keys)
  failures.push(...problems.map((problem) => problemFailure(source, problem)))
  const rest = Object.fromEntries(all.filter(([key]) => !Object.hasOwn(entries, key)))
  return { known: problems.length > 0 ? undefined : v.parse(shape, part), rest }
}

function entriesOf({ source, failures }: Course, value: unknown, keys: Keys, form: RegExp, idFrom: (rest: string) => string): readonly Entry[] {
  const there: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((one: unknown, i) => [i, one] as const)
    : isMapping(value)
      ? Object.entries(value)
      : []
  if (!Array.isArray(value) && !isMapping(value) && value !== undefined && value !== null)
    failures.push({
      type: 'roadmap.invalid',
      what: `'${String(keys.at(-1))}' must be a mapping or a list`,
      hint: 'Write one entry for each.',
      place: placeAt(source, keys),
    })
  return there.flatMap(([key, one]): readonly Entry[] => {
    const way = [...keys, key]
    if (!isMapping(one)) {
      failures.push({
        type: 'roadmap.invalid',
        what: `'${String(key)}' must be a mapping`,
        hint: 'Write name and what belongs to it below.',
        place: placeAt(source, way),
      })
      return []
    }
    const id = one['id']
    const said = typeof id === 'string' || typeof id === 'number' ? writtenId(source, id, [...way, 'id']) : undefined
    const name = said ?? (typeof key === 'number' ? String(key + 1) : key)
    const shown = form.exec(name)?.[1] ?? name
    if (!isId(shown)) {
      failures.push({
        type: 'roadmap.invalid',
        what: `'${name}' is no id`,
        hint: 'Use letters, digits, dots, _ and - in one word.',
        place: placeAt(source, way),
      })
      return []
    }
    const { id: _id, ...rest } = one
    return [{ id: idFrom(shown), key: name, value: rest, keys: way }]
  })
}

/** What others may call each of them. */
const namesOf = (entries: readonly Entry[]): Names => new Map(entries.flatMap(({ id, key }) => [id, key].map((name) => [name.toLowerCase(), id] as const)))

function phasesOf(course: Course): readonly RoadmapPhase[] {
  const value = course.source.yaml.value as Mapping
  const own = Object.fromEntries(Object.entries(value).filter(([key]) => phaseKey.test(key)))
  const entries = entriesOf(course, value['phases'] ?? own, value['phases'] === undefined ? [] : ['phases'], phaseKey, (rest) => rest)
  const names = namesOf(entries)
  const read = entries.map((entry) => {
    const { groups, ...plain } = entry.value
    const { known, rest } = shaped(course, phaseShape, plain, entry.keys)
    return { entry, groups, known, rest, beside: referred(course, known?.parallel_with, [...entry.keys, 'parallel_with'], names) }
  })
  return read.flatMap(({ entry, groups, known, rest, beside }, i): readonly RoadmapPhase[] => {
    const inferred = known?.depends_on === undefined
    const isBeside = (other: (typeof read)[number]): boolean => beside.includes(other.entry.id) || other.beside.includes(entry.id)
    const before = read.slice(0, i).findLast((other) => !isBeside(other))
    const after = inferred ? (before === undefined ? [] : [before.entry.id]) : referred(course, known.depends_on, [...entry.keys, 'depends_on'], names)
    if (inferred && before !== undefined)
      course.notes.push(unsure(`phase ${entry.id} is taken to come after phase ${before.entry.id}`, 'Say depends_on, [] for none.', course.source, entry.keys))
    return [
      {
        id: entry.id,
        title: oneLine(known?.name ?? entry.key),
        after,
        isInferred: inferred,
        text: paragraphs(known?.description, restText(rest), checkpointText(value, entry.key)),
        groups: groupsOf(course, groups, entry),
        place: placeAt(course.source, entry.keys),
      },
    ]
  })
}

function groupsOf(course: Course, value: unknown, phase: Entry): readonly RoadmapGroup[] {
  const upper = (rest: string): string => (rest.length <= 2 ? rest.toUpperCase() : rest)
  const entries = entriesOf(course, value, [...phase.keys, 'groups'], groupKeyForm, upper)
  const names = namesOf(entries)
  return entries.map((entry, i): RoadmapGroup => {
    const { tasks, ...plain } = entry.value
    const { known, rest } = shaped(course, groupShape, plain, entry.keys)
    const inferred = known?.depends_on === undefined
    const before = entries[i - 1]
    if (inferred && before !== undefined)
      course.notes.push(
        unsure(`group ${phase.id}.${entry.id} is taken to come after group ${before.id}`, 'Say depends_on, [] for none.', course.source, entry.keys),
      )
    const most = known?.max_parallel ?? course.settings.max_parallel_tasks
    return {
      id: entry.id,
      ...(known?.name === undefined || known.name.trim() === '' ? {} : { title: oneLine(known.name) }),
      after: inferred ? (before === undefined ? [] : [before.id]) : referred(course, known.depends_on, [...entry.keys, 'depends_on'], names),
      isInferred: inferred,
      isSequential: known?.execution !== 'parallel',
      ...(most === undefined ? {} : { maxParallel: most }),
      text: paragraphs(known?.description, restText(rest)),
      tasks: tasksIn(course, tasks, [...entry.keys, 'tasks']),
      place: placeAt(course.source, entry.keys),
    }
  })
}

function tasksIn(course: Course, value: unknown, keys: Keys): readonly RoadmapTask[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value.flatMap((one: unknown, i) => taskOf(course, one, [...keys, i]))
  course.failures.push({ type: 'roadmap.invalid', what: "'tasks' must be a list", hint: 'Write "- id: …" for each task.', place: placeAt(course.source, keys) })
  return []
}

function taskOf(course: Course, value: unknown, keys: Keys): readonly RoadmapTask[] {
  const { source, settings, notes } = course
  const { known, rest } = shaped(course, taskShape, value, keys)
  if (known === undefined) return []
  const { type, target, action, test_file } = known
  const id = writtenId(source, known.id, [...keys, 'id'])
  const facts = restText({ type, target, action, test_file, ...rest })
  const asked = { title: oneLine(known.name), text: paragraphs(known.description, facts), criteria: [] }
  const files = filesOf(known)
  if (files.outside !== undefined)
    notes.push(unsure(`${id} names '${files.outside}', which is nothing in the repository`, 'Write paths relative to its root.', source, keys))
  return [
    {
      id,
      ...asked,
      digest: source.digestOf(contentOf(asked)),
      after: eachOf<string | number>(known.depends_on, [...keys, 'depends_on']).map((one) => writtenId(source, one.value, one.keys)),
      ...(files.globs.length === 0 ? {} : { files: files.globs }),
      priority: known.priority === undefined ? 0 : priorities[known.priority],
      isManual: known.requires_manual ?? false,
      ...(settings.timeout_minutes === undefined ? {} : { timeoutMs: Math.round(settings.timeout_minutes * 60_000) }),
      place: placeAt(source, keys),
    },
  ]
}

/** By key or by id; what is not known is left as it is written, and told later with all that comes after something unknown. */
function referred(
  { source, failures }: Course,
  value: string | number | readonly (string | number)[] | undefined,
  keys: Keys,
  names: Names,
): readonly string[] {
  return eachOf<string | number>(value, keys).flatMap((one) => {
    const written = writtenId(source, one.value, one.keys)
    const id = names.get(written.toLowerCase())
    if (id !== undefined) return [id]
    failures.push({
      type: 'roadmap.invalid',
      what: `'${written}' is not there`,
      hint: `Known here: ${[...new Set(names.values())].slice(0, 12).join(', ')}`,
      place: source.yaml.valuePlace(one.keys) ?? placeAt(source, one.keys),
    })
    return []
  })
}
