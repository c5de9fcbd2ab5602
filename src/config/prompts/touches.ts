/** Guesses which files a prompt will change, each with a probability and the strongest reason. Pure. */
import type { Prompt, Touch } from '../../model/prompt.ts'
import { hotFile } from './hot-files.ts'
import { knownPaths, type KnownPaths } from './known-paths.ts'
import { mentionsIn, type Mentions } from './mentions.ts'
import { definitionsOf, importsOf } from './source-links.ts'

/** What is known of a repository. All of it may be incomplete: a forecast is a guess. */
export type RepositoryFacts = {
  /** Files that are tracked. */
  readonly paths: readonly string[]
  /** Path → text of source files. See `readSources`. */
  readonly sources: ReadonlyMap<string, string>
  /** Files of recent commits, newest first. */
  readonly commits: readonly (readonly string[])[]
}

/** Of one prompt: files, likely files that lead to others, files that one leads to. Of the history: commits, files of a commit that counts. */
export const touchBounds = { files: 2000, likely: 20, neighbours: 20, partners: 10, commits: 2000, commitFiles: 50 } as const
const chances = { declared: 1, declaredGlob: 0.9, symbol: 0.4, neighbour: 0.15, together: 0.6 } as const
/** From here on a file is likely enough to lead to others. */
const likely = 0.4
const leastTogether = 3

type Kind = 'declared' | 'text' | 'symbol' | 'import' | 'history'

/** Path → the strongest guess of each kind: being the neighbour of ten files is one reason. */
type Guesses = Map<string, Map<Kind, Touch>>

export function touchesOf(prompts: readonly Prompt[], facts: RepositoryFacts): ReadonlyMap<string, readonly Touch[]> {
  const known = knownPaths(facts.paths)
  const mentions = new Map(prompts.map(({ id, text }) => [id, mentionsIn(text, known)]))
  const symbols = definitionsOf(new Set([...mentions.values()].flatMap((said) => [...said.symbols.keys()])), facts.sources)
  const links = linksOf(facts, known)
  const history = historyOf(facts.commits)
  return new Map(prompts.map((prompt) => [prompt.id, touchesOfOne(prompt, mentions.get(prompt.id), known, { symbols, links, history })]))
}

type Leads = { readonly symbols: ReadonlyMap<string, readonly string[]>; readonly links: Links; readonly history: History }

function touchesOfOne(prompt: Prompt, said: Mentions | undefined, known: KnownPaths, { symbols, links, history }: Leads): readonly Touch[] {
  const guesses: Guesses = new Map()
  const add = (kind: Kind, touches: readonly Touch[]): void => {
    for (const touch of touches) {
      const known = guesses.get(touch.path) ?? new Map<Kind, Touch>()
      if ((known.get(kind)?.probability ?? -1) < touch.probability) known.set(kind, touch)
      guesses.set(touch.path, known)
    }
  }
  const declared = declaredTouches(prompt.files, known)
  add('declared', declared)
  add('text', said?.touches ?? [])
  // Who has said which files it is about is believed: only what the text names is added.
  if (prompt.files === undefined) {
    add(
      'symbol',
      [...(said?.symbols ?? [])].flatMap(([name, line]) => symbolTouches(name, line, symbols)),
    )
    const starts = combined(guesses).filter(({ probability }) => probability >= likely)
    for (const { path } of starts.slice(0, touchBounds.likely)) {
      add('import', links(path))
      add('history', history(path))
    }
  }
  const isDeclared = new Set(declared.map(({ path }) => path))
  for (const path of said?.spared ?? []) {
    const text = said?.touches.find((touch) => touch.path === path)
    if (text !== undefined && !isDeclared.has(path)) guesses.set(path, new Map([['text', text]]))
  }
  return combined(guesses).slice(0, touchBounds.files)
}

