/** Plans scripts that the packages of a workspace have and its root does not. */
import { ages } from './ages.ts'
import type { Gathering } from './gathering.ts'
import { at } from './manifests.ts'
import type { Setting } from './node-invocation.ts'
import { managerName, readiness, type Member, type NodeProject } from './node-project.ts'
import { isOutward, isPlaceholder } from './script-expansion.ts'

const kinds = [
  { names: ['build'], root: /^build/ },
  { names: ['lint'], root: /^(lint|eslint|biome|oxlint|xo)|^check[:_-]lint/ },
  { names: ['typecheck', 'type-check', 'check-types', 'types:check', 'tsc'], root: /^(type-?check|check-types|types?|tsc)/ },
  { names: ['test'], root: /^test/ },
] as const

export function planMembers({ project }: Setting, outputs: readonly string[], gathering: Gathering): void {
  if (project.members.length === 0) return
  for (const { names, root } of kinds) {
    if (Object.keys(project.scripts).some((script) => root.test(script) && !isPlaceholder(project.scripts[script] ?? ''))) continue
    for (const script of names) planScript(script, project, outputs, gathering)
  }
}

function planScript(script: string, project: NodeProject, outputs: readonly string[], gathering: Gathering): void {
  const having = project.members.filter((member) => textOf(member, script) !== undefined)
  if (having.length === 0) return
  const unfit = having.find((member) => isPlaceholder(textOf(member, script) ?? '') || isOutward(textOf(member, script) ?? ''))
  if (unfit !== undefined)
    return gathering.remark(
      `the script ${script} of the packages is not planned: that of ${unfit.folder} is a placeholder, or watches, serves or publishes`,
      `${unfit.folder}/package.json`,
    )
  if (project.manager === 'yarn-classic' && having.length < project.members.length)
    return gathering.remark(`the script ${script} is not planned: yarn 1 cannot run it only in the packages that have it`, 'package.json')
  const builds = script === 'build'
  gathering.check(gathering.has(script) ? `${managerName(project)}:${script}` : script, {
    command: everywhere(script, project),
    stage: 'quality',
    needs: readiness(project, gathering.names()),
    ...(!builds && gathering.has('build') && { after: ['build'] }),
    inputs: builds && outputs.length === 0 ? 'unknown' : ['**/*'],
    ...(builds && outputs.length > 0 && { outputs: [...outputs] }),
    ttl: ages.opaque,
    tools: ['node'],
    timeout: '20m',
    parser: 'gnu',
    ...(script === 'lint' ? { fast: true } : { mutex: 'node-scripts' }),
    reason: `scripts.${script} of ${having.length} ${having.length === 1 ? 'package' : 'packages'} of the workspace`,
  })
}

const textOf = (member: Member, script: string): string | undefined => {
  const text = at(member.manifest, 'scripts', script)
  return typeof text === 'string' ? text : undefined
}

function everywhere(script: string, project: NodeProject): string[] {
  switch (project.manager) {
    case 'npm':
      return ['npm', 'run', script, '--workspaces', '--if-present']
    case 'pnpm':
      return ['pnpm', '-r', '--if-present', 'run', script]
    case 'yarn':
      return ['yarn', 'workspaces', 'foreach', '-A', 'run', script]
    case 'yarn-classic':
      return ['yarn', 'workspaces', 'run', script]
    case 'bun':
      return ['bun', 'run', '--filter', '*', script]
  }
}
