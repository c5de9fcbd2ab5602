/** Says whether what bun.lock says is installed, by looking at each direct dependency. */
import type { ParseError } from 'jsonc-parser'
import { whyUnreadable } from '../../model/unreadable.ts'
import type { Builtin } from '../builtin.ts'
import { isJsonTable, readManifests, tableIn, textIn, type JsonTable } from './package-manifests.ts'
import { judgeDirect } from './packages-installed.ts'

/** manifests: globs of the package.json files of the workspace. */
export const bunInstalled: Builtin = async (args, world) => {
  const manifests = await readManifests(world.files, args['manifests'])
  if ('failure' in manifests) return manifests
  const text = await world.files.read('bun.lock')
  // bun.lockb is binary: then the ranges of the manifests must do.
  if (text === undefined) return judgeDirect(world.files, manifests, () => undefined)
  const lock = await readBunLock(text)
  if (typeof lock === 'string')
    return { failure: { type: 'detect.unreadable', what: 'bun.lock cannot be parsed', why: lock, hint: 'bun install', place: { file: 'bun.lock' } } }
  const packages = tableIn(lock, 'packages')
  // What the root depends on always lies at the top; a published package of the root's own name may have other versions below it.
  const names = new Map(Object.entries(tableIn(lock, 'workspaces')).map(([folder, entry]) => [folder, folder === '' ? undefined : textIn(entry, 'name')]))
  return judgeDirect(world.files, manifests, (folder, name) => versionIn(packages, names.get(folder), name))
}

async function readBunLock(text: string): Promise<JsonTable | string> {
  const { parse, printParseErrorCode } = await import('jsonc-parser')
  const errors: ParseError[] = []
  let value: unknown
  try {
    value = parse(text, errors, { allowTrailingComma: true })
  } catch (error) {
    const why = whyUnreadable(error)
    if (why === undefined) throw error
    return why
  }
  const error = errors[0]
  if (error !== undefined) return `${printParseErrorCode(error.error)} in line ${text.slice(0, error.offset).split('\n').length}`
  const table = JSON.parse(JSON.stringify(value ?? null))
  return isJsonTable(table) ? table : 'it holds no object'
}

/** "is-odd": ["is-odd@3.0.1", …]; below "a/is-odd" when the workspace package a has its own. */
function versionIn(packages: JsonTable, workspace: string | undefined, name: string): string | undefined {
  const entry = (workspace === undefined ? undefined : packages[`${workspace}/${name}`]) ?? packages[name]
  const resolution = Array.isArray(entry) ? entry[0] : undefined
  return typeof resolution === 'string' ? /^@?[^@]+@(\d+\.\d+\.\d+[^/:]*)$/.exec(resolution)?.[1] : undefined
}
