/** Finds and reads the configuration of a repository; every mistake in it is told with its line and column. */
import { failed, ok, type Failure, type Place, type Result } from '../model/failure.ts'
import type { Files } from '../model/files.ts'
import { placed, valueAt, type Keys, type PlaceOf } from './keys.ts'
import { readModule, type ImportModule } from './read-module.ts'
import type { ConfigFile } from './shape.ts'

export type LoadedConfig = {
  readonly config: ConfigFile
  /** The file, relative to the root; undefined when there is none. */
  readonly path?: string
  /** Where a key or an item stands; undefined when the file does not have it. */
  readonly placeOf: PlaceOf
}

export const configNames: readonly string[] = ['pawl.yaml', 'pawl.yml', 'pawl.config.ts', 'pawl.config.mts', 'pawl.config.js']

export async function loadConfig(files: Files, options: { readonly path?: string; readonly importModule: ImportModule }): Promise<Result<LoadedConfig>> {
  const found = options.path === undefined ? await lookFor(files) : ok(inRoot(files.root, options.path))
  if (!found.ok) return found
  const path = found.value
  if (path === undefined) return ok({ config: {}, placeOf: () => undefined })
  if (/\.(ya?ml|json)$/i.test(path)) return loadYaml(files, path)
  if (/\.[mc]?[jt]s$/i.test(path)) return loadModule(files, path, options.importModule)
  return failed({
    type: 'config.unreadable',
    what: `${path} is no kind of file that can hold a configuration`,
    hint: 'Use .yaml, .yml, .json, .ts, .mts or .js.',
    place: { file: path },
  })
}

async function lookFor(files: Files): Promise<Result<string | undefined>> {
  const there = await Promise.all(configNames.map((name) => files.exists(name)))
  const [first, second] = configNames.filter((_, i) => there[i])
  if (first === undefined || second === undefined) return ok(first)
  return failed({
    type: 'config.invalid',
    what: `there are two configurations: ${first} and ${second}`,
    why: 'it is not clear which of them counts',
    hint: 'Remove or rename one of them.',
    place: { file: second },
  })
}

/** Files are named relative to the root. */
function inRoot(root: string, path: string): string {
  const start = root.endsWith('/') ? root : `${root}/`
  return path.startsWith(start) ? path.slice(start.length) : path.replace(/^\.\//, '')
}

async function loadYaml(files: Files, path: string): Promise<Result<LoadedConfig>> {
  const text = await files.read(path)
  if (text === undefined) return failed(noSuchFile(path))
  const { parseYaml } = await import('./read-yaml.ts')
  const file = parseYaml(path, text)
  if (!file.readable) return failed(...file.failures)
  if (file.value === null || file.value === undefined) {
    return failed(...file.failures, {
      type: 'config.invalid',
      what: `${path} is empty`,
      hint: 'Write at least "version: 1", or remove the file to let pawl detect everything.',
      place: { file: path, line: 1, column: 1 },
    })
  }
  const written = writtenPlugins(file.value).map((i): Failure => inYaml(file.valuePlace(['plugins', i])))
  if (written.length > 0) return failed(...inOrder([...file.failures, ...written]))
  const checked = await checkShape(file.value, (keys, at) => (at === 'key' ? file.keyPlace(keys) : file.valuePlace(keys)))
  if (checked.ok && file.failures.length === 0) return ok({ config: checked.value, path, placeOf: file.keyPlace })
  return failed(...inOrder([...file.failures, ...(checked.ok ? [] : checked.failures)]))
}

/** Places in the list of those that are no names. */
function writtenPlugins(value: unknown): readonly number[] {
  const plugins = valueAt(value, ['plugins'])
  return Array.isArray(plugins) ? plugins.flatMap((plugin: unknown, i) => (typeof plugin === 'object' && plugin !== null ? [i] : [])) : []
}

const inYaml = (place: Place | undefined): Failure => ({
  type: 'config.invalid',
  what: 'a plugin cannot be written in YAML',
  why: 'it is made of functions',
  hint: 'Name its package or its file ("./tools/plugin.ts"), or write pawl.config.ts.',
  ...placed(place),
})

async function loadModule(files: Files, path: string, importModule: ImportModule): Promise<Result<LoadedConfig>> {
  if (!(await files.exists(path))) return failed(noSuchFile(path))
  const config = await readModule(files, path, importModule)
  if (!config.ok) return config
  const checked = await checkShape(config.value, () => ({ file: path }))
  if (!checked.ok) return checked
  const placeOf: PlaceOf = (keys) => (valueAt(config.value, keys) === undefined ? undefined : { file: path })
  return ok({ config: checked.value, path, placeOf })
}

const noSuchFile = (path: string): Failure => ({
  type: 'config.unreadable',
  what: `there is no file ${path}`,
  hint: 'Check the path; it is relative to the root of the repository.',
})

async function checkShape(value: unknown, placeOf: (keys: Keys, at: 'key' | 'value') => Place | undefined): Promise<Result<ConfigFile>> {
  const [{ problemsOf }, { configShape }, { parse }] = await Promise.all([import('./problems.ts'), import('./shape.ts'), import('valibot')])
  const problems = problemsOf(configShape, value)
  if (problems.length === 0) return ok(parse(configShape, value))
  const failures = problems.map((problem): Failure => {
    const place = placeOf(problem.path, problem.at)
    return { type: 'config.invalid', what: problem.what, hint: problem.hint, ...(place === undefined ? {} : { place }) }
  })
  return failed(...inOrder(failures))
}

const inOrder = (failures: readonly Failure[]): readonly Failure[] =>
  [...failures].sort((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0))
