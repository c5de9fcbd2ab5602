/** Turns scripts of package.json into checks: each known tool on its own, everything else as the script itself. */
import type { Preset } from '../preset.ts'
import type { CheckConfig } from '../check-shape.ts'
import { ages } from './ages.ts'
import { newGathering, type Gathering } from './gathering.ts'
import { buildOutputs, keptBuild } from './build-outputs.ts'
import { delegatedBy, delegatedScripts } from './delegation.ts'
import { planPackages, type PackageTasks } from './package-tasks.ts'
import { toolSetting } from './tool-setting.ts'
import type { Setting } from './node-invocation.ts'
import { managerName, nodeProject, readiness } from './node-project.ts'
import { candidateScripts, lookingTwin, mayWrite, mendingScript } from './script-choice.ts'
import { expand, isAggregate, isJudging, isOutward, type Unit } from './script-expansion.ts'

export const nodeScripts: Preset = {
  name: 'node-scripts',
  async detect(files, before) {
    const gathering = newGathering(before)
    const project = await nodeProject(files, gathering)
    if (project === undefined) return gathering.detected()
    const setting = await toolSetting(files, project)
    const packages = await planPackages(setting, files, gathering)
    const kept = await keptBuild(files, project)
    const candidates = candidateScripts(project.scripts).filter((script) => script !== 'build' || kept === undefined)
    if (kept !== undefined && candidateScripts(project.scripts).includes('build'))
      gathering.remark(`the script build is not planned: it may change ${kept}/, which git does not ignore`, 'package.json')
    const units = candidates.flatMap((script) => unitsOf(script, setting, gathering)).filter((unit) => kept === undefined || unit.script !== 'build')
    const planned = merge(withoutDelegating(units, packages, setting, gathering), setting, gathering)
    const outputs = await buildOutputs(files, project)
    const names = gathering.names()
    for (const each of planned) gathering.check(each.id, withOrder(each, { all: planned, outputs, packages, names }, setting, gathering))
    return gathering.detected()
  },
}

/** What of a script is worth planning. */
function unitsOf(script: string, setting: Setting, gathering: Gathering): readonly Unit[] {
  const { scripts } = setting.project
  const { units, never, rest } = expand(script, scripts, setting)
  if (never) {
    gathering.remark(`the script ${script} is not planned: it watches, serves, installs or publishes`, 'package.json')
    return []
  }
  if (rest.length > 0) gathering.remark(`the script ${script} also runs ${rest.map((part) => `"${part}"`).join(', ')}, which is not planned`, 'package.json')
  return units.filter((unit) => isWorthwhile(unit, script, setting, gathering))
}

function isWorthwhile(unit: Unit, script: string, setting: Setting, gathering: Gathering): boolean {
  if (unit.call !== undefined) return unit.call.as === 'check' || !mayWrite(unit.script)
  if (unit.target !== undefined) return true
  const { scripts } = setting.project
  const text = scripts[unit.script] ?? ''
  if (lookingTwin(unit.script, scripts) !== undefined) return false
  const hooks = [scripts[`pre${unit.script}`], scripts[`post${unit.script}`]].join(' ')
  if (mayWrite(unit.script) || /(^|\s)--(fix|write)\b/.test(`${text} ${hooks}`)) {
    gathering.remark(`the script ${unit.script} is not planned: it changes files`, 'package.json')
    return false
  }
  if (isAggregate(script) && unit.script === script && callsAnother(text, setting)) {
    gathering.remark(`the script ${script} is not planned as a whole: it calls scripts that are planned, in a way pawl cannot follow`, 'package.json')
    return false
  }
  return !isOutward(text) && !isOutward(hooks)
}

