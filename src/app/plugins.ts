/** Loads the plugins that the configuration names or holds, each with what its code is. */
import { existsSync, realpathSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { LoadedConfig } from '../config/load.ts'
import { sha256 } from '../host/digest.ts'
import { moduleCode, type ModuleCode } from '../host/module-code.ts'
import { isFile, packageEntry } from '../host/package-entry.ts'
import { failed, ok, type Failure, type Place, type Result } from '../model/failure.ts'
import { importConfig, isAsImported } from './config-module.ts'
import type { Plugin } from './plugin.ts'
import { closedDoor, openDoor, type Guest, type PluginDoor } from './plugin-door.ts'
import { kindAndMessageOf } from '../model/thrown.ts'

type Loaded = Guest & { readonly files: readonly string[] }

/** `root`: what paths are relative to, and where packages are looked for. */
export async function pluginsOf(root: string, loaded: LoadedConfig): Promise<Result<PluginDoor>> {
  const { plugins = [] } = loaded.config
  if (plugins.length === 0) return ok(closedDoor)
  const guests: Loaded[] = []
  const failures: Failure[] = []
  for (const [i, reference] of (plugins as readonly unknown[]).entries()) {
    const place = loaded.placeOf(['plugins', i]) ?? loaded.placeOf(['plugins'])
    const guest = typeof reference === 'string' ? await named(reference, root, place) : inline(reference as Plugin, root, loaded, place)
    if (guest.ok) guests.push(guest.value)
    else failures.push(...guest.failures)
  }
  return failures.length > 0 ? failed(...failures) : openDoor(guests, [...new Set(guests.flatMap((guest) => guest.files))])
}

/** It is part of the configuration, so its code is what the configuration loads. */
function inline(plugin: Plugin, root: string, { path = '' }: LoadedConfig, place: Place | undefined): Result<Loaded> {
  const absolute = isAbsolute(path) ? path : join(root, path)
  const code = moduleCode(absolute)
  const stale = staleness(absolute, code, path, place)
  return stale === undefined ? ok({ plugin, code: known(absolute, code), files: [...code.files.keys()], ...placedAt(place) }) : failed(stale)
}

async function named(reference: string, root: string, place: Place | undefined): Promise<Result<Loaded>> {
  const isPath = /^(\.{0,2}\/|[A-Za-z]:[\\/])/.test(reference)
  const installed = isPath ? undefined : packageEntry(reference, root)
  const path = isPath ? (isAbsolute(reference) ? reference : join(root, reference)) : installed?.entry
  const wrong = (what: string, why: string | undefined, hint: string): Result<never> =>
    failed({ type: 'plugin.unloadable', what, ...(why === undefined ? {} : { why }), hint, ...placedAt(place) })
  if (path === undefined || !isFile(path)) {
    if (isPath) return wrong(`there is no plugin ${reference}`, undefined, 'Check the path; it is relative to the root of the repository.')
    const beside = existsSync(join(root, reference))
      ? `Write "./${reference}" if you mean the file.`
      : `Install it, for example: npm install --save-dev ${reference}`
    return installed === undefined
      ? wrong(`the plugin ${reference} is not installed`, undefined, beside)
      : wrong(`the package ${reference} has no entry that can be imported`, `it is in ${installed.folder}`, 'Ask its author.')
  }
  let imported: unknown
  try {
    imported = await importConfig(path)
  } catch (error) {
    // Whatever a module of somebody else throws is about the module, so it becomes a failure with its text.
    return wrong(`the plugin ${reference} could not be imported`, kindAndMessageOf(error), `Run it alone to see the whole message: node ${reference}`)
  }
  const exported = typeof imported === 'object' && imported !== null ? (imported as Readonly<Record<string, unknown>>) : {}
  const plugin = exported['plugin'] ?? exported['default']
  if (typeof plugin !== 'object' || plugin === null)
    return wrong(`${reference} exports no plugin`, undefined, 'Write: export const plugin = definePlugin({ name: … })')
  // Read after it was imported: what was written since is seen by its time.
  const module = moduleCode(path)
  const stale = staleness(path, module, reference, place)
  if (stale !== undefined) return failed(stale)
  const code = known(path, module)
  const digest = code === undefined || installed === undefined ? code : sha256(`${code}\n${installed.manifest}`)
  return ok({ plugin: plugin as Plugin, code: digest, files: [...module.files.keys()], ...placedAt(place) })
}

/** What was saved while it was loaded may be either, so that nobody can say what the code is. */
const known = (path: string, { digest, files }: ModuleCode): string | undefined => (isAsImported(path, [...files.keys()]) ? digest : undefined)

/** File → what stood in it when this process loaded it. */
const loadedFiles = new Map<string, string>()

/** A module that was loaded is never loaded again, but for the one that is named: what is proven by the old code must not count for the new one. */
function staleness(path: string, { files }: ModuleCode, reference: string, place: Place | undefined): Failure | undefined {
  const entry = realpathSync(path)
  const others = [...files].filter(([file]) => file !== entry)
  const changed = others.some(([file, digest]) => (loadedFiles.get(file) ?? digest) !== digest)
  for (const [file, digest] of others) if (!loadedFiles.has(file)) loadedFiles.set(file, digest)
  if (!changed) return undefined
  return {
    type: 'plugin.unloadable',
    what: `files that ${reference} imports have changed since it was loaded`,
    why: 'a process that goes on keeps the modules that it has loaded',
    hint: 'Start pawl watch again.',
    ...placedAt(place),
  }
}

const placedAt = (place: Place | undefined): { readonly place?: Place } => (place === undefined ? {} : { place })
