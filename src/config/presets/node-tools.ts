/** Recognises tools that have a configuration file but no script in package.json that runs them. */
import type { Files } from '../../model/files.ts'
import type { Preset } from '../preset.ts'
import type { CheckConfig } from '../check-shape.ts'
import { mentioned } from './evidence.ts'
import { newGathering, type Gathering } from './gathering.ts'
import { at, isTable, readJson, texts } from './manifests.ts'
import { nodeTools } from './node-catalogue.ts'
import type { NodeTool } from './node-tool.ts'
import { understand, unscripted, type Setting } from './node-invocation.ts'
import { nodeProject, readiness, wantedRange } from './node-project.ts'
import { mayWrite } from './script-choice.ts'
import { isDelegating, isJudging } from './script-expansion.ts'
import { scriptParts } from './script-words.ts'
import { toolSetting } from './tool-setting.ts'

export const nodeToolFiles: Preset = { name: 'node-tools', detect: (files, before) => detect(files, newGathering(before), before.checks) }

async function detect(files: Files, gathering: Gathering, checks: Readonly<Record<string, CheckConfig>>) {
  const project = await nodeProject(files, gathering)
  if (project === undefined) return gathering.detected()
  const setting = await toolSetting(files, project)
  const said = opaqueTexts(checks, setting)
  const scripts = new Set(Object.values(checks).flatMap(({ script }) => script ?? []))
  for (const tool of distinct) {
    if (isPlanned(tool, [...gathering.names(), ...scripts], said)) continue
    const config =
      (await files.glob(tool.configs)).at(0) ?? (tool.key !== undefined && Object.hasOwn(project.root, tool.key) ? `package.json ${tool.key}` : undefined)
    const dependency = tool.packages.find((name) => wantedRange(project, name) !== undefined)
    if (config !== undefined && dependency !== undefined) await plan(tool, config, files, setting, gathering)
    else if (config !== undefined && (tool.kind !== 'types' || tool.name === 'tsc'))
      gathering.remark(`${config} configures ${tool.name}, but ${tool.packages[0]} is no dependency: not planned`, config.split(' ')[0])
    else if (config === undefined && dependency !== undefined && tool.kind !== 'test')
      gathering.remark(`${dependency} is a dependency, but neither a script nor a configuration file uses it: not planned`, 'package.json')
  }
  return gathering.detected()
}

const distinct = nodeTools.filter((tool, i) => tool.configs.length > 0 && nodeTools.findIndex((other) => other.program === tool.program) === i)
const typeNames = /^(tsc|tsgo|vue-tsc|type-?check|types|check-types|types:check|turbo:(type-?check|check-types))(:|$)/

/** Tools that run ESLint with a configuration of their own. */
const eslintInside = /(^|\s)(gts|kcd-scripts|wp-scripts|next|ng|vue-cli-service)\s+(lint|check)/m

