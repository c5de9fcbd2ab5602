/** From what a person names to Prompts: arguments, lists, texts that were typed. Who depends on whom is known, and nothing circles. */
import { failed, ok, type Failure, type Place, type Result } from '../../model/failure.ts'
import type { Prompt } from '../../model/prompt.ts'
import { nearest } from '../../model/suggestion.ts'
import type { FrontMatter } from './front-matter.ts'
import { promptNames, type NameList } from './list-grammar.ts'
import { promptPaths, type PromptWorld } from './named-files.ts'
import { folderOf, nameOf, pathIn, stemOf } from './paths.ts'
import { promptOf, readPromptFile, type PromptFile } from './prompt-file.ts'
import { distinct, kebab } from './prompt-ids.ts'
import { suggestedOrder } from './suggested-order.ts'

export type PromptWish = {
  /** Arguments: files, globs, folders. */
  readonly positional: readonly string[]
  /** Texts that list names. `file` is what messages call it; `path` where it lies, relative to the root. Without one, names are relative to `from`. */
  readonly lists: readonly { readonly file: string; readonly path?: string; readonly text: string }[]
  /** Each is a prompt itself. */
  readonly typed: readonly string[]
  /** Folder in which all that was said, relative to the root. Default: the root. */
  readonly from?: string
}

export type ReadPrompts = { readonly prompts: readonly Prompt[]; readonly notes: readonly string[] }

type Draft = { readonly id: string; readonly path?: string; readonly place: Place; readonly file: PromptFile }

export async function readPrompts(wish: PromptWish, world: PromptWorld): Promise<Result<ReadPrompts>> {
  const { positional, lists, typed, from = '' } = wish
  if (positional.length + lists.length + typed.length === 0)
    return failed({ type: 'prompt.missing', what: 'no prompt was named', hint: 'Name files, as in prompts/fix-login.md, or give a list of them.' })
  const read = lists.map((list): Result<NameList> => promptNames(list.text, list.file))
  const unread = read.flatMap((list) => (list.ok ? [] : list.failures))
  const listed = lists.flatMap(({ path }, i) => {
    const list = read[i]
    return list?.ok === true ? list.value.names.map((name) => ({ ...name, folder: path === undefined ? from : folderOf(path) })) : []
  })
  const found = await promptPaths({ positional, listed, from }, world)
  if (!found.ok || unread.length > 0) return failed(...unread, ...(found.ok ? [] : found.failures))
  const drafts = await draftsOf(found.value.paths, typed, world)
  if (!drafts.ok) return drafts
  const notes = [...read.flatMap((list) => (list.ok ? list.value.notes : [])), ...found.value.notes]
  if (drafts.value.length === 0)
    return failed({ type: 'prompt.missing', what: 'no prompt is left to work on', why: notes.join('; '), hint: 'Name at least one that is not done.' })
  const prompts = related(drafts.value)
  return prompts.ok ? ok({ prompts: prompts.value, notes: [...notes, ...suggestedOrder(prompts.value)] }) : prompts
}

async function draftsOf(
  paths: readonly { id: string; path: string; place: Place }[],
  typed: readonly string[],
  world: PromptWorld,
): Promise<Result<readonly Draft[]>> {
  const failures: Failure[] = []
  const drafts: Draft[] = []
  for (const { id, path, place } of paths) {
    const file = await readPromptFile(path, place, world.files.root, world.named)
    if (file.ok) drafts.push({ id, path, place, file: file.value })
    else failures.push(...file.failures)
  }
  const texts = typed.flatMap((text, i) => {
    const name = typed.length === 1 ? 'the typed prompt' : `typed prompt ${i + 1}`
    const file = promptOf(text, name)
    if (!file.ok) failures.push(...file.failures)
    return file.ok ? [{ place: { file: name }, file: file.value }] : []
  })
  const ids = distinct(
    texts.map(({ file }) => (kebab(file.title) ?? 'typed').slice(0, 40).replace(/-+$/, '')),
    drafts.map(({ id }) => id),
  )
  drafts.push(...texts.map((text, i) => ({ id: ids[i] ?? '', ...text })))
  return failures.length > 0 ? failed(...failures) : ok(drafts)
}

