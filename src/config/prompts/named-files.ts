/** Finds the files that names, globs and folders stand for: what a person typed may lie anywhere, what a list says only in the repository. */
import { isEndlessGlob } from '../../model/endless-glob.ts'
import { failed, failureIn, ok, type Failure, type Place, type Result } from '../../model/failure.ts'
import type { Files } from '../../model/files.ts'
import type { NamedFiles } from '../../model/named-files.ts'
import { nearest } from '../../model/suggestion.ts'
import type { Named } from './list-grammar.ts'
import { folderOf, fromRoot, isAbsolutePath, leavesRoot, nameOf, pathIn, stemOf } from './paths.ts'
import { fileIds } from './prompt-ids.ts'

export type PromptPath = {
  readonly id: string
  /** Relative to the root where it lies below it, else absolute. */
  readonly path: string
  readonly place: Place
}

export type AskedFiles = {
  /** Arguments: files, globs, folders, relative to `from`. */
  readonly positional: readonly string[]
  /** Names of lists; `folder` is where the list lies, relative to the root, or where it was typed. */
  readonly listed: readonly (Named & { readonly folder: string })[]
  /** Folder that arguments are relative to, relative to the root; "" is the root. */
  readonly from: string
}

export type PromptWorld = { readonly files: Files; readonly named: NamedFiles }

type Found = { readonly path: string; readonly place: Place }
/** What one name stands for, and what is to be said about it. */
type Search = Result<{ readonly found: readonly Found[]; readonly notes: readonly string[] }>

const promptFile = /\.(?:md|markdown|mdown|txt)$/i

export async function promptPaths(
  asked: AskedFiles,
  world: PromptWorld,
): Promise<Result<{ readonly paths: readonly PromptPath[]; readonly notes: readonly string[] }>> {
  const searches = [
    ...(await inTurn(asked.positional, (word) => positional(word, asked.from, world))),
    ...(await inTurn(asked.listed, (name) => listed(name, name.folder, world))),
  ]
  const failures = searches.flatMap((search) => (search.ok ? [] : search.failures))
  if (failures.length > 0) return failed(...failures)
  const notes = searches.flatMap((search) => (search.ok ? search.value.notes : []))
  const found = searches.flatMap((search) => (search.ok ? search.value.found : []))
  const first = new Map<string, Found>()
  for (const file of found) {
    if (first.has(file.path)) notes.push(`${file.path} was named twice; it is one prompt`)
    else first.set(file.path, file)
  }
  const unique = [...first.values()]
  const ids = fileIds(unique.map(({ path }) => path))
  return ok({ paths: unique.map((file, i) => ({ id: ids[i] ?? '', ...file })), notes: [...new Set(notes)] })
}

async function inTurn<T>(items: readonly T[], search: (item: T) => Promise<Search>): Promise<readonly Search[]> {
  const searches: Search[] = []
  for (const item of items) searches.push(await search(item))
  return searches
}

const onlyFiles = (found: readonly Found[], notes: readonly string[] = []): Search => ok({ found, notes })

