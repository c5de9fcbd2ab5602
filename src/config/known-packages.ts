/** The packages that tasks belong to: those of the workspace with their dependencies, and those that only the configuration names. */
import type { Files } from '../model/files.ts'
import type { Task } from '../model/task.ts'
import type { FilterPackage } from './package-filter.ts'
import { nothingDetected } from './preset.ts'
import { newGathering } from './presets/gathering.ts'
import { nodeProject } from './presets/node-project.ts'
import { workspaceOf } from './presets/workspace.ts'

export async function knownPackages(files: Files, tasks: readonly Task[]): Promise<readonly FilterPackage[]> {
  const project = await nodeProject(files, newGathering(nothingDetected))
  const { packages, links } = workspaceOf(project?.members ?? [])
  const known = new Map<string, FilterPackage>(
    packages.map((one) => [one.name, { name: one.name, folder: one.folder, dependencies: (links.get(one) ?? []).map(({ name }) => name) }]),
  )
  for (const task of tasks) {
    if (task.package === undefined || known.has(task.package)) continue
    known.set(task.package, { name: task.package, folder: task.action.kind === 'command' ? task.action.cwd : '.', dependencies: [] })
  }
  return [...known.values()]
}
