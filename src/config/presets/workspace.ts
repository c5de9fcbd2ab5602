/** A Workspace is the packages of a repository and which of them depends on which; packages that depend on each other in a circle stand together. */
import { satisfiesRange } from '../../model/semver-range.ts'
import { at, isTable, type Table } from './manifests.ts'
import type { Member } from './node-project.ts'

export type WorkspacePackage = {
  /** The name in its manifest; its folder where it has none, or where another package has the same. */
  readonly name: string
  readonly folder: string
  readonly manifest: Table
  readonly scripts: Readonly<Record<string, string>>
}

/** One package, or all packages of a circle. */
export type Group = { readonly members: readonly WorkspacePackage[]; readonly dependencies: readonly Group[] }

export type Workspace = {
  readonly packages: readonly WorkspacePackage[]
  /** A group comes after all that it depends on. */
  readonly groups: readonly Group[]
  readonly groupOf: ReadonlyMap<WorkspacePackage, Group>
  /** The packages that a package names as its dependencies. */
  readonly links: Links
  /** How many other packages name it as a dependency. */
  readonly dependants: ReadonlyMap<WorkspacePackage, number>
}

export function workspaceOf(members: readonly Member[]): Workspace {
  const packages = namedPackages(members)
  const byName = new Map<string, WorkspacePackage>()
  for (const each of packages) {
    const { name } = each.manifest
    if (typeof name === 'string' && !byName.has(name)) byName.set(name, each)
  }
  const links = new Map(packages.map((each) => [each, dependenciesOf(each, byName)]))
  const dependants = new Map(packages.map((each) => [each, 0]))
  for (const targets of links.values()) for (const target of targets) dependants.set(target, (dependants.get(target) ?? 0) + 1)
  return { packages, ...grouped(circlesFirst(packages, links), links), links, dependants }
}

function namedPackages(members: readonly Member[]): readonly WorkspacePackage[] {
  const taken = new Set<string>()
  return members.map(({ folder, manifest }) => {
    const own = manifest['name']
    const name = typeof own === 'string' && own !== '' && !taken.has(own) ? own : folder
    taken.add(name)
    return { name, folder, manifest, scripts: textsOf(manifest['scripts']) }
  })
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(isTable(value) ? value : {})
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const

function dependenciesOf(one: WorkspacePackage, byName: ReadonlyMap<string, WorkspacePackage>): readonly WorkspacePackage[] {
  const found = new Set<WorkspacePackage>()
  for (const kind of kinds) {
    const table = one.manifest[kind]
    if (!isTable(table)) continue
    for (const [name, wish] of Object.entries(table)) {
      const target = byName.get(name)
      if (target !== undefined && target !== one && typeof wish === 'string' && isMeant(wish, target)) found.add(target)
    }
  }
  return [...found]
}

/** Whether a wish like "workspace:*", "file:../ui" or "^1.2.0" leads to the package of the workspace and not to a registry. */
function isMeant(wish: string, target: WorkspacePackage): boolean {
  if (/^(workspace|file|link|portal):/.test(wish) || wish === '' || wish === '*' || wish === 'latest') return true
  if (/^[a-z+]+:/i.test(wish)) return wish.startsWith('catalog:')
  const version = at(target.manifest, 'version')
  return typeof version !== 'string' || satisfiesRange(version, wish) !== false
}

type Links = ReadonlyMap<WorkspacePackage, readonly WorkspacePackage[]>
type Visit = { readonly node: WorkspacePackage; readonly targets: readonly WorkspacePackage[]; next: number; low: number; readonly index: number }

/** Tarjan's strongly connected components, dependencies first; without recursion, because chains may be long. */
function circlesFirst(packages: readonly WorkspacePackage[], links: Links): readonly (readonly WorkspacePackage[])[] {
  const components: WorkspacePackage[][] = []
  const indices = new Map<WorkspacePackage, number>()
  const open: WorkspacePackage[] = []
  const isOpen = new Set<WorkspacePackage>()
  const way: Visit[] = []
  const enter = (node: WorkspacePackage): void => {
    const index = indices.size
    indices.set(node, index)
    open.push(node)
    isOpen.add(node)
    way.push({ node, targets: links.get(node) ?? [], next: 0, low: index, index })
  }
  for (const start of packages) {
    if (!indices.has(start)) enter(start)
    for (let visit = way.at(-1); visit !== undefined; visit = way.at(-1)) {
      const target = visit.targets[visit.next++]
      if (target !== undefined) {
        const index = indices.get(target)
        if (index === undefined) enter(target)
        else if (isOpen.has(target)) visit.low = Math.min(visit.low, index)
        continue
      }
      way.pop()
      const above = way.at(-1)
      if (above !== undefined) above.low = Math.min(above.low, visit.low)
      if (visit.low !== visit.index) continue
      const component = open.splice(open.lastIndexOf(visit.node))
      component.forEach((each) => isOpen.delete(each))
      components.push(component.toReversed())
    }
  }
  return components
}

function grouped(components: readonly (readonly WorkspacePackage[])[], links: Links): Pick<Workspace, 'groups' | 'groupOf'> {
  const groupOf = new Map<WorkspacePackage, Group>()
  const groups = components.map((members) => {
    const dependencies = new Set<Group>()
    for (const member of members) {
      for (const target of links.get(member) ?? []) {
        const group = groupOf.get(target)
        if (group !== undefined) dependencies.add(group)
      }
    }
    const group: Group = { members: [...members].sort((a, b) => (a.folder < b.folder ? -1 : 1)), dependencies: [...dependencies] }
    members.forEach((member) => groupOf.set(member, group))
    return group
  })
  return { groups, groupOf }
}