const callsAnother = (text: string, { project }: Setting): boolean =>
  /^kcd-scripts\s+validate\b/.test(text) ||
  [...text.matchAll(/\b(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?([\w:.-]+)/g)].some((match) => Object.hasOwn(project.scripts, match[1] ?? ''))

/** What only starts scripts of the packages is done by the tasks of the packages. */
function withoutDelegating(units: readonly Unit[], packages: PackageTasks, { project }: Setting, gathering: Gathering): readonly Unit[] {
  const replaced = new Set<string>()
  const left = units.filter((unit) => {
    const text = project.scripts[unit.script] ?? ''
    const scripts = unit.target !== undefined ? delegatedBy(unit.target.command) : unit.call === undefined ? delegatedScripts(text) : undefined
    if (scripts === undefined || !scripts.every((script) => packages.ids(script).length > 0)) return true
    replaced.add(unit.script)
    return false
  })
  for (const script of replaced)
    gathering.remark(`the script ${script} only starts scripts of the packages: those are tasks of their own, and it is not planned`, 'package.json')
  return left
}

type Planned = { readonly id: string; readonly unit: Unit; readonly behind: Set<string> }

/** The same call in two scripts is one check. */
function merge(units: readonly Unit[], setting: Setting, gathering: Gathering): readonly Planned[] {
  const bySubstance = new Map<string, Planned>()
  const ids = new Set<string>()
  for (const unit of units) {
    const substance =
      unit.call === undefined
        ? (unit.target?.id ?? `script ${unit.script}`)
        : JSON.stringify([unit.call.config.command, unit.call.config.whole, unit.call.config.env])
    const same = bySubstance.get(substance)
    if (same !== undefined) {
      unit.behind.forEach((script) => same.behind.add(script))
      continue
    }
    const name = unit.call?.tool.name ?? unit.target?.id ?? unit.script
    const id = [name, unit.call === undefined ? `${managerName(setting.project)}:${name}` : `${name}:${unit.script}`].find(
      (each) => !ids.has(each) && !gathering.has(each),
    )
    if (id === undefined) continue
    ids.add(id)
    bySubstance.set(substance, { id, unit, behind: new Set(unit.behind) })
  }
  return [...bySubstance.values()]
}

type Around = { readonly all: readonly Planned[]; readonly outputs: readonly string[]; readonly packages: PackageTasks; readonly names: readonly string[] }

function withOrder(planned: Planned, { all, outputs, packages, names }: Around, setting: Setting, gathering: Gathering): CheckConfig {
  const { unit, id } = planned
  const idOf = (script: string): string[] =>
    all.filter((other) => other.unit.call === undefined && other.unit.script === script && other.id !== id).map((other) => other.id)
  const needs = [...readiness(setting.project, names), ...[...planned.behind].flatMap(idOf)]
  // Packages of a workspace see each other through what they build.
  const after =
    setting.project.members.length > 0 &&
    unit.script !== 'build' &&
    (unit.call === undefined || unit.call.tool.kind === 'test' || unit.call.tool.kind === 'types')
      ? [...idOf('build'), ...packages.ids('build')]
      : []
  const late = after.filter((other) => !needs.includes(other))
  const text = setting.project.scripts[unit.script] ?? ''
  const reason = `package.json scripts.${unit.script}: ${text.length > 80 ? `${text.slice(0, 79)}…` : text}`
  const judge = unit.call?.config ?? opaque(unit, setting, outputs, isNeeded(unit, all, setting))
  if (unit.call !== undefined) gathering.found(unit.call.tool.name, `package.json scripts.${unit.script}`)
  // Scripts that were written to follow each other may share servers and folders; only what judges single files is known not to.
  const alone = unit.call === undefined ? !isJudging(unit.script) : unit.call.tool.kind === 'test'
  return { ...judge, stage: 'quality', needs, ...(late.length > 0 && { after: late }), ...(alone && { mutex: 'node-scripts' }), reason }
}

const isNeeded = (unit: Unit, all: readonly Planned[], setting: Setting): boolean =>
  all.some((other) => other.behind.has(unit.script)) || (unit.script === 'build' && setting.project.members.length > 0)

/** A script may read whatever there is, beyond the repository, too: so it is trusted for a while only. */
function opaque(unit: Unit, setting: Setting, outputs: readonly string[], needed: boolean): CheckConfig {
  const { project } = setting
  const text = project.scripts[unit.script] ?? ''
  const makes = unit.target === undefined && /^(build|compile)/.test(unit.script)
  const mending = unit.target === undefined ? mendingScript(unit.script, project.scripts) : undefined
  return {
    ...(unit.target === undefined ? { script: unit.script } : { command: [...unit.target.command] }),
    // What others build upon must really be there: without known outputs a reuse could not bring it back.
    inputs: makes && needed && outputs.length === 0 ? 'unknown' : ['**/*'],
    ttl: ages.opaque,
    tools: ['node'],
    timeout: '20m',
    parser: 'gnu',
    ...(makes && outputs.length > 0 && { outputs: [...outputs] }),
    ...(/^(lint|format|fmt|prettier)/.test(unit.script) && { fast: true }),
    ...(mending !== undefined && { fix: { script: mending, level: 'tracked' as const } }),
    // Create React App watches unless it believes to be in CI.
    ...(/react-scripts\s+test/.test(text) && { env: { CI: 'true' } }),
  }
}
