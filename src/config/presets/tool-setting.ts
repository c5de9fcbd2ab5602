/** Reads ahead what understanding calls of tools depends on: which tsconfig writes nothing, which kind of ESLint configuration there is. */
import type { Files } from '../../model/files.ts'
import { newGathering } from './gathering.ts'
import { at, isTable, readJson, texts as textsOf } from './manifests.ts'
import { nothingDetected } from '../preset.ts'
import type { Setting } from './node-invocation.ts'
import type { NodeProject } from './node-project.ts'

export async function toolSetting(files: Files, project: NodeProject): Promise<Setting> {
  const needed = Object.values(project.scripts).some((text) => /\b(tsc|tsgo)\b/.test(text))
  const configs = needed ? await readConfigs(files) : new Map<string, unknown>()
  return {
    project,
    emitsNothing: (path) => emitsNothing(path.endsWith('.json') ? clean(path) : `${clean(path)}/tsconfig.json`, configs, 0),
    plainPrettier: await isPrettierPlain(files, project),
    flatEslint: (await files.glob(['eslint.config.{js,mjs,cjs,ts,mts,cts}'])).length > 0,
  }
}

/** Plugins read what they like, and settings that are programs or lie in a package may name plugins. */
async function isPrettierPlain(files: Files, project: NodeProject): Promise<boolean> {
  const manifests = [project.root, ...project.members.map(({ manifest }) => manifest)]
  const names = manifests.flatMap((manifest) =>
    ['dependencies', 'devDependencies'].flatMap((kind) => {
      const table = at(manifest, kind)
      return isTable(table) ? Object.keys(table) : []
    }),
  )
  const keys = manifests.map((manifest) => at(manifest, 'prettier')).filter((key) => key !== undefined)
  if (
    !names.includes('prettier') ||
    names.some((name) => name.includes('prettier-plugin')) ||
    keys.some((key) => !isTable(key) || Object.hasOwn(key, 'plugins'))
  )
    return false
  if ((await files.glob(['**/.prettierrc.{js,cjs,mjs,ts,cts,mts}', '**/prettier.config.*'])).length > 0) return false
  const texts = await Promise.all((await files.glob(['**/.prettierrc', '**/.prettierrc.*'])).map((path) => files.read(path)))
  return texts.every((text) => text !== undefined && !/\bplugins\b/.test(text) && /[:=]|^\s*\{\s*\}\s*$/.test(text))
}

/** One that cannot be parsed counts as one that writes; the compiler itself will say what is wrong with it. */
async function readConfigs(files: Files): Promise<ReadonlyMap<string, unknown>> {
  const unheard = newGathering(nothingDetected)
  const paths = await files.glob(['tsconfig*.json', '*/tsconfig*.json', '.config/tsconfig*.json'])
  return new Map(await Promise.all(paths.map(async (path) => [path, await readJson(files, path, unheard)] as const)))
}

const clean = (path: string): string => path.replace(/^(\.\/)+/, '').replace(/\/+$/, '')

function emitsNothing(path: string, configs: ReadonlyMap<string, unknown>, depth: number): boolean {
  const config = configs.get(path)
  const own = at(config, 'compilerOptions', 'noEmit')
  if (typeof own === 'boolean') return own
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : ''
  return (
    depth < 4 &&
    textsOf(at(config, 'extends'))
      .filter((base) => base.startsWith('./'))
      .some((base) => emitsNothing(clean(folder + clean(base)).replace(/(\.json)?$/, '.json'), configs, depth + 1))
  )
}
