/** The environment of a script of a package.json, as its package manager would make it for this package, out of what the manager said about one. */
import type { PackageScript } from '../model/task.ts'

type Environment = Readonly<Record<string, string>>
type Table = Readonly<Record<string, unknown>>

/** What a manager does to the environment of a script, told by itself for one package. */
export type ManagerAnswer = { readonly folder: string; readonly set: Environment; readonly unset: readonly string[]; readonly path: readonly string[] }

export type ScriptPlace = {
  readonly script: PackageScript
  /** Absolute folder of the package. */
  readonly folder: string
  readonly manifest: Table
  /** What every child sees. */
  readonly env: Environment
}

/** Folder names are joined with "/": scripts are started without their manager on Unix only. */
export function scriptEnvironment(answer: ManagerAnswer, { script, folder, manifest, env }: ScriptPlace): (event: string, text: string) => Environment {
  const gone = new Set(answer.unset)
  const kept = Object.entries(env).filter(([name]) => !gone.has(name))
  const set = Object.entries(answer.set).flatMap(([name, value]) =>
    name.startsWith('npm_package_') ? [] : [[name, value === answer.folder ? folder : value] as const],
  )
  const fixed = {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(set),
    ...packageVariables(script.manager, manifest, folder),
    PATH: pathOf(script.manager, answer, folder, env['PATH'] ?? ''),
  }
  // Yarn 1 alone says what was typed.
  const typed = (event: string): Environment =>
    'npm_config_argv' in answer.set ? { npm_config_argv: JSON.stringify({ remain: [], cooked: ['run', event], original: ['run', script.name] }) } : {}
  return (event, text) => ({ ...fixed, ...typed(event), npm_lifecycle_event: event, npm_lifecycle_script: text })
}

/** npm and bun look into node_modules/.bin of every folder above, the others of the package and of the root. */
function pathOf(manager: PackageScript['manager'], answer: ManagerAnswer, folder: string, path: string): string {
  const asked = new Set(manager === 'npm' || manager === 'bun' ? binsAbove(answer.folder) : [`${answer.folder}/node_modules/.bin`])
  const own = manager === 'npm' || manager === 'bun' ? binsAbove(folder) : [`${folder}/node_modules/.bin`]
  const front = [...own, ...answer.path.filter((entry) => !asked.has(entry))]
  const before = new Set(front)
  // What stands in node_modules there was put in front for commands that no manager starts.
  return [...before, ...path.split(':').filter((entry) => !before.has(entry) && !entry.endsWith('/node_modules/.bin'))].join(':')
}

function binsAbove(folder: string): readonly string[] {
  const parts = folder.split('/').filter((part) => part !== '')
  return Array.from({ length: parts.length + 1 }, (_, i) => `${['', ...parts.slice(0, parts.length - i)].join('/')}/node_modules/.bin`)
}

/** npm exports five fields, bun three of them, pnpm and yarn 1 all of the manifest. */
export function packageVariables(manager: PackageScript['manager'], manifest: Table, folder: string): Environment {
  const { name, version, config, engines } = manifest
  const file = { npm_package_json: `${folder}/package.json` }
  switch (manager) {
    case 'npm':
      return { ...npmFlat({ name, version: versionOf(version), config, engines, bin: binOf(manifest) }), ...file }
    case 'bun':
      return { ...npmFlat({ name, version, ...(isTexts(config) && { config }) }), ...file }
    case 'pnpm':
      return wholeFlat(manifest)
    case 'yarn':
      return wholeFlat({ ...manifest, ...(manifest['bin'] === undefined ? {} : { bin: binOf(manifest) }) })
  }
}

/** npm reads "v1.0" as a version, too; what it cannot read is no version. */
const versionOf = (version: unknown): unknown => (typeof version === 'string' ? version.trim().replace(/^[v=]+\s*/, '') : version)

/** "bin": "./cli.js" of @acme/tool is the program "tool" in cli.js. */
function binOf(manifest: Table): unknown {
  const { bin, name } = manifest
  const clean = (path: unknown): unknown => (typeof path === 'string' ? path.replace(/^(\.?\/)+/, '') : path)
  if (typeof bin === 'string') return typeof name === 'string' ? { [name.replace(/^@[^/]*\//, '')]: clean(bin) } : undefined
  return isTable(bin) ? Object.fromEntries(Object.entries(bin).map(([key, path]) => [key.replace(/^.*\//, ''), clean(path)])) : undefined
}

function npmFlat(values: Table, prefix = 'npm_package_'): Environment {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]): (readonly [string, string])[] => {
      if (value === undefined) return []
      if (value === null || value === false) return [[prefix + key, '']]
      if (Array.isArray(value)) return value.flatMap((item: unknown, i) => Object.entries(npmFlat({ [`${key}_${i}`]: item }, prefix)))
      return isTable(value) ? Object.entries(npmFlat(value, `${prefix}${key}_`)) : [[prefix + key, textOf(value)]]
    }),
  )
}

function wholeFlat(values: object, prefix = 'npm_package_'): Environment {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]: [string, unknown]): (readonly [string, string])[] => {
      if (prefix === 'npm_package_' && (key.startsWith('_') || key === 'readme')) return []
      const name = (prefix + key).replaceAll(/[^a-zA-Z0-9_]/g, '_')
      if (typeof value === 'object' && value !== null) return Object.entries(wholeFlat(value, `${name}_`))
      const text = textOf(value)
      return [[name, text.includes('\n') ? JSON.stringify(text) : text]]
    }),
  )
}

/** bun passes over a config that holds anything but texts. */
const isTexts = (value: unknown): boolean => isTable(value) && Object.values(value).every((each) => typeof each === 'string')

const isTable = (value: unknown): value is Table => typeof value === 'object' && value !== null && !Array.isArray(value)
const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
