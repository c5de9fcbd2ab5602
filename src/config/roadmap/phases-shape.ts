/** The shape of what pawl understands of `phases.yaml` of the source system. What it does not know there is kept as text, never refused. */
import * as v from 'valibot'
import { isId, priorityWords } from './yaml-shape.ts'

const id = v.pipe(
  v.union([v.string(), v.number()]),
  v.check((value) => isId(String(value)), 'one word such as "1.2", of letters, digits, dots, _ and -'),
)
const ids = v.union([id, v.array(id)])
const atLeastOne = v.pipe(v.number(), v.integer(), v.minValue(1))

export const phaseShape = v.strictObject({
  name: v.string(),
  description: v.optional(v.string()),
  depends_on: v.optional(ids),
  parallel_with: v.optional(ids),
})

export const groupShape = v.strictObject({
  name: v.optional(v.string()),
  description: v.optional(v.string()),
  execution: v.optional(v.picklist(['sequential', 'parallel'])),
  max_parallel: v.optional(atLeastOne),
  depends_on: v.optional(ids),
})

export const taskShape = v.strictObject({
  id,
  name: v.string(),
  description: v.optional(v.string()),
  type: v.optional(v.string()),
  target: v.optional(v.string()),
  action: v.optional(v.string()),
  test_file: v.optional(v.string()),
  priority: v.optional(v.picklist(priorityWords)),
  requires_manual: v.optional(v.boolean()),
  depends_on: v.optional(ids),
})

export const settingsShape = v.strictObject({
  max_parallel_tasks: v.optional(atLeastOne),
  timeout_minutes: v.optional(
    v.pipe(
      v.number(),
      v.check((value) => value > 0 && Number.isFinite(value), 'a number above 0'),
    ),
  ),
})
