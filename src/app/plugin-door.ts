/** The Door through which plugins come in: each part gets its whole name, and none gets in that is not what it should be. */
import type { Plugged, PluggedAdapter, PluggedParser } from '../config/plugged.ts'
import type { Preset } from '../config/preset.ts'
import type { StrategyPlugin } from '../config/strategy-plugin.ts'
import type { Adapter } from '../executors/adapter.ts'
import { guestParser } from '../executors/guest-parser.ts'
import type { ParserOf } from '../executors/parsers/by-name.ts'
import type { Parser } from '../executors/parsers/parser.ts'
import { failed, ok, type Failure, type Place, type Result } from '../model/failure.ts'
import { builtInPlugin } from './built-in-plugin.ts'
import { guardedPreset } from './guarded-preset.ts'
import type { Plugin } from './plugin.ts'

export type PluginDoor = Plugged & {
  /** Of pawl itself by its plain name, of a plugin by its whole name. */
  readonly parserOf: ParserOf
  adapterOf(name: string): Adapter | undefined
  /** All plugins come from these; absolute paths. */
  readonly files: readonly string[]
  /** Whether anything came in. */
  readonly isOpen: boolean
}

/** `code`: digest of all that the plugin is made of; undefined: nobody can say. */
export type Guest = { readonly plugin: Plugin; readonly code: string | undefined; readonly place?: Place }

const ownParser: ParserOf = (name) =>
  Object.hasOwn(builtInPlugin.parsers, name) ? (builtInPlugin.parsers as Readonly<Record<string, Parser>>)[name] : undefined

/** `platform` is last: it plans nothing where nothing else was recognised. */
const withPresets = (more: readonly Preset[]): readonly Preset[] => [...builtInPlugin.presets.slice(0, -1), ...more, ...builtInPlugin.presets.slice(-1)]

export const closedDoor: PluginDoor = {
  parsers: new Map(),
  adapters: new Map(),
  strategies: new Map(),
  presets: builtInPlugin.presets,
  parserOf: ownParser,
  adapterOf: () => undefined,
  files: [],
  isOpen: false,
}

export function openDoor(guests: readonly Guest[], files: readonly string[]): Result<PluginDoor> {
  const failures = guests.flatMap((guest, i) => [...clashes(guest, guests.slice(0, i)), ...wrongParts(guest)])
  if (failures.length > 0) return failed(...failures)
  const parserCodes = new Map<string, PluggedParser>()
  const parsers = new Map<string, Parser>()
  const adapterCodes = new Map<string, PluggedAdapter>()
  const adapters = new Map<string, Adapter>()
  const strategies = new Map<string, StrategyPlugin>()
  for (const { plugin, code } of guests) {
    const named = <T>(parts: Readonly<Record<string, T>> = {}): readonly (readonly [string, T])[] =>
      Object.entries(parts).map(([name, part]) => [`${plugin.name}/${name}`, part])
    for (const [name, parser] of named(plugin.parsers)) {
      parsers.set(name, guestParser(name, parser))
      parserCodes.set(name, { code })
    }
    for (const [name, adapter] of named(plugin.adapters)) {
      adapters.set(name, adapter)
      adapterCodes.set(name, { code, inputs: adapter.inputs })
    }
    for (const [name, strategy] of named(plugin.strategies)) strategies.set(name, strategy)
  }
  return ok({
    parsers: parserCodes,
    adapters: adapterCodes,
    strategies,
    presets: withPresets(guests.flatMap(({ plugin }) => (plugin.presets ?? []).map((preset) => guardedPreset(plugin.name, preset)))),
    parserOf: (name) => (name.includes('/') ? parsers.get(name) : ownParser(name)),
    adapterOf: (name) => adapters.get(name),
    files,
    isOpen: true,
  })
}

function clashes({ plugin, place }: Guest, before: readonly Guest[]): readonly Failure[] {
  if (plugin.name !== builtInPlugin.name && !before.some((other) => other.plugin.name === plugin.name)) return []
  const what = plugin.name === builtInPlugin.name ? `a plugin is named '${plugin.name}', as pawl itself is` : `two plugins are named '${plugin.name}'`
  return [{ type: 'plugin.clash', what, hint: 'Leave one of them out, or give it another name.', ...(place === undefined ? {} : { place }) }]
}

const isNamed = (value: unknown): boolean => typeof value === 'string' && /^[\w.@+-]+$/.test(value)
const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value)
const has = (value: unknown, ...methods: readonly string[]): boolean => isMapping(value) && methods.every((method) => typeof value[method] === 'function')
const mayHave = (value: unknown, ...methods: readonly string[]): boolean =>
  isMapping(value) && methods.every((method) => value[method] === undefined || typeof value[method] === 'function')

/** Each kind of part, whether one is what it should be, and what that is. */
const kinds: Readonly<Record<string, readonly [isRight: (part: unknown) => boolean, shape: string]>> = {
  parsers: [(part) => typeof part === 'function', 'a function ({ stdout, stderr }) => { findings }'],
  strategies: [(part) => mayHave(part, 'shouldRun', 'concurrency', 'order'), 'an object with the methods shouldRun, concurrency, order, as far as it has any'],
  adapters: [
    (part) => has(part, 'version', 'judge') && isMapping(part) && ['object', 'function'].includes(typeof part['inputs']),
    'an object with inputs, version() and judge()',
  ],
}

/** What somebody wrote without types. */
function wrongParts({ plugin, place }: Guest): readonly Failure[] {
  const wrong = (what: string, hint: string): Failure => ({ type: 'plugin.unloadable', what, hint, ...(place === undefined ? {} : { place }) })
  if (!isNamed(plugin.name)) return [wrong('a plugin has no name that can be used', 'Give it a name of letters, digits and . _ @ + - only.')]
  const parts: Readonly<Record<string, unknown>> = { ...plugin }
  return Object.entries(parts).flatMap(([kind, value]): readonly Failure[] => {
    if (kind === 'name' || value === undefined) return []
    if (kind === 'presets')
      return Array.isArray(value) && value.every((preset: unknown) => has(preset, 'detect') && isMapping(preset) && typeof preset['name'] === 'string')
        ? []
        : [wrong(`the presets of the plugin '${plugin.name}' are no list of presets`, 'A preset has a name and detect(files, before).')]
    const [isRight, shape] = (Object.hasOwn(kinds, kind) ? kinds[kind] : undefined) ?? []
    if (isRight === undefined)
      return [wrong(`the plugin '${plugin.name}' brings '${kind}', which nobody knows`, `Known: parsers, presets, strategies, adapters.`)]
    if (!isMapping(value)) return [wrong(`the ${kind} of the plugin '${plugin.name}' are no mapping of names`, `Each of them is ${shape}.`)]
    return Object.entries(value).flatMap(([name, part]) => {
      if (!isNamed(name)) return [wrong(`'${name}' of the plugin '${plugin.name}' is no name that can be used`, 'Use letters, digits and . _ @ + - only.')]
      return isRight(part) ? [] : [wrong(`'${plugin.name}/${name}' is not what ${kind} are`, `It must be ${shape}.`)]
    })
  })
}
