/** What a package reaches through its dependencies in the workspace: tasks that come before its own, and files that count for it. */
import type { Group, Workspace, WorkspacePackage } from './workspace.ts'

export type WorkspaceWays = {
  /**
   * Ids of the tasks of one script in the packages that a package depends on: the nearest that have one, through those that have none.
   * The packages of a circle wait for none of each other, and all of them for what any of them depends on.
   */
  before(one: WorkspacePackage, script: string): readonly string[]
  /** Packages whose files count for it: dependencies near and far that no task with known outputs stands for, and the other packages of its circle. */
  sources(one: WorkspacePackage): readonly WorkspacePackage[]
}

export type Known = {
  /** The id of a task; undefined when the package has none of that name. */
  id(one: WorkspacePackage, script: string): string | undefined
  /** Whether what is built stands for the files of the package. */
  isBuilt(one: WorkspacePackage): boolean
}

export function workspaceWays(workspace: Workspace, known: Known): WorkspaceWays {
  const tasks = new Map<string, ReadonlyMap<Group, readonly string[]>>()
  let files: ReadonlyMap<Group, readonly WorkspacePackage[]> | undefined
  return {
    before(one, script) {
      const all = tasks.get(script) ?? tasksBefore(workspace, (member) => known.id(member, script))
      tasks.set(script, all)
      return all.get(groupIn(workspace, one)) ?? []
    },
    sources(one) {
      files ??= filesBelow(workspace, (member) => known.isBuilt(member))
      const group = groupIn(workspace, one)
      const beside = group.members.length > 1 ? group.members.filter((member) => member !== one) : []
      return [...beside, ...(files.get(group) ?? [])]
    },
  }
}

function groupIn(workspace: Workspace, one: WorkspacePackage): Group {
  return workspace.groupOf.get(one) ?? { members: [one], dependencies: [] }
}

function tasksBefore({ groups }: Workspace, idOf: (member: WorkspacePackage) => string | undefined): ReadonlyMap<Group, readonly string[]> {
  const before = new Map<Group, readonly string[]>()
  for (const group of groups) {
    const ids = new Set<string>()
    for (const other of group.dependencies) {
      const own = other.members.map(idOf)
      for (const id of own) if (id !== undefined) ids.add(id)
      if (own.includes(undefined)) for (const id of before.get(other) ?? []) ids.add(id)
    }
    before.set(group, [...ids])
  }
  return before
}

function filesBelow({ groups }: Workspace, isBuilt: (one: WorkspacePackage) => boolean): ReadonlyMap<Group, readonly WorkspacePackage[]> {
  const below = new Map<Group, readonly WorkspacePackage[]>()
  for (const group of groups) {
    const packages = new Set<WorkspacePackage>()
    for (const other of group.dependencies) {
      for (const member of other.members) if (!isBuilt(member)) packages.add(member)
      for (const member of below.get(other) ?? []) packages.add(member)
    }
    below.set(group, [...packages])
  }
  return below
}
