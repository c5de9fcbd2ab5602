import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { parse, printParseErrorCode, type ParseError } from 'jsonc-parser'
import { editorTasks } from './editor-tasks.ts'
import { newTaskFile, withoutTasks, withTasks } from './task-file.ts'

const start = ['pawl']

async function merged(text: string): Promise<string> {
  const result = await withTasks(text, start)
  if (!result.ok) throw new Error(JSON.stringify(result.failures))
  return result.value
}

async function taken(text: string): Promise<string | undefined> {
  const result = await withoutTasks(text)
  if (!result.ok) throw new Error(JSON.stringify(result.failures))
  return result.value
}

/** As VS Code reads it. */
function read(text: string | undefined): { readonly tasks: readonly { readonly label?: string }[] } & Record<string, unknown> {
  const errors: ParseError[] = []
  const value: unknown = parse(text ?? '', errors, { allowTrailingComma: true })
  expect(errors.map(({ error }) => printParseErrorCode(error))).toEqual([])
  return value as never
}

const mine = `{
\t// What we build.
\t"version": "2.0.0",
\t"tasks": [
\t\t{ "label": "make", "type": "shell", "command": "make" }, // first
\t\t{
\t\t\t"label": "serve", /* long */
\t\t\t"command": "serve, \\"// no comment\\"",
\t\t} // last
\t],
\t"inputs": [] // none
}
`

test('the tasks come behind those of the user; comments, order and indentation stay', async () => {
  const after = await merged(mine)
  const at = after.indexOf('\t\t{\n\t\t\t"label": "pawl"')
  expect(after.slice(0, at)).toBe(mine.slice(0, mine.indexOf('} // last')) + '}, // last\n')
  expect(after.endsWith(mine.slice(mine.indexOf('\n\t],')))).toBe(true)
  expect(read(after).tasks.map(({ label }) => label)).toEqual(['make', 'serve', 'pawl', 'pawl: watch', 'pawl: fix off'])
  expect(await merged(after)).toBe(after)
  expect(await taken(after)).toBe(mine)
})

test('a changed task of pawl is written anew where it stands, and nothing beside it', async () => {
  const after = await merged(mine)
  const changed = after.replace('"label": "pawl: fix off",', '"label": "pawl: fix off", "hide": true,').replace('{ "label": "make"', '{ "label":   "make"')
  expect(await merged(changed)).toBe(after.replace('{ "label": "make"', '{ "label":   "make"'))
  const formatted = after.replace('"label": "pawl",', '"label":"pawl", // ours')
  expect(await merged(formatted)).toBe(formatted)
  const early = `{ "tasks": [ { "label": "pawl" }, { "label": "b" } ] }`
  expect(read(await merged(early)).tasks.map(({ label }) => label)).toEqual(['pawl', 'b', 'pawl: watch', 'pawl: fix off'])
})

test('the build task of the user stays the default', async () => {
  const group = async (text: string): Promise<unknown> => (read(await merged(text)).tasks.find(({ label }) => label === 'pawl') as { group?: unknown }).group
  const other = (value: string): string => `{ "version": "2.0.0", "tasks": [ { "label": "a", "group": ${value} } ] }`
  expect(await group(other('"build"'))).toEqual({ kind: 'build', isDefault: true })
  expect(await group(other('{ "kind": "test", "isDefault": true }'))).toEqual({ kind: 'build', isDefault: true })
  expect(await group(other('{ "kind": "build", "isDefault": false }'))).toEqual({ kind: 'build', isDefault: true })
  expect(await group(other('{ "kind": "build", "isDefault": true }'))).toBe('build')
  expect(await group(other('{ "kind": "build", "isDefault": "**/*.c" }'))).toBe('build')
  expect(await group(newTaskFile(start))).toEqual({ kind: 'build', isDefault: true })
})

