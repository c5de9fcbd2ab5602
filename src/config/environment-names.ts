/** Reads a Request out of environment variables: our own names, those of the systems that pawl replaces, and pre-commit's SKIP. */
import { parseDuration } from '../model/duration.ts'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Request } from '../model/request.ts'

/** A Request and, for each of its values, the variable that said it. */
export type EnvironmentRequest = { readonly request: Request; readonly from: Readonly<Partial<Record<keyof Request, string>>> }

type Reading<K extends keyof Request> = {
  readonly name: string
  readonly key: K
  /** Undefined: not a value that this variable can have. */
  readonly parse: (text: string) => Request[K] | undefined
  readonly accepts: string
}

type AnyReading = { readonly [K in keyof Request]-?: Reading<K> }[keyof Request]

const truth = '0, 1, true, false, yes, no, on, off'
const flag = (name: string, key: 'fast' | 'skipTests' | 'dryRun' | 'interactive' | 'fix' | 'persist' | 'logs'): AnyReading => ({
  name,
  key,
  parse: parseTruth,
  accepts: truth,
})
const whole = (name: string, key: 'agents' | 'jobs'): AnyReading => ({ name, key, parse: parseCount, accepts: 'a whole number from 1' })
const names = (name: string): AnyReading => ({ name, key: 'skip', parse: parseList, accepts: 'names separated by commas' })

// Of two variables for one key the first counts.
const readings: readonly AnyReading[] = [
  flag('FAST_MODE', 'fast'),
  flag('SKIP_TESTS', 'skipTests'),
  flag('DRY_RUN', 'dryRun'),
  flag('INTERACTIVE', 'interactive'),
  flag('AUTO_REMEDIATE', 'fix'),
  flag('PERSIST_CONFIG', 'persist'),
  flag('LOG_REMEDIATION', 'logs'),
  whole('MAX_PARALLEL_AGENTS', 'agents'),
  { name: 'TASK_TIMEOUT', key: 'timeoutMs', parse: parseLimit, accepts: 'seconds or a duration such as 90s, 10m, 1h' },
  whole('PAWL_JOBS', 'jobs'),
  { name: 'PAWL_STRATEGY', key: 'strategy', parse: (text) => text, accepts: 'the name of a strategy' },
  names('PAWL_SKIP'),
  names('SKIP'),
]

/** Empty variables say nothing. */
export function requestFromEnvironment(env: Readonly<Record<string, string | undefined>>): Result<EnvironmentRequest> {
  const failures: Failure[] = []
  const said: Partial<Record<keyof Request, unknown>> = {}
  const from: Partial<Record<keyof Request, string>> = {}
  for (const { name, key, parse, accepts } of readings) {
    const text = Object.hasOwn(env, name) ? (env[name] ?? '').trim() : ''
    if (text === '') continue
    const value = parse(text)
    if (value === undefined)
      failures.push({
        type: 'args.bad-value',
        what: `the environment variable ${name} is '${text}'`,
        why: `it accepts ${accepts}`,
        hint: `Set ${name} to one of these, or unset it.`,
      })
    else if (from[key] === undefined) [said[key], from[key]] = [value, name]
  }
  return failures.length > 0 ? failed(...failures) : ok({ request: said as Request, from })
}

function parseTruth(text: string): boolean | undefined {
  if (/^(1|true|yes|on)$/i.test(text)) return true
  return /^(0|false|no|off)$/i.test(text) ? false : undefined
}

function parseCount(text: string): number | undefined {
  const value = Number(text)
  return /^\d+$/.test(text) && value >= 1 && Number.isSafeInteger(value) ? value : undefined
}

function parseLimit(text: string): number | undefined {
  const value = parseDuration(text)
  return value !== undefined && value > 0 ? value : undefined
}

function parseList(text: string): readonly string[] | undefined {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  return entries.length > 0 ? entries : undefined
}
