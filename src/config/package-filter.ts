/** Picks packages of a workspace as --filter asks: names and globs, folders, dependencies, dependants, and what changed since a commit. */
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import { nearest } from '../model/suggestion.ts'

export type FilterPackage = { readonly name: string; readonly folder: string; readonly dependencies: readonly string[] }

/** Paths that changed since a commit, or why nobody can tell. */
export type ChangedSince = (ref: string) => Promise<Result<readonly string[]>>

/** Names of the packages that any of the filters picks and none with "!" takes away. */
export async function filteredPackages(
  filters: readonly string[],
  packages: readonly FilterPackage[],
  changedSince: ChangedSince,
): Promise<Result<ReadonlySet<string>>> {
  const wishes = filters.map((text) => wishOf(text, packages))
  const failures = wishes.flatMap((wish) => (wish.ok ? [] : wish.failures))
  if (failures.length > 0) return failed(...failures)
  const graph = graphOf(packages)
  const matches = await globMatcher()
  const picked = new Set<string>()
  const refused = new Set<string>()
  const all = wishes.flatMap((wish) => (wish.ok ? [wish.value] : []))
  for (const wish of all) {
    const found = await foundBy(wish, packages, { graph, matches, changedSince })
    if (!found.ok) return found
    for (const name of found.value) (wish.refuses ? refused : picked).add(name)
  }
  if (all.every((wish) => wish.refuses)) for (const { name } of packages) picked.add(name)
  for (const name of refused) picked.delete(name)
  if (picked.size > 0) return ok(picked)
  return failed({
    type: 'plan.no-match',
    what: `--filter ${filters.join(',')} picks no package`,
    kept: 'nothing was started',
    hint: 'pawl plan shows what there is.',
  })
}

type Wish = {
  readonly text: string
  readonly refuses: boolean
  /** A name, a glob of names, or a folder that begins with "./"; undefined: every package. */
  readonly selector?: string
  readonly ref?: string
  readonly dependants: boolean
  readonly dependencies: boolean
  /** "...^x" and "x^...": without x itself. */
  readonly others: boolean
}

const form = /^(!)?(\.\.\.)?(\^)?(?:\{([^{}]+)\}|((?:(?!\^?\.\.\.$)[^[\]])+?))?(?:\[([^\]]+)\])?(\^)?(\.\.\.)?$/

function wishOf(text: string, packages: readonly FilterPackage[]): Result<Wish> {
  const match = form.exec(text.trim())
  const [, no, before, beforeOthers, braced, plain, ref, afterOthers, after] = match ?? []
  const selector = (braced ?? plain)?.trim()
  if (match === null || (selector === undefined && ref === undefined))
    return failed(noMatch(text, packages, 'Write a name, a glob of names, ./folder or [commit]; "..." before or after it for dependants or dependencies.'))
  return ok({
    text,
    refuses: no !== undefined,
    dependants: before !== undefined,
    dependencies: after !== undefined,
    others: beforeOthers !== undefined || afterOthers !== undefined,
    ...(selector !== undefined && { selector }),
    ...(ref !== undefined && { ref }),
  })
}

type Around = { readonly graph: Graph; readonly matches: Matches; readonly changedSince: ChangedSince }

async function foundBy(wish: Wish, packages: readonly FilterPackage[], { graph, matches, changedSince }: Around): Promise<Result<ReadonlySet<string>>> {
  const { selector, ref, text } = wish
  let found = selector === undefined ? packages : selected(selector, packages, matches)
  if (found.length === 0) return failed(noMatch(text, packages, undefined, selector))
  if (ref !== undefined) {
    const changed = await changedSince(ref)
    if (!changed.ok) return changed
    const folders = changedFolders(changed.value)
    found = found.filter(({ folder }) => folders.has(folder))
  }
  const start = found.map(({ name }) => name)
  const wanted = new Set(start)
  for (const [isWanted, ways] of [
    [wish.dependencies, graph.dependencies],
    [wish.dependants, graph.dependants],
  ] as const)
    if (isWanted) for (const name of reached(start, ways)) wanted.add(name)
  if (wish.others) for (const name of start) wanted.delete(name)
  return ok(wanted)
}

function selected(selector: string, packages: readonly FilterPackage[], matches: Matches): readonly FilterPackage[] {
  if (/^\.{0,2}\//.test(selector) || selector === '.') {
    const folder = selector.replace(/^(\.\/)+/, '').replace(/\/+$/, '')
    const isInside = matches([folder, `${folder}/**`])
    return packages.filter((each) => each.folder === folder || isInside(each.folder))
  }
  const exact = packages.filter(({ name }) => name === selector)
  if (exact.length > 0) return exact
  // As for pnpm and turbo, a star stands for a scope, too.
  const form = new RegExp(
    `^${selector
      .split('*')
      .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  )
  const named = packages.filter(({ name }) => form.test(name))
  // "web" may be short for the only package with that name in a scope.
  const scoped = named.length > 0 ? [] : packages.filter(({ name }) => name.startsWith('@') && name.endsWith(`/${selector}`))
  return scoped.length === 1 ? scoped : named
}

/** Every folder in which something changed, with all above it. */
function changedFolders(paths: readonly string[]): ReadonlySet<string> {
  const folders = new Set<string>()
  for (const path of paths) for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) folders.add(path.slice(0, end))
  return folders
}

type Ways = ReadonlyMap<string, readonly string[]>
type Graph = { readonly dependencies: Ways; readonly dependants: Ways }

function graphOf(packages: readonly FilterPackage[]): Graph {
  const dependants = new Map<string, string[]>(packages.map(({ name }) => [name, []]))
  for (const { name, dependencies } of packages) for (const other of dependencies) dependants.get(other)?.push(name)
  return { dependencies: new Map(packages.map((each) => [each.name, each.dependencies])), dependants }
}

function reached(start: readonly string[], ways: Ways): ReadonlySet<string> {
  const seen = new Set(start)
  for (const name of seen) for (const other of ways.get(name) ?? []) seen.add(other)
  return seen
}

type Matches = (globs: readonly string[]) => (text: string) => boolean

async function globMatcher(): Promise<Matches> {
  const { default: picomatch } = await import('picomatch')
  return (globs) => picomatch([...globs], { dot: true })
}

function noMatch(text: string, packages: readonly FilterPackage[], hint?: string, selector = text): Failure {
  const known = packages.flatMap(({ name, folder }) => [name, `./${folder}`])
  const meant = nearest(selector, known)
  const listed =
    packages.length === 0
      ? 'There is no package: package.json or pnpm-workspace.yaml names them as workspaces.'
      : `Packages: ${packages
          .slice(0, 20)
          .map(({ name }) => name)
          .join(', ')}${packages.length > 20 ? ' …' : ''}`
  return {
    type: 'plan.no-match',
    what: hint === undefined ? `--filter ${text} names no package` : `--filter ${text} is not understood`,
    kept: 'nothing was started',
    hint: meant === undefined ? (hint ?? listed) : `Did you mean '${meant}'?`,
  }
}
