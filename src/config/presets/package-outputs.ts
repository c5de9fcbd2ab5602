/** Which folders the build of each package of a workspace writes: what its manifest names and git ignores, else what is usual and ignored. */
import type { Files } from '../../model/files.ts'
import { builtFolders, onlyBuilt } from './build-outputs.ts'
import type { Workspace, WorkspacePackage } from './workspace.ts'

export type PackageOutputs = {
  /** Globs; undefined when nothing is known. */
  of(one: WorkspacePackage): readonly string[] | undefined
  /** A folder that the build surely writes and in which git sees files. */
  kept(one: WorkspacePackage): string | undefined
}

const usual = ['dist', 'build', 'lib', 'out', '.next', '.output', '.nuxt', '.svelte-kit', 'storybook-static']

export async function packageOutputs(files: Files, { packages }: Workspace): Promise<PackageOutputs> {
  const ignored = await ignoredFolders(files, packages)
  const named = new Map(packages.map((one) => [one, builtFolders(one.manifest)]))
  const folders = new Set(packages.flatMap((one) => [...(named.get(one) ?? []), ...usual].map((name) => `${one.folder}/${name}`)))
  const seen = new Set<string>()
  // One pass over the files for all packages; of other files than these nobody is asked, so that their coming and going decides nothing.
  for (const path of await files.glob([belowAny([...usual, ...[...named.values()].flat()])])) {
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      const folder = path.slice(0, end)
      if (folders.has(folder)) seen.add(folder)
    }
  }
  const isFree = (one: WorkspacePackage, name: string): boolean => !seen.has(`${one.folder}/${name}`)
  const known = new Map<WorkspacePackage, readonly string[] | undefined>()
  return {
    of(one) {
      if (known.has(one)) return known.get(one)
      const own = (named.get(one) ?? []).filter((name) => isFree(one, name))
      const guessed = usual.filter((name) => ignored(one, name) && isFree(one, name))
      const all = [...new Set([...own, ...guessed])]
      known.set(one, all.length === 0 ? undefined : all.map((name) => `${one.folder}/${name}/**`))
      return known.get(one)
    },
    kept: (one) => (named.get(one) ?? []).find((name) => onlyBuilt.has(name) && !isFree(one, name)),
  }
}

const belowAny = (names: readonly string[]): string =>
  names.every((name) => /^[\w.-]+(\/[\w.-]+)*$/.test(name)) ? `**/{${[...new Set(names)].sort().join(',')}}/**` : '**/*'

/** Reads plain lines of .gitignore files: "dist", "/build/", or with ** before the name. Whatever is more than that is not guessed at. */
async function ignoredFolders(files: Files, packages: readonly WorkspacePackage[]): Promise<(one: WorkspacePackage, name: string) => boolean> {
  const everywhere = foldersIn((await files.read('.gitignore')) ?? '', /^(?:\*\*\/)?([\w.-]+)\/?(?:\*\*?)?$/)
  const present = new Set(await files.glob(['**/.gitignore']))
  const own = new Map(
    await Promise.all(
      packages.map(async (one) => {
        const path = `${one.folder}/.gitignore`
        return [one, present.has(path) ? foldersIn((await files.read(path)) ?? '', /^(?:\*\*\/|\/)?([\w.-]+)\/?(?:\*\*?)?$/) : nothing] as const
      }),
    ),
  )
  return (one, name) => everywhere.has(name) || own.get(one)?.has(name) === true
}

const nothing: ReadonlySet<string> = new Set()

function foldersIn(text: string, line: RegExp): ReadonlySet<string> {
  return new Set(text.split('\n').flatMap((each) => line.exec(each.trim())?.[1] ?? []))
}
