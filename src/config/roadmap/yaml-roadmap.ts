/** Reads a roadmap that is written in YAML; every mistake in it is told with its line and column. */
import * as v from 'valibot'
import { failed, ok, type Failure, type Result } from '../../model/failure.ts'
import type { Roadmap, RoadmapGroup, RoadmapPhase, RoadmapTask } from '../../model/roadmap.ts'
import type { Keys } from '../keys.ts'
import { problemsOf } from '../problems.ts'
import { parseYaml } from '../read-yaml.ts'
import { budgetFrom, milliseconds } from '../said-limits.ts'
import { isPhasesYaml, phasesRoadmap } from './phases-yaml.ts'
import { orderFailures } from './roadmap-order.ts'
import { priorities, roadmapShape, type GroupConfig, type PhaseConfig, type RoadmapConfig, type TaskConfig } from './yaml-shape.ts'
import { contentOf, eachOf, inOrder, isOutside, ofRoadmap, oneLine, paragraphs, placeAt, problemFailure, writtenId, type YamlSource } from './yaml-source.ts'

const mostCharacters = 2_000_000

export type YamlOptions = {
  /** Of the content of a task; the same for the same content, for ever. */
  readonly digestOf: (content: string) => string
}

/** pawl's own form, or `phases.yaml` of the source system, by its shape. `file`: relative to the root, as messages name it. */
export function readYamlRoadmap(text: string, file: string, { digestOf }: YamlOptions): Result<Roadmap> {
  const place = { file, line: 1, column: 1 }
  if (text.length > mostCharacters)
    return failed({
      type: 'roadmap.unreadable',
      what: `${file} is too large`,
      why: `it has more than ${mostCharacters} characters`,
      hint: 'Put long texts into files of their own, and name them.',
      place,
    })
  const yaml = parseYaml(file, text)
  if (!yaml.readable) return failed(...ofRoadmap(yaml.failures))
  if (yaml.value === null || yaml.value === undefined)
    return failed(...ofRoadmap(yaml.failures), { type: 'roadmap.empty', what: `${file} is empty`, hint: 'Write a list of phases: "phases:".', place })
  const source: YamlSource = { file, yaml, lines: text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/), digestOf }
  const read = isPhasesYaml(yaml.value) ? phasesRoadmap(source) : ownRoadmap(source)
  if (yaml.failures.length > 0) return failed(...inOrder([...ofRoadmap(yaml.failures), ...(read.ok ? [] : read.failures)]))
  if (!read.ok) return failed(...inOrder(read.failures))
  return ordered(read.value)
}

function ordered(roadmap: Roadmap): Result<Roadmap> {
  const failures = orderFailures(roadmap)
  if (failures.length > 0) return failed(...inOrder(failures))
  const isEmpty = roadmap.phases.every(({ groups }) => groups.every(({ tasks }) => tasks.length === 0))
  if (!isEmpty) return ok(roadmap)
  const { file } = roadmap
  return failed({ type: 'roadmap.empty', what: `${file} has no task`, hint: 'Write tasks below "tasks:" of a group.', place: { file, line: 1, column: 1 } })
}

function ownRoadmap(source: YamlSource): Result<Roadmap> {
  const { value } = source.yaml
  const wrong = typeof value !== 'object' || Array.isArray(value)
  if (wrong || !Object.hasOwn(value as object, 'phases'))
    return failed({
      type: 'roadmap.invalid',
      what: wrong ? 'a roadmap must be a mapping' : "there is no key 'phases'",
      hint: 'Write "phases:", and below it a list of phases with id, title and groups.',
      place: placeAt(source, []),
    })
  const problems = problemsOf(roadmapShape, value).map((problem) => problemFailure(source, problem))
  if (problems.length > 0) return failed(...problems)
  const config = v.parse(roadmapShape, value)
  const outside = outsideFailures(source, config)
  if (outside.length > 0) return failed(...outside)
  const phases = config.phases.map((phase, i) => phaseOf(source, phase, ['phases', i], config.phases[i - 1]))
  return ok({ file: source.file, dialect: 'yaml', phases, notes: [] })
}

