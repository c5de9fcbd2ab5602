/** Puts the tasks of pawl into a tasks.json of VS Code, or takes them out; nothing else in it changes. */
import { isDeepStrictEqual } from 'node:util'
import type { Node } from 'jsonc-parser'
import { failed, ok, type Result } from '../model/failure.ts'
import { lineEnd, placeIn, readTree, unitOf, withEntries, withEntry, withoutEntry } from './commented-json.ts'
import { editorLabels, editorTasks, type EditorTask } from './editor-tasks.ts'

export const taskFilePath = '.vscode/tasks.json'

/** The file as pawl writes it where there is none. */
export const newTaskFile = (start: readonly string[]): string => `${JSON.stringify({ version: '2.0.0', tasks: editorTasks(start, true) }, undefined, 2)}\n`

/** The file with the tasks of pawl: each in the place where it already stands, the others at the end. */
export async function withTasks(before: string, start: readonly string[]): Promise<Result<string>> {
  const read = await readTasks(before)
  if (!read.ok) return read
  const { root, tasks } = read.value
  const wanted = editorTasks(start, !(await hasOtherDefault(tasks)))
  const { parse } = await import('jsonc-parser')
  const own = await ownTasks(tasks)
  const missing = wanted.filter(({ label }) => !own.has(label))
  if (tasks === undefined) return ok(withEntries(before, root, (indent) => [`"tasks": ${json([...wanted], before, indent)}`]))
  let text = missing.length === 0 ? before : withEntries(before, tasks, (indent) => missing.map((task) => json(task, before, indent)))
  // From the end to the front, so that what was found stays where it was found.
  for (const [label, { node }] of [...own].toReversed()) {
    const task = wanted.find((each) => each.label === label)
    const now: unknown = parse(before.slice(node.offset, node.offset + node.length), [], { allowTrailingComma: true })
    if (!isDeepStrictEqual(now, task)) text = withEntry(text, node, (indent) => json(task, before, indent))
  }
  return ok(text)
}

/** Undefined: nothing is left that pawl would not have written by itself. */
export async function withoutTasks(before: string): Promise<Result<string | undefined>> {
  let text = before
  for (;;) {
    const read = await readTasks(text)
    if (!read.ok) return read
    const { tasks } = read.value
    const [first] = (await ownTasks(tasks)).values()
    if (tasks === undefined || first === undefined) return ok(text !== before && isBare(text) ? undefined : text)
    text = withoutEntry(text, tasks, first.index)
  }
}

type TaskFile = { readonly root: Node; readonly tasks: Node | undefined }

async function readTasks(text: string): Promise<Result<TaskFile>> {
  const read = await readTree(text, taskFilePath)
  if (!read.ok) return read
  const root = read.value
  const wrong = (what: string, node: Node, hint: string): Result<never> =>
    failed({ type: 'init.unreadable', what, kept: 'it was not changed', hint, place: { file: taskFilePath, ...placeIn(text, node.offset) } })
  if (root.type !== 'object') return wrong('it does not hold an object', root, 'Make it { "version": "2.0.0", "tasks": [] }, then try again.')
  const named = (name: string): readonly Node[] => (root.children ?? []).filter((property) => property.children?.[0]?.value === name)
  const [property, twice] = named('tasks')
  if (twice !== undefined) return wrong("'tasks' stands there twice", twice, 'Join the two lists, then try again.')
  const tasks = property?.children?.[1]
  if (tasks !== undefined && tasks.type !== 'array') return wrong("'tasks' is not a list", tasks, 'Make it a list, then try again.')
  const version = named('version')[0]?.children?.[1]
  if (version !== undefined && version.value !== '2.0.0')
    return wrong(`the version ${String(version.value)} knows no labels`, version, 'Bring the file to "version": "2.0.0", then try again.')
  return ok({ root, tasks })
}

type Own = { readonly node: Node; readonly index: number }

/** By label, in their order; of two with the same label the first. */
async function ownTasks(tasks: Node | undefined): Promise<ReadonlyMap<string, Own>> {
  const { findNodeAtLocation } = await import('jsonc-parser')
  const own = new Map<string, Own>()
  for (const [index, node] of (tasks?.children ?? []).entries()) {
    const label: unknown = findNodeAtLocation(node, ['label'])?.value
    if (typeof label === 'string' && editorLabels.includes(label) && !own.has(label)) own.set(label, { node, index })
  }
  return own
}

/** Whether a task of the user is what "Run Build Task" runs. */
async function hasOtherDefault(tasks: Node | undefined): Promise<boolean> {
  const { findNodeAtLocation } = await import('jsonc-parser')
  return (tasks?.children ?? []).some((node) => {
    const at = (...path: readonly string[]): unknown => findNodeAtLocation(node, [...path])?.value
    const label = at('label')
    const isOwn = typeof label === 'string' && editorLabels.includes(label)
    // A glob makes it the default for some files.
    return !isOwn && at('group', 'kind') === 'build' && ![undefined, false].includes(at('group', 'isDefault') as boolean | undefined)
  })
}

/** As an entry of this file, whose first line is already indented. */
const json = (value: EditorTask | readonly EditorTask[] | undefined, file: string, indent: string): string =>
  JSON.stringify(value, undefined, unitOf(file)).replaceAll('\n', lineEnd(file) + indent)

/** Only what a new file begins with, and not one comment. */
function isBare(text: string): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(text), { version: '2.0.0', tasks: [] })
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}
