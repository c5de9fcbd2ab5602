/** The layers that a setting can be said in: flags, environment, profile and file, each with how strong it is. */
import { failed, ok, placeText, type Result } from '../model/failure.ts'
import type { Request } from '../model/request.ts'
import { nearest } from '../model/suggestion.ts'
import type { EnvironmentRequest } from './environment-names.ts'
import { placed, type Keys } from './keys.ts'
import type { LoadedConfig } from './load.ts'
import type { ProfileConfig } from './shape.ts'

export type Layers = {
  readonly flags: Request
  readonly environment: EnvironmentRequest
  readonly loaded: LoadedConfig
  /** Whether this runs in CI, where only safe fixes run unless somebody says so. */
  readonly ci: boolean
  readonly processors: number
  /** Names of strategies that plugins bring. */
  readonly strategies?: readonly string[]
}

/** A value, where it came from, and how strong that is: 3 flags, 2 environment, 1 profile, 0 file, -1 default. */
export type Said<T> = { readonly value: T; readonly origin: string; readonly rank: number }

/** What a flag or else the environment says. */
export function requestLayer({ flags, environment }: Layers): <K extends keyof Request>(key: K) => Said<NonNullable<Request[K]>> | undefined {
  return (key) => {
    const byFlag = flags[key]
    if (byFlag !== undefined && byFlag !== null) return { value: byFlag, origin: flagText(key, byFlag), rank: 3 }
    const byName = environment.request[key]
    return byName === undefined || byName === null ? undefined : { value: byName, origin: `environment ${environment.from[key] ?? key}`, rank: 2 }
  }
}

const flagNames: Partial<Record<keyof Request, string>> = { timeoutMs: 'timeout' }

function flagText(key: keyof Request, value: unknown): string {
  if (key === 'selection' && typeof value === 'object' && value !== null && 'kind' in value)
    return value.kind === 'whole' ? 'default' : `--${String(value.kind)}`
  const name = (flagNames[key] ?? key).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return value === false ? `--no-${name}` : `--${name}`
}

export type FileLayer = <K extends keyof ProfileConfig>(key: K) => Said<NonNullable<ProfileConfig[K]>> | undefined

export type Profile = { readonly name: string; readonly config: ProfileConfig } | undefined

export function profileOf(layers: Layers): Result<Profile> {
  const said = requestLayer(layers)('profile')
  if (said === undefined) return ok(undefined)
  const known = layers.loaded.config.profiles ?? {}
  const config = Object.hasOwn(known, said.value) ? known[said.value] : undefined
  if (config !== undefined) return ok({ name: said.value, config })
  const names = Object.keys(known)
  const meant = nearest(said.value, names)
  const hint =
    meant !== undefined
      ? `Did you mean '${meant}'?`
      : names.length === 0
        ? `Add it under 'profiles' in ${layers.loaded.path ?? 'pawl.yaml'}.`
        : `Known: ${names.join(', ')}`
  return failed({
    type: 'args.bad-value',
    what: `there is no profile '${said.value}'`,
    why: `${said.origin} names it`,
    hint,
    ...placed(layers.loaded.placeOf(['profiles'])),
  })
}

/** What the profile or else the file says; mappings are laid over each other key by key. */
export function fileLayer(loaded: LoadedConfig, profile: Profile): FileLayer {
  return (key) => {
    const below = fileOnly(loaded, key)
    const value = profile?.config[key]
    if (profile === undefined || value === undefined || value === null) return below
    const place = placeOfLine(loaded, ['profiles', profile.name, key])
    return { value: laidOver(below?.value, value), origin: `profile ${profile.name}${place === undefined ? '' : ` (${place})`}`, rank: 1 }
  }
}

/** Mappings key by key; everything else as a whole. */
function laidOver<T>(below: T | undefined, value: T): T {
  const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isMapping && below !== undefined ? { ...below, ...value } : value
}

export function fileOnly<K extends keyof LoadedConfig['config']>(loaded: LoadedConfig, key: K): Said<NonNullable<LoadedConfig['config'][K]>> | undefined {
  const value = loaded.config[key]
  if (value === undefined || value === null) return undefined
  return { value, origin: placeOfLine(loaded, [key]) ?? loaded.path ?? 'configuration', rank: 0 }
}

/** "pawl.yaml:3": the line is enough for a value that is shown beside others. */
export function placeOfLine(loaded: Pick<LoadedConfig, 'placeOf'>, keys: Keys): string | undefined {
  const place = loaded.placeOf(keys)
  return place === undefined ? undefined : placeText(place.line === undefined ? { file: place.file } : { file: place.file, line: place.line })
}