async function positional(word: string, from: string, world: PromptWorld): Promise<Search> {
  const { root } = world.files
  const whole = pathIn(pathIn(root, from), word)
  const place: Place = { file: word }
  const kind = word === '' || word.includes('\0') ? undefined : await world.named.kind(whole)
  if (kind === 'file') return onlyFiles([{ path: fromRoot(root, whole), place }])
  if (kind === 'folder') return inFolder(word, whole, world)
  if (/[*?[{]/.test(word)) return byGlob(word, from, world)
  const path = `${whole}.md`
  if (word !== '' && !word.endsWith('/') && (await world.named.kind(path)) === 'file') return onlyFiles([{ path: fromRoot(root, path), place }])
  // A bare name is looked for where lists look, too.
  const elsewhere = isAbsolutePath(word) || leavesRoot(pathIn('', word)) ? undefined : await listed({ name: word, place }, from, world)
  if (elsewhere?.ok === true) return elsewhere
  return failed(await missing(word, [whole], [folderOf(whole), `${root}/prompts`], world, place))
}

async function inFolder(word: string, folder: string, { files, named }: PromptWorld): Promise<Search> {
  const names = (await named.names(folder)).filter((name) => /\.(?:md|markdown)$/i.test(name))
  const readmes = names.filter((name) => /^readme\./i.test(name))
  const prompts = names.filter((name) => !readmes.includes(name))
  const pathOf = (name: string): string => fromRoot(files.root, pathIn(folder, name))
  if (prompts.length > 0)
    return onlyFiles(
      prompts.map((name) => ({ path: pathOf(name), place: { file: pathOf(name) } })),
      readmes.map((name) => `${pathOf(name)} was left out: it describes its folder; name it itself if it is a prompt`),
    )
  return failed({
    type: 'prompt.missing',
    what: `the folder '${word}' holds no prompt`,
    why: 'no file in it ends with .md',
    hint: 'Name another folder, or files.',
    place: { file: word },
  })
}

async function byGlob(word: string, from: string, { files }: PromptWorld): Promise<Search> {
  const place: Place = { file: word }
  const glob = fromRoot(files.root, pathIn(pathIn(files.root, from), word))
  if (leavesRoot(glob))
    return failed({ type: 'prompt.missing', what: `the glob '${word}' leaves the repository`, hint: 'Let your shell expand it, or name the files.', place })
  if (isEndlessGlob(glob))
    return failed({ type: 'args.bad-value', what: `the glob '${word}' could take for ever`, hint: 'Repeat nothing in it that repeats itself.', place })
  const matches = await matching(files, glob)
  if (!matches.ok) return matches
  const prompts = matches.value.filter((path) => promptFile.test(path))
  const others = matches.value.length - prompts.length
  if (prompts.length > 0)
    return onlyFiles(
      prompts.map((path) => ({ path, place: { file: path } })),
      others > 0
        ? [
            `${others} ${others === 1 ? 'file' : 'files'} that '${word}' matches ${others === 1 ? 'is' : 'are'} no prompt: the name does not end with .md or .txt`,
          ]
        : [],
    )
  return failed({
    type: 'prompt.missing',
    what: `the glob '${word}' matches no prompt`,
    why: 'files that git ignores are not looked at',
    hint: 'Check it; it is relative to the folder that you are in.',
    place,
  })
}

async function matching(files: Files, glob: string): Promise<Result<readonly string[]>> {
  try {
    return ok(await files.glob([glob]))
  } catch (error) {
    // What a person can do about a glob is told; anything else is trouble of another kind.
    const failure = failureIn(error)
    if (failure === undefined) throw error
    return failed({ ...failure, place: { file: glob } })
  }
}

async function listed({ name, place, done }: Named, folder: string, world: PromptWorld): Promise<Search> {
  if (done === true) return onlyFiles([], [`${name} was left out: it is ticked off (${place.file}${place.line === undefined ? '' : `:${place.line}`})`])
  const outside: Failure = {
    type: 'prompt.missing',
    what: `'${name}' lies outside of the repository`,
    why: 'a list may name files of the repository only',
    hint: 'Name the file itself as an argument.',
    place,
  }
  if (isAbsolutePath(name)) return failed(outside)
  const folders = [...new Set([leavesRoot(folder) ? '' : folder, 'prompts', ''])]
  const bases = [...new Set(folders.map((base) => pathIn(base, name)))].filter((path) => path !== '' && !leavesRoot(path))
  if (bases.length === 0) return failed(outside)
  const candidates = bases.flatMap((base) => [base, `${base}.md`])
  for (const path of candidates) if (await isFile(path, world)) return onlyFiles([{ path, place }])
  return failed(await missing(name, bases, bases.map(folderOf), world, place))
}

/** Links that lead out of the repository do not count. */
async function isFile(path: string, { files, named }: PromptWorld): Promise<boolean> {
  return !path.includes('\0') && (await files.exists(path)) && (await named.kind(pathIn(files.root, path))) === 'file'
}

async function missing(name: string, looked: readonly string[], folders: readonly string[], { files, named }: PromptWorld, place: Place): Promise<Failure> {
  const near = await Promise.all(
    [...new Set(folders)].map(async (folder) => {
      const whole = pathIn(files.root, folder)
      const names = await named.names(whole)
      return names.filter((entry) => promptFile.test(entry)).map((entry) => [stemOf(entry), fromRoot(files.root, pathIn(whole, entry))] as const)
    }),
  )
  const known = new Map(near.flat().toReversed())
  const meant = known.get(nearest(stemOf(nameOf(name)), known.keys()) ?? '')
  const shown = looked.map((path) => fromRoot(files.root, path)).map((path) => (promptFile.test(path) ? path : `${path}.md`))
  return {
    type: 'prompt.missing',
    what: `there is no prompt '${name}'`,
    why: `looked for ${shown.join(', ')}`,
    hint: meant === undefined ? 'Check the name.' : `Did you mean '${meant}'?`,
    place,
  }
}
