/** Gives the tasks of packages names that no other task has: the package and the script, with the folder where the name is taken. */
import type { Gathering } from './gathering.ts'
import type { WorkspacePackage } from './workspace.ts'

/** As long as a name of a task may be. */
const longest = 200

export function newPackageIds(gathering: Pick<Gathering, 'has'>): { of(one: WorkspacePackage, script: string): string } {
  const taken = new Set<string>()
  const isFree = (id: string): boolean => id.length <= longest && !taken.has(id) && !gathering.has(id)
  return {
    of(one, script) {
      const wished = [`${one.name}:${script}`, `${one.folder}:${script}`].map(allowed)
      let id = wished.find(isFree) ?? `${allowed(one.folder).slice(-longest / 2)}:${allowed(script).slice(0, longest / 4)}`
      for (let i = 2; !isFree(id); i++) id = `${id.replace(/-\d+$/, '')}-${i}`
      taken.add(id)
      return id
    },
  }
}

/** Names of tasks hold no blanks and few signs. */
const allowed = (text: string): string => text.replaceAll(/[^A-Za-z0-9._:/@+-]+/g, '-')
