/** Finds what plugins bring by the names that checks use, and says which name may have been meant. */
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import { nearest } from '../model/suggestion.ts'
import type { Action, BuiltinAction, Inputs } from '../model/task.ts'
import { firstPlace } from './keys.ts'
import type { PluggedAdapter } from './plugged.ts'
import type { CheckConfig } from './check-shape.ts'
import type { Translation } from './translation.ts'
import { messageOf } from '../model/thrown.ts'

/** `code`: null where nobody can say what the code is. Undefined: a parser of pawl, or a mistake that was told. */
export function pluggedParser(
  name: string,
  { parser }: CheckConfig,
  { plugged, placeOf, failures }: Translation,
): { readonly code?: string | null } | undefined {
  if (parser?.includes('/') !== true) return undefined
  const found = plugged.parsers.get(parser)
  if (found !== undefined) return { code: found.code ?? null }
  const failure = unknown(`'${name}' has the parser '${parser}'`, parser, plugged.parsers.keys(), 'parser')
  if (!failures.some(({ what }) => what === failure.what)) failures.push({ ...failure, ...firstPlace(placeOf, ['checks', name, 'parser'], ['checks', name]) })
  return undefined
}

export function pluggedAction(name: string, adapter: string, check: CheckConfig, { plugged, placeOf, failures }: Translation): BuiltinAction | undefined {
  const place = firstPlace(placeOf, ['checks', name, 'adapter'], ['checks', name])
  const found = plugged.adapters.get(adapter)
  if (found === undefined) {
    failures.push({ ...unknown(`'${name}' has the adapter '${adapter}'`, adapter, plugged.adapters.keys(), 'adapter'), ...place })
    return undefined
  }
  return { kind: 'builtin', name: adapter, with: check.with ?? {}, ...(found.code === undefined ? {} : { code: found.code }) }
}

function unknown(sentence: string, name: string, known: Iterable<string>, part: string): Failure {
  const all = [...known]
  const meant = nearest(name, all)
  const others = all.length === 0 ? `No plugin brings any ${part}: name its package or file under 'plugins'.` : `Known: ${all.join(', ')}`
  return { type: 'config.invalid', what: `${sentence}, which no plugin brings`, hint: meant === undefined ? others : `Did you mean '${meant}'?` }
}

/** What the check says goes before what the adapter says. Without code that can be named nothing is known. */
export function pluggedInputs(
  name: string,
  check: CheckConfig,
  rest: Inputs,
  action: Action,
  { plugged, placeOf, failures }: Translation,
): { readonly inputs: Inputs; readonly judged?: readonly string[] } {
  const adapter = plugged.adapters.get(check.adapter ?? '')
  if (adapter === undefined || action.kind !== 'builtin') return { inputs: rest }
  const own = inputsFrom(check.adapter ?? '', adapter, action.with)
  if (!own.ok) {
    failures.push(...own.failures.map((failure) => ({ ...failure, ...firstPlace(placeOf, ['checks', name, 'adapter'], ['checks', name]) })))
    return { inputs: rest }
  }
  const { files, env = [], tools = [], extra = [] } = own.value
  const wanted = check.inputs ?? files
  const known = wanted === undefined || wanted === 'unknown' || action.code === undefined ? {} : { files: wanted }
  const inputs = { ...known, env: [...env, ...rest.env], tools: [...tools, ...rest.tools], extra: [...extra, ...rest.extra] }
  return files === undefined ? { inputs } : { inputs, judged: files }
}

function inputsFrom(name: string, { inputs }: PluggedAdapter, args: BuiltinAction['with']): Result<Partial<Inputs>> {
  try {
    const said: unknown = typeof inputs === 'function' ? inputs(args) : inputs
    if (isInputs(said)) return ok(said)
    return failed(broken(name, 'they must be lists of texts: files, env, tools, extra'))
  } catch (error) {
    // Whatever the code of a plugin throws is about the plugin.
    return failed(broken(name, messageOf(error)))
  }
}

const broken = (name: string, why: string): Failure => ({ type: 'plugin.broken', what: `the adapter ${name} does not say what its inputs are`, why })

const keys: readonly string[] = ['files', 'env', 'tools', 'extra']

function isInputs(value: unknown): value is Partial<Inputs> {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).every(
    ([key, list]: [string, unknown]) => list === undefined || (keys.includes(key) && Array.isArray(list) && list.every((one) => typeof one === 'string')),
  )
}