test('a file without a list of tasks gets one; a file that pawl made alone goes away whole', async () => {
  expect(read(await merged('{}')).tasks).toHaveLength(3)
  expect(await merged('{\r\n    "version": "2.0.0" // v\r\n}\r\n')).toMatch(/^\{\r\n {4}"version": "2\.0\.0", \/\/ v\r\n {4}"tasks": \[\r\n {8}\{\r\n/)
  expect(await merged('{ "version": "2.0.0", "tasks": [] }\n')).toContain('"tasks": [\n  {\n    "label": "pawl"')
  expect(await taken(newTaskFile(start))).toBeUndefined()
  expect(await taken('{ "version": "2.0.0", "tasks": [] }')).toBe('{ "version": "2.0.0", "tasks": [] }')
  expect(await taken(newTaskFile(start).replace('{', '{ // mine'))).toBe('{ // mine\n  "version": "2.0.0",\n  "tasks": [\n  ]\n}\n')
})

test('what cannot be read, or means something else, is a failure with its place', async () => {
  for (const [text, line, what] of [
    ['{\n  "tasks": [\n    { "label": }\n  ]\n}', 3, 'not valid JSON'],
    ['{\n  "tasks": [\n', 3, 'not valid JSON'],
    ['// nothing', 1, 'not valid JSON'],
    ['[]', 1, 'does not hold an object'],
    ['{\n  "tasks": {}\n}', 2, 'not a list'],
    ['{ "tasks": [],\n "tasks": [] }', 2, 'twice'],
    ['{\n\n "version": "0.1.0", "tasks": [] }', 3, 'version 0.1.0'],
  ] as const)
    for (const result of [await withTasks(text, start), await withoutTasks(text)])
      expect(result).toMatchObject({
        ok: false,
        failures: [{ type: 'init.unreadable', what: expect.stringContaining(what), kept: 'it was not changed', place: { file: '.vscode/tasks.json', line } }],
      })
})

/** Space and comments between two signs of the file. */
const gap = fc
  .array(
    fc.constantFrom('', ' ', '\n', '\n  ', '\t', '/**/', '/* a, b */', '/* ** ] } */', '// c, "d"\n', '// "tasks": [\n    ').map((text) => text),
    { maxLength: 3 },
  )
  .map((parts) => parts.join(''))
const label = fc.constantFrom('a', 'b', 'pawl', 'pawl: watch', 'pawl: fix off', 'pawl!', '// x', ',]')
const entry = fc.tuple(gap, label, gap, gap).map(([one, name, two, three]) => `{${one}"label"${two}:${three}${JSON.stringify(name)}}`)
const taskFile = fc
  .tuple(fc.array(fc.tuple(gap, entry, gap), { maxLength: 4 }), fc.boolean(), gap, fc.boolean(), gap, gap)
  .map(([entries, trailing, inside, more, before, behind]) => {
    const list = entries.map(([one, text, two]) => one + text + two).join(',') + (trailing && entries.length > 0 ? ',' : '') + inside
    return `${before}{${before}"tasks":${inside}[${list}]${more ? `${inside},${inside}"x": [1, "pawl"]` : ''}${behind}}${behind}`
  })

const comments = (text: string): string[] => text.match(/"(?:[^"\\]|\\.)*"|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g)?.filter((part) => !part.startsWith('"')) ?? []
const foreign = (text: string | undefined): unknown[] => {
  const seen = new Set<string>()
  return read(text).tasks.filter(({ label: name = '' }) => {
    const own = ['pawl', 'pawl: watch', 'pawl: fix off'].includes(name) && !seen.has(name)
    seen.add(name)
    return !own
  })
}

test('whatever comments and commas stand there: the user’s tasks, the rest and every comment outside of pawl’s tasks stay, in their order', async () => {
  await fc.assert(
    fc.asyncProperty(taskFile, async (text) => {
      const after = await merged(text)
      const [was, now] = [read(text), read(after)]
      expect(foreign(after)).toEqual(foreign(text))
      expect({ ...now, tasks: [] }).toEqual({ ...was, tasks: [] })
      const firsts = new Map([...now.tasks].toReversed().map((task) => [task.label, task]))
      for (const task of editorTasks(start, true)) expect(firsts.get(task.label) as unknown).toEqual(task)
      expect(await merged(after)).toBe(after)
      // Comments inside of a replaced task go with it; so only files whose tasks of pawl hold none are compared.
      if (!was.tasks.some(({ label: name = '' }) => name.startsWith('pawl'))) {
        expect(comments(after)).toEqual(comments(text))
        const gone = await taken(after)
        expect(read(gone)).toEqual(was)
        expect(comments(gone ?? '')).toEqual(comments(text))
      } else
        expect(read(await taken(after)).tasks).toEqual(was.tasks.filter(({ label: name = '' }) => !['pawl', 'pawl: watch', 'pawl: fix off'].includes(name)))
    }),
    { numRuns: 300 },
  )
})