/** What the planned scripts say that pawl could not take apart. */
function opaqueTexts(checks: Readonly<Record<string, CheckConfig>>, { project }: Setting): string {
  const opaque = Object.values(checks).flatMap(({ script, cwd }) => (script === undefined ? [] : [{ script, folder: cwd ?? '.' }]))
  const scriptsIn = new Map<string, unknown>(project.members.map(({ folder, manifest }) => [folder, manifest['scripts']]))
  const ofPackages = opaque.flatMap(({ script, folder }) => (folder === '.' ? [] : texts(at(scriptsIn.get(folder), script))))
  const seen = new Set<string>()
  const collect = (script: string): void => {
    const text = project.scripts[script]
    if (text === undefined || seen.has(script)) return
    seen.add(script)
    for (const match of text.matchAll(/(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?([\w:.-]+)/g)) collect(match[1] ?? '')
  }
  for (const { script, folder } of opaque) if (folder === '.') collect(script)
  const own = [...seen].map((script) => project.scripts[script] ?? '').join('\n')
  const members = isDelegating(own) ? project.members.flatMap(({ manifest }) => judgingTexts(manifest['scripts'])) : []
  return [own, ...members, ...new Set(ofPackages)].join('\n')
}

const judgingTexts = (scripts: unknown): readonly string[] =>
  Object.entries(isTable(scripts) ? scripts : {}).flatMap(([name, text]) => (typeof text === 'string' && isJudging(name) && !mayWrite(name) ? [text] : []))

function isPlanned(tool: NodeTool, names: readonly string[], said: string): boolean {
  const named = names.some((name) => name === tool.name || name.startsWith(`${tool.name}:`))
  if (named || new RegExp(`(^|[\\s/])${tool.program}(\\s|$)`, 'm').test(said)) return true
  if (tool.name === 'eslint' && eslintInside.test(said)) return true
  if (tool.kind === 'types') return names.some((name) => typeNames.test(name))
  return (
    tool.kind === 'test' &&
    names.some((name) => name === 'test' || name.startsWith('test:') || nodeTools.some((other) => other.kind === 'test' && other.name === name))
  )
}

async function plan(tool: NodeTool, config: string, files: Files, setting: Setting, gathering: Gathering): Promise<void> {
  const own = writingCall(tool, setting)
  const plain = own ?? (await judged(tool, config, files, setting, gathering))
  if (plain === undefined) return
  const { fix, ...check } = plain
  // What nobody runs may never have passed here: it is told, and nothing is rewritten by it.
  const inUse = own !== undefined || (tool.kind !== 'lint' && tool.kind !== 'format') || (await isUsed(tool, files, setting))
  const weight: CheckConfig = inUse ? { ...(fix !== undefined && { fix }) } : { severity: 'advisory' }
  gathering.found(tool.name, config)
  const dependency = tool.packages.find((name) => wantedRange(setting.project, name) !== undefined) ?? ''
  gathering.check(tool.name, {
    ...check,
    ...weight,
    stage: 'quality',
    needs: readiness(setting.project, gathering.names()),
    reason: `${config} and the dependency ${dependency}${inUse ? '' : '; nothing says that anybody runs it'}`,
  })
}

const hookPlaces = ['.husky/*', '.lintstagedrc', '.lintstagedrc.*', 'lint-staged.config.*', '.lefthook.yml', '.lefthook.yaml', 'scripts/*.sh']

/** Scripts of any package, hooks, workflows or guides name it. */
async function isUsed(tool: NodeTool, files: Files, { project }: Setting): Promise<boolean> {
  const named = new RegExp(`(^|[^\\w.@/-])${tool.program}($|[^\\w./-])`, 'm')
  const manifests = [project.root, ...project.members.map(({ manifest }) => manifest)]
  const said = manifests.map((manifest) => JSON.stringify([manifest['scripts'], manifest['lint-staged'], manifest['simple-git-hooks'], manifest['husky']]))
  if (said.some((text) => named.test(text)) || (await mentioned(files, named)).length > 0) return true
  const hooks = await Promise.all((await files.glob(hookPlaces)).map((path) => files.read(path)))
  return hooks.some((text) => named.test(text ?? ''))
}

/** A script that only formats still says which files the format is meant for. */
function writingCall(tool: NodeTool, setting: Setting): CheckConfig | undefined {
  for (const [script, text] of Object.entries(setting.project.scripts)) {
    if (!text.includes(tool.program) || /staged|watch/.test(script)) continue
    const call = scriptParts(text)
      ?.map((part) => understand(part, setting, false))
      .find((each) => each?.tool.name === tool.name && each.as === 'mend')
    if (call !== undefined) return call.config
  }
  return undefined
}

async function judged(tool: NodeTool, config: string, files: Files, setting: Setting, gathering: Gathering): Promise<CheckConfig | undefined> {
  switch (tool.name) {
    case 'prettier':
      return unscripted(tool, ['.'], setting)
    case 'stylelint':
      return (await files.glob(['**/*.{css,scss,less}'])).length === 0 ? undefined : unscripted(tool, ['--allow-empty-input', '**/*.{css,scss,less}'], setting)
    case 'markdownlint':
      return unscripted(tool, config.includes('cli2') && /globs/.test((await files.read(config)) ?? '') ? [] : ['**/*.md', '#node_modules'], setting)
    case 'cspell':
      return { ...unscripted(tool, ['lint', '--no-progress', '.'], setting), severity: 'advisory' }
    case 'knip':
      return { ...unscripted(tool, [], setting), severity: 'advisory' }
    case 'vitest':
      return unscripted(tool, ['run'], setting)
    case 'tsc':
    case 'tsgo':
    case 'vue-tsc':
      return compilerCheck(tool, files, setting, gathering)
    default:
      return unscripted(tool, [], setting)
  }
}

async function compilerCheck(tool: NodeTool, files: Files, setting: Setting, gathering: Gathering): Promise<CheckConfig | undefined> {
  const config = await readJson(files, 'tsconfig.json', gathering)
  const judges = (key: string): boolean => texts(at(config, key)).length > 0
  const references = at(config, 'references')
  const solution = Array.isArray(references) && references.length > 0 && !judges('include') && !judges('files')
  if (!solution) {
    // The root's tsconfig of a workspace is often only what the packages extend; run as a project it would take in everything.
    if (setting.project.members.length === 0 || judges('include') || judges('files')) return unscripted(tool, ['-p', '.', '--noEmit'], setting)
    gathering.remark('tsconfig.json of the workspace names no files: no type check is planned', 'tsconfig.json')
    return undefined
  }
  // Before 5.6 a build of references without output was an error.
  if (tool.name === 'tsc' && !isAtLeast(wantedRange(setting.project, 'typescript') ?? '', 5, 6)) {
    gathering.remark(
      'tsconfig.json only refers to other projects, which this TypeScript cannot judge without writing: no type check is planned',
      'tsconfig.json',
    )
    return undefined
  }
  return unscripted(tool, ['-b', '--noEmit'], setting)
}

function isAtLeast(range: string, major: number, minor: number): boolean {
  const match = /(\d+)(?:\.(\d+))?/.exec(range)
  const [first, second] = [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)]
  return first > major || (first === major && (second >= minor || range.startsWith('^')))
}
