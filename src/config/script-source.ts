/** Where scripts come from: the package.json files of the folders that checks name, and the package manager of the repository. */
import type { Files } from '../model/files.ts'
import { newGathering } from './presets/gathering.ts'
import { at, isTable } from './presets/manifests.ts'
import { nodeProject, type NodeProject, type PackageManager } from './presets/node-project.ts'
import { nothingDetected } from './preset.ts'
import type { CheckConfig } from './check-shape.ts'
import { parsedJson } from '../model/json.ts'

export type ScriptSource = {
  readonly manager: PackageManager
  /** Whether the project says which shell reads its scripts. */
  readonly ownShell: boolean
  /** Whether scripts named pre… and post… run before and after others. */
  readonly hooks: boolean
  /** Programs of dependencies are only reachable through yarn. */
  readonly plugAndPlay: boolean
  /** Name → text; undefined: there is no package.json in this folder. */
  of(folder: string): Readonly<Record<string, string>> | undefined
}

export const noScripts: ScriptSource = { manager: 'npm', ownShell: false, hooks: true, plugAndPlay: false, of: () => undefined }

/** Reads no file unless a check runs a script. */
export async function scriptSource(files: Files, checks: Readonly<Record<string, CheckConfig>>): Promise<ScriptSource> {
  const folders = new Set<string>()
  for (const check of Object.values(checks)) for (const folder of foldersOf(check)) folders.add(folder)
  if (folders.size === 0) return noScripts
  const project = await nodeProject(files, newGathering(nothingDetected))
  const known = new Map<string, Readonly<Record<string, string>>>()
  if (project !== undefined) known.set('.', project.scripts)
  for (const { folder, manifest } of project?.members ?? []) known.set(folder, scriptsIn(manifest))
  for (const folder of folders) {
    const manifest = known.has(folder) ? undefined : parsed(await files.read(folder === '.' ? 'package.json' : `${folder}/package.json`))
    if (manifest !== undefined) known.set(folder, scriptsIn(manifest))
  }
  const settings = [await files.read('.npmrc'), await files.read('pnpm-workspace.yaml')].join('\n')
  return {
    manager: project?.manager ?? 'npm',
    ownShell: /^\s*(script-shell|shell-emulator|scriptShell|shellEmulator)\s*[=:]\s*(?!false|null)\S/m.test(settings),
    hooks: await hasHooks(files, project),
    plugAndPlay: project?.plugAndPlay ?? false,
    of: (folder) => known.get(folder),
  }
}

/** Yarn 2 and later runs none; pnpm did not from version 7 to 8, and does not where it is told so. */
async function hasHooks(files: Files, project: NodeProject | undefined): Promise<boolean> {
  if (project?.manager !== 'pnpm') return project?.manager !== 'yarn'
  const said =
    /^\s*enable-pre-post-scripts\s*=\s*(true|false)/m.exec((await files.read('.npmrc')) ?? '')?.[1] ??
    /^enablePrePostScripts:\s*(true|false)/m.exec((await files.read('pnpm-workspace.yaml')) ?? '')?.[1]
  return said === undefined ? !/^[\^~v=]*[78](\.|$)/.test(project.declared?.range ?? '') : said === 'true'
}

function foldersOf(check: CheckConfig): readonly string[] {
  const fixes = Array.isArray(check.fix) ? check.fix : check.fix === undefined ? [] : [check.fix]
  const own = check.script === undefined ? [] : [check.cwd ?? '.']
  return [...own, ...fixes.flatMap((fix) => (typeof fix === 'string' || fix.script === undefined ? [] : [fix.cwd ?? check.cwd ?? '.']))]
}

function scriptsIn(manifest: unknown): Readonly<Record<string, string>> {
  const table = at(manifest, 'scripts')
  return Object.fromEntries(Object.entries(isTable(table) ? table : {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

/** One that cannot be parsed is told by detection; here it is as if it were not there. */
function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined
  return parsedJson(text.replace(/^\uFEFF/, ''))
}
