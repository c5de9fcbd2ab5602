/** Reads ahead what understanding calls of tools depends on: which tsconfig writes nothing, which kind of ESLint configuration there is. */
import type { Files } from '../../model/files.ts'
import { newGathering } from './gathering.ts'
import { at, readJson, texts } from './manifests.ts'
import { nothingDetected } from '../preset.ts'
import type { Setting } from './node-invocation.ts'
import type { NodeProject } from './node-project.ts'

export async function toolSetting(files: Files, project: NodeProject): Promise<Setting> {
  const needed = Object.values(project.scripts).some((text) => /\b(tsc|tsgo)\b/.test(text))
  const configs = needed ? await readConfigs(files) : new Map<string, unknown>()
  return {
    project,
    emitsNothing: (path) => emitsNothing(path.endsWith('.json') ? clean(path) : `${clean(path)}/tsconfig.json`, configs, 0),
    flatEslint: (await files.glob(['eslint.config.{js,mjs,cjs,ts,mts,cts}'])).length > 0,
  }
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
    texts(at(config, 'extends'))
      .filter((base) => base.startsWith('./'))
      .some((base) => emitsNothing(clean(folder + clean(base)).replace(/(\.json)?$/, '.json'), configs, depth + 1))
  )
}
