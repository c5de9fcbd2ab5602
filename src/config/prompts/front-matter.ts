/** The front matter of a prompt: YAML between two lines "---" at the top of its file. Every mistake in it is told with its line and column. */
import * as v from 'valibot'
import type { Budget } from '../../model/budget.ts'
import { failed, ok, type Failure, type Place, type Result } from '../../model/failure.ts'
import { budgetShape } from '../agent-shape.ts'
import { placed, type Keys } from '../keys.ts'
import { problemsOf } from '../problems.ts'
import { parseYaml } from '../read-yaml.ts'
import { budgetFrom, milliseconds } from '../said-limits.ts'
import { describe, duration, glob } from '../shape-words.ts'

const priorities = { low: -1, normal: 0, high: 1, critical: 2 } as const
type PriorityWord = keyof typeof priorities

const texts = v.union([v.string(), v.array(v.string())])
const anything = v.union([v.string(), v.number(), v.boolean(), v.array(v.string())])

export const promptShape = v.strictObject({
  title: v.optional(describe(v.string(), 'Default: the first heading.')),
  depends_on: v.optional(describe(texts, 'Ids or files of prompts whose work must have landed before this begins.')),
  files: v.optional(
    describe(v.union([glob, v.array(glob)]), 'Globs of the files that it will change. Prompts that share one are never worked on side by side.'),
  ),
  priority: v.optional(
    describe(
      v.union([v.pipe(v.number(), v.finite()), v.picklist(Object.keys(priorities) as PriorityWord[])]),
      'A number, or low, normal, high, critical. Higher first. Default: normal, which is 0.',
    ),
  ),
  agent: v.optional(describe(v.string(), 'Which agent, by name.')),
  model: v.optional(describe(v.string(), 'Which model of the agent.')),
  checks: v.optional(describe(texts, 'Names of the checks that its work must pass. Default: all.')),
  timeout: v.optional(describe(duration, 'Time limit of one turn of the agent.')),
  budget: v.optional(describe(budgetShape, 'What all turns for this prompt together may use.')),
  issue_number: v.optional(describe(anything, 'For people; not used.')),
  created_by: v.optional(describe(anything, 'For people; not used.')),
  date: v.optional(describe(anything, 'For people; not used.')),
  description: v.optional(describe(anything, 'For people; not used.')),
})

export type FrontMatter = {
  readonly title?: string
  /** As they were written, each with its place. */
  readonly dependsOn: readonly { readonly name: string; readonly place: Place }[]
  readonly files?: readonly string[]
  readonly priority: number
  readonly agent?: string
  readonly model?: string
  readonly checks?: readonly string[]
  readonly timeoutMs?: number
  readonly budget?: Budget
}

export type Parted = { readonly front: FrontMatter; /** All behind the front matter, byte for byte. */ readonly text: string }

const nothing: FrontMatter = { dependsOn: [], priority: 0 }
const longestFrontMatter = 50_000
const fence = /^---[ \t]*(?:\r\n|\n|\r|$)/

/** `file`: for messages. A line "---" at the top that is not followed by a key is a line across, and part of the text. */
export function frontMatter(text: string, file: string): Result<Parted> {
  const mark = text.startsWith('\ufeff') ? 1 : 0
  const opening = fence.exec(text.slice(mark, mark + 1000))?.[0]
  if (opening === undefined) return ok({ front: nothing, text })
  const start = mark + opening.length
  const closing = /^(?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|(?![^]))/m
  const rest = text.slice(start)
  const end = closing.exec(rest)
  if (end === null) {
    if (!/^[ \t]*[\w-]{1,40}[ \t]*:(?:\s|$)/.test(rest.trimStart().slice(0, 100))) return ok({ front: nothing, text })
    return failed({ type: 'prompt.invalid', what: 'the front matter has no end', hint: 'Close it with a line "---".', place: { file, line: 1, column: 1 } })
  }
  if (end.index > longestFrontMatter)
    return failed({
      type: 'prompt.invalid',
      what: 'the front matter is too long',
      why: `it has more than ${longestFrontMatter} characters`,
      hint: 'Put what is to be done below it.',
      place: { file, line: 1, column: 1 },
    })
  // The line break stands for the opening line, so that places are those of the file.
  const front = parsed(`\n${rest.slice(0, end.index)}`, file)
  return front.ok ? ok({ front: front.value, text: rest.slice(end.index + end[0].length) }) : front
}

function parsed(yaml: string, file: string): Result<FrontMatter> {
  const read = parseYaml(file, yaml)
  const ours = (failures: readonly Failure[]): readonly Failure[] => failures.map((failure) => ({ ...failure, type: 'prompt.invalid' }))
  if (!read.readable) return failed(...ours(read.failures))
  if (read.value === null || read.value === undefined) return read.failures.length > 0 ? failed(...ours(read.failures)) : ok(nothing)
  if (typeof read.value !== 'object' || Array.isArray(read.value))
    return failed({
      type: 'prompt.invalid',
      what: 'the front matter is no mapping of keys to values',
      hint: 'Write "priority: high" and such; a line across at the top of a prompt is written "***".',
      place: { file, line: 2, column: 1 },
    })
  const problems = problemsOf(promptShape, read.value).map((problem): Failure => {
    const place = problem.at === 'key' ? read.keyPlace(problem.path) : read.valuePlace(problem.path)
    return { type: 'prompt.invalid', what: problem.what, hint: problem.hint, ...placed(place) }
  })
  const failures = [...ours(read.failures), ...problems].toSorted((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0))
  if (failures.length > 0) return failed(...failures)
  const config = v.parse(promptShape, read.value)
  const wrongFiles = listOf(config.files ?? []).flatMap((path, i) => outside(path, read.valuePlace(Array.isArray(config.files) ? ['files', i] : ['files'])))
  if (wrongFiles.length > 0) return failed(...wrongFiles)
  return ok(matterOf(config, (keys) => read.valuePlace(keys) ?? { file }))
}

function matterOf(config: v.InferOutput<typeof promptShape>, placeOf: (keys: Keys) => Place): FrontMatter {
  const { title, files, priority = 0, agent, model, checks, timeout, budget } = config
  const names = listOf(config.depends_on ?? [])
  return {
    dependsOn: names.map((name, i) => ({ name: name.trim(), place: placeOf(Array.isArray(config.depends_on) ? ['depends_on', i] : ['depends_on']) })),
    priority: typeof priority === 'number' ? priority : priorities[priority],
    ...(title === undefined || title.trim() === '' ? {} : { title }),
    ...(files === undefined ? {} : { files: listOf(files).map((path) => path.replace(/^\.\//, '')) }),
    ...(agent === undefined ? {} : { agent }),
    ...(model === undefined ? {} : { model }),
    ...(checks === undefined ? {} : { checks: listOf(checks) }),
    ...(timeout === undefined ? {} : { timeoutMs: milliseconds(timeout) }),
    ...(budget === undefined ? {} : { budget: budgetFrom(budget) }),
  }
}

const listOf = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value)

function outside(path: string, place: Place | undefined): readonly Failure[] {
  const plain = path.replace(/^!/, '')
  if (plain.trim() !== '' && !/^(?:[/\\~]|[A-Za-z]:)/.test(plain) && !/(?:^|[/\\])\.\.(?:[/\\]|$)/.test(plain)) return []
  return [
    {
      type: 'prompt.invalid',
      what: `'files' has '${path}', which is nothing in the repository`,
      hint: 'Write paths relative to its root, such as src/login/**.',
      ...placed(place),
    },
  ]
}