function phaseOf(source: YamlSource, config: PhaseConfig, keys: Keys, before: PhaseConfig | undefined): RoadmapPhase {
  const previous = before === undefined ? [] : [writtenId(source, before.id, [...keys.slice(0, -1), (keys.at(-1) as number) - 1, 'id'])]
  return {
    id: writtenId(source, config.id, [...keys, 'id']),
    title: oneLine(config.title),
    after: config.after === undefined ? previous : idsOf(source, config.after, [...keys, 'after']),
    isInferred: config.after === undefined,
    text: paragraphs(config.description, config.text),
    groups: config.groups.map((group, i) => groupOf(source, group, [...keys, 'groups', i], config.groups[i - 1])),
    place: placeAt(source, keys),
  }
}

function groupOf(source: YamlSource, config: GroupConfig, keys: Keys, before: GroupConfig | undefined): RoadmapGroup {
  const previous = before === undefined ? [] : [writtenId(source, before.id, [...keys.slice(0, -1), (keys.at(-1) as number) - 1, 'id'])]
  return {
    id: writtenId(source, config.id, [...keys, 'id']),
    ...(config.title === undefined ? {} : { title: oneLine(config.title) }),
    after: config.after === undefined ? previous : idsOf(source, config.after, [...keys, 'after']),
    isInferred: config.after === undefined,
    isSequential: config.sequential ?? false,
    ...(config.parallel === undefined ? {} : { maxParallel: config.parallel }),
    text: paragraphs(config.description, config.text),
    tasks: config.tasks.map((task, i) => taskOf(source, task, [...keys, 'tasks', i])),
    place: placeAt(source, keys),
  }
}

function taskOf(source: YamlSource, config: TaskConfig, keys: Keys): RoadmapTask {
  const { agent, model, checks, files, budget, timeout, status, complexity, spec, priority = 0 } = config
  const asked = {
    title: oneLine(config.title),
    text: paragraphs(config.description, config.text),
    criteria: eachOf(config.criteria, []).flatMap(({ value }) => (value.trim() === '' ? [] : [oneLine(value)])),
    ...(spec === undefined || spec.trim() === '-' ? {} : { spec: oneLine(spec) }),
  }
  return {
    id: writtenId(source, config.id, [...keys, 'id']),
    ...asked,
    digest: source.digestOf(contentOf(asked)),
    ...(status === undefined ? {} : { said: status }),
    ...(complexity === undefined ? {} : { complexity }),
    after: idsOf(source, config.after, [...keys, 'after']),
    ...(files === undefined ? {} : { files: eachOf(files, []).map(({ value }) => value.replace(/^\.\//, '')) }),
    ...(agent === undefined ? {} : { agent: oneLine(agent) }),
    ...(model === undefined ? {} : { model: oneLine(model) }),
    priority: typeof priority === 'number' ? priority : priorities[priority],
    isManual: config.manual ?? false,
    ...(checks === undefined ? {} : { checks: eachOf(checks, []).map(({ value }) => value) }),
    ...(timeout === undefined ? {} : { timeoutMs: milliseconds(timeout) }),
    ...(budget === undefined ? {} : { budget: budgetFrom(budget) }),
    place: placeAt(source, keys),
  }
}

const idsOf = (source: YamlSource, value: string | number | readonly (string | number)[] | undefined, keys: Keys): readonly string[] => [
  ...new Set(eachOf<string | number>(value, keys).map((one) => writtenId(source, one.value, one.keys))),
]

function outsideFailures(source: YamlSource, { phases }: RoadmapConfig): readonly Failure[] {
  const tasks = phases.flatMap(({ groups }, p) =>
    groups.flatMap((group, g) => group.tasks.map(({ files }, t) => ({ files, keys: ['phases', p, 'groups', g, 'tasks', t, 'files'] }))),
  )
  return tasks.flatMap(({ files, keys }) =>
    eachOf<string>(files, keys).flatMap((one): readonly Failure[] =>
      isOutside(one.value)
        ? [
            {
              type: 'roadmap.invalid',
              what: `'files' has '${one.value}', which is nothing in the repository`,
              hint: 'Write paths relative to its root, such as src/login/**.',
              place: source.yaml.valuePlace(one.keys) ?? placeAt(source, one.keys),
            },
          ]
        : [],
    ),
  )
}