/** Names of dependencies become ids. */
function related(drafts: readonly Draft[]): Result<readonly Prompt[]> {
  const failures: Failure[] = []
  const byName = namesOf(drafts)
  const prompts = drafts.map(({ id, path, place, file }): Prompt => {
    const { dependsOn, title: _, ...front }: FrontMatter = file.front
    const ids = dependsOn.flatMap((said) => {
      const meant = resolved(said.name, path, byName)
      if (meant.length === 1) return meant
      failures.push(unknown(said, id, meant, drafts))
      return []
    })
    return { id, title: file.title, ...(path === undefined ? {} : { path }), text: file.text, ...front, dependsOn: [...new Set(ids)], place }
  })
  const circle = failures.length > 0 ? undefined : circleOf(prompts)
  if (circle !== undefined) failures.push(cycle(circle, drafts))
  return failures.length > 0 ? failed(...failures) : ok(prompts)
}

/** Id, path, name of the file with and without its ending → ids. */
function namesOf(drafts: readonly Draft[]): ReadonlyMap<string, ReadonlySet<string>> {
  const byName = new Map<string, Set<string>>()
  for (const { id, path } of drafts) {
    const names = path === undefined ? [] : [path, nameOf(path), stemOf(path)]
    for (const name of [`id:${id}`, ...names]) byName.set(name, (byName.get(name) ?? new Set()).add(id))
  }
  return byName
}

/** An id goes before a path, a path before a name. */
function resolved(name: string, path: string | undefined, byName: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const beside = path === undefined ? [] : [pathIn(folderOf(path), name)]
  for (const key of [`id:${name}`, ...beside, pathIn('', name), name]) {
    const ids = byName.get(key)
    if (ids !== undefined) return [...ids]
  }
  return []
}

function unknown({ name, place }: { readonly name: string; readonly place: Place }, id: string, meant: readonly string[], drafts: readonly Draft[]): Failure {
  const known = drafts.map((draft) => draft.id).filter((other) => other !== id)
  const near = nearest(kebab(stemOf(name)) ?? name, known)
  const hint =
    near !== undefined
      ? `Did you mean '${near}'?`
      : known.length === 0
        ? 'No other prompt was named: name it, too.'
        : `Known here: ${known.slice(0, 20).join(', ')}. Or name it, too.`
  if (meant.length > 1)
    return {
      type: 'prompt.unknown-dependency',
      what: `${id} depends on '${name}', which is the name of several`,
      hint: `Write one of ${meant.join(', ')}.`,
      place,
    }
  return { type: 'prompt.unknown-dependency', what: `${id} depends on '${name}', which was not named`, hint, place }
}

/** Members in order, the first one again at the end. */
function circleOf(prompts: readonly Prompt[]): readonly string[] | undefined {
  const byId = new Map(prompts.map((prompt) => [prompt.id, prompt]))
  const clear = new Set<string>()
  for (const { id: start } of prompts) {
    const way: string[] = []
    const onWay = new Map<string, number>()
    const next: (readonly string[])[] = [[start]]
    while (next.length > 0) {
      const [id, ...others] = next.pop() ?? []
      if (id === undefined) {
        const left = way.pop()
        if (left !== undefined) {
          onWay.delete(left)
          clear.add(left)
        }
        continue
      }
      next.push(others)
      const from = onWay.get(id)
      if (from !== undefined) return [...way.slice(from), id]
      if (clear.has(id)) continue
      onWay.set(id, way.length)
      way.push(id)
      next.push(byId.get(id)?.dependsOn ?? [])
    }
  }
  return undefined
}

function cycle(circle: readonly string[], drafts: readonly Draft[]): Failure {
  const first = drafts.find(({ id }) => id === circle[0])
  const place = first?.file.front.dependsOn[0]?.place ?? first?.place
  return {
    type: 'prompt.cycle',
    what: `prompts depend on each other in a circle: ${circle.join(' → ')}`,
    hint: 'Remove one of these dependencies.',
    ...(place === undefined ? {} : { place }),
  }
}