/** The same path for several reasons: by chance all of them may be wrong, each on its own. Most probable first. */
function combined(guesses: Guesses): readonly Touch[] {
  const touches = [...guesses].map(([path, kinds]): Touch => {
    const reasons = [...kinds.values()]
    const strongest = reasons.reduce((best, touch) => (touch.probability > best.probability ? touch : best))
    const probability = 1 - reasons.reduce((wrong, touch) => wrong * (1 - touch.probability), 1)
    const hot = hotFile(path)
    return { path, probability: rounded(probability), why: strongest.why, ...(hot === undefined ? {} : { hot }) }
  })
  return touches.toSorted((a, b) => b.probability - a.probability || (a.path < b.path ? -1 : 1))
}

const rounded = (probability: number): number => Math.round(probability * 10_000) / 10_000

function declaredTouches(globs: readonly string[] | undefined, known: KnownPaths): readonly Touch[] {
  const excluded = new Set((globs ?? []).filter((glob) => glob.startsWith('!')).flatMap((glob) => known.matching(glob.slice(1)) ?? []))
  return (globs ?? []).flatMap((glob): readonly Touch[] => {
    if (glob.startsWith('!') && !glob.startsWith('!(')) return []
    const folder = known.below(glob.replace(/\/+$/, ''))
    const isPath = folder === undefined && !/[*?[\]{}()]/.test(glob) && !glob.endsWith('/')
    if (known.files.has(glob) || isPath) return [{ path: glob, probability: chances.declared, why: 'declared' }]
    const paths = (folder ?? known.matching(glob) ?? []).filter((path) => !excluded.has(path))
    return paths.slice(0, touchBounds.files).map((path) => ({ path, probability: chances.declaredGlob, why: `declared by ${glob}` }))
  })
}

function symbolTouches(name: string, line: number, symbols: ReadonlyMap<string, readonly string[]>): readonly Touch[] {
  const files = symbols.get(name) ?? []
  return files.length > 2 ? [] : files.map((path) => ({ path, probability: chances.symbol, why: `defines ${name} (line ${line})` }))
}

type Links = (path: string) => readonly Touch[]

/** A file that very many import is not changed with each of them: its importers are left out. */
function linksOf({ sources }: RepositoryFacts, known: KnownPaths): Links {
  const imports = importsOf(sources, known)
  const importers = new Map<string, string[]>()
  for (const [path, targets] of imports)
    for (const target of targets) importers.set(target, [...(importers.get(target) ?? []).slice(0, touchBounds.neighbours), path])
  return (path) => {
    const by = importers.get(path) ?? []
    const below = [...(imports.get(path) ?? [])].slice(0, touchBounds.neighbours)
    return [
      ...below.map((other): Touch => ({ path: other, probability: chances.neighbour, why: `imported by ${path}` })),
      ...(by.length > touchBounds.neighbours ? [] : by).map((other): Touch => ({ path: other, probability: chances.neighbour, why: `imports ${path}` })),
    ]
  }
}

type History = (path: string) => readonly Touch[]

/** Large commits say nothing about what belongs together. */
function historyOf(commits: readonly (readonly string[])[]): History {
  const telling = commits
    .slice(0, touchBounds.commits)
    .map((paths) => new Set(paths))
    .filter(({ size }) => size > 0 && size <= touchBounds.commitFiles)
  const byPath = new Map<string, number[]>()
  for (const [i, paths] of telling.entries()) {
    for (const path of paths) {
      const at = byPath.get(path)
      if (at === undefined) byPath.set(path, [i])
      else at.push(i)
    }
  }
  return (path) => {
    const own = byPath.get(path) ?? []
    if (own.length < leastTogether) return []
    const counts = new Map<string, number>()
    for (const i of own) for (const other of telling[i] ?? []) if (other !== path) counts.set(other, (counts.get(other) ?? 0) + 1)
    const often = [...counts].filter(([, count]) => count >= leastTogether).toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    return often.slice(0, touchBounds.partners).map(([other, count]) => ({
      path: other,
      probability: (count / own.length) * chances.together,
      why: `changed together with ${path} in ${count} of ${own.length} commits`,
    }))
  }
}
