/** The shape of a roadmap that is written in YAML, in pawl's own form. */
import * as v from 'valibot'
import { budgetShape } from '../agent-shape.ts'
import { count, describe, duration, glob } from '../shape-words.ts'

/** Higher first. */
export const priorities = { critical: 30, high: 20, medium: 10, low: 0 } as const
export type PriorityWord = keyof typeof priorities
export const priorityWords = Object.keys(priorities) as PriorityWord[]

const idPattern = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,79}$/u
export const isId = (text: string): boolean => idPattern.test(text)

/** A number is read as it is written: 1.10 is not 1.1. */
const id = v.pipe(
  v.union([v.string(), v.number()]),
  v.check((value) => isId(String(value)), 'one word such as "A1", of letters, digits, dots, _ and -'),
)
const ids = v.union([id, v.array(id)])
const line = v.pipe(
  v.string(),
  v.check((text) => text.trim() !== '' && !/[\r\n]/.test(text.trim()), 'one line of text'),
)
const text = v.string()
const texts = v.union([v.string(), v.array(v.string())])

const taskShape = v.strictObject({
  id: describe(id, 'Unique in the roadmap, such as A1.'),
  title: describe(line, 'One line.'),
  text: v.optional(describe(text, 'All that is asked for, as Markdown.')),
  description: v.optional(describe(text, 'The same as text, before it.')),
  after: v.optional(describe(ids, 'Ids of tasks whose work must have landed before this begins.')),
  files: v.optional(describe(v.union([glob, v.array(glob)]), 'Globs of the files that it will change. Tasks that share one are never worked on side by side.')),
  agent: v.optional(describe(line, 'Which agent, by name.')),
  model: v.optional(describe(line, 'Which model of the agent.')),
  priority: v.optional(
    describe(
      v.union([v.pipe(v.number(), v.finite()), v.picklist(priorityWords)]),
      'A number, or critical (30), high (20), medium (10), low (0). Higher first. Default: 0.',
    ),
  ),
  manual: v.optional(describe(v.boolean(), 'A person does it. Default: false.')),
  checks: v.optional(describe(texts, 'Names of the checks that its work must pass. Default: all.')),
  timeout: v.optional(describe(duration, 'Time limit of one turn of the agent.')),
  budget: v.optional(describe(budgetShape, 'What all turns for this task together may use.')),
  criteria: v.optional(describe(texts, 'What must hold when it is done, one line each.')),
  status: v.optional(describe(v.picklist(['done', 'partial', 'open']), 'What you say of it; pawl proves it by itself. Default: nothing is said.')),
  complexity: v.optional(describe(v.picklist(['low', 'medium', 'high']), 'How hard it is.')),
  spec: v.optional(describe(line, 'Where it is specified.')),
})
export type TaskConfig = v.InferOutput<typeof taskShape>

const groupShape = v.strictObject({
  id: describe(id, 'Unique in its phase, such as A.'),
  title: v.optional(describe(line, 'One line.')),
  text: v.optional(describe(text, 'What holds for all of its tasks, as Markdown.')),
  description: v.optional(describe(text, 'The same as text, before it.')),
  after: v.optional(describe(ids, 'Ids of groups of the same phase. [] is none. Default: the group before.')),
  sequential: v.optional(describe(v.boolean(), 'One task after the other. Default: false.')),
  parallel: v.optional(describe(v.pipe(count, v.maxValue(64)), 'How many of its tasks are worked on at a time, at most.')),
  tasks: describe(v.array(taskShape), 'What is to be done.'),
})
export type GroupConfig = v.InferOutput<typeof groupShape>

const phaseShape = v.strictObject({
  id: describe(id, 'Unique in the roadmap, such as 1.'),
  title: describe(line, 'One line.'),
  text: v.optional(describe(text, 'Description, deliverables and criteria of the whole phase, as Markdown.')),
  description: v.optional(describe(text, 'The same as text, before it.')),
  after: v.optional(describe(ids, 'Ids of phases. [] is none. Default: the phase before.')),
  groups: describe(v.array(groupShape), 'Groups of tasks.'),
})
export type PhaseConfig = v.InferOutput<typeof phaseShape>

export const roadmapShape = v.strictObject({
  version: v.optional(describe(v.literal(1), 'Version of this form.')),
  title: v.optional(describe(v.string(), 'For people; not used.')),
  phases: describe(v.array(phaseShape), 'Phases, in order.'),
})
export type RoadmapConfig = v.InferOutput<typeof roadmapShape>
