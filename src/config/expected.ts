/** Says in words what a schema accepts: the second half of "'jobs' must be …". */
import type * as v from 'valibot'

export type Schema = v.GenericSchema

/** "a whole number from 1", "'required' or 'advisory'", "a text or a list of texts". */
export const expected = (schema: Schema): string => either(choices(schema))

/** What would be accepted, as one would write it: the end of "For example: jobs: …". */
export function example(schema: Schema): string {
  const { options = [], item, entries = {}, literal, wrapped } = schema as Schema & Parts
  const quotedInWords = /"([^"]+)"/.exec(ownWords(schema) ?? '')?.[1]
  if (quotedInWords !== undefined) return quotedInWords
  const first = options[0]
  if (schema.type === 'union' && first !== undefined) return example(first as Schema)
  if (schema.type === 'optional' && wrapped !== undefined) return example(wrapped)
  if (schema.type === 'array') return item === undefined ? '[]' : `[${example(item)}]`
  if (schema.type === 'strict_object')
    return `{ ${Object.entries(entries)
      .slice(0, 1)
      .map(([key, entry]) => `${key}: ${example(entry)}`)
      .join('')} }`
  if (schema.type === 'record') return '{ name: value }'
  if (schema.type === 'number') return bound(schema, 'min_value') ?? '1'
  return schema.type === 'boolean' ? 'true' : (wordOf(first) ?? wordOf(literal) ?? 'text')
}

function choices(schema: Schema): readonly string[] {
  const own = ownWords(schema)
  if (own !== undefined) return [own]
  const { options = [], item, wrapped, literal } = schema as Schema & Parts
  switch (schema.type) {
    case 'string':
      return ['a text']
    case 'boolean':
      return ['true', 'false']
    case 'number':
      return [numberWords(schema)]
    case 'literal':
      return [quoted(literal)]
    case 'picklist':
      return options.map(quoted)
    case 'union':
      // Lists last: what they are lists of would seem to go on otherwise.
      return [...new Set((options as readonly Schema[]).toSorted((a, b) => Number(a.type === 'array') - Number(b.type === 'array')).flatMap(choices))]
    case 'array':
      return [item === undefined ? 'a list' : `a list of ${plural(item)}`]
    case 'optional':
      return wrapped === undefined ? ['anything'] : choices(wrapped)
    default:
      return ['a mapping']
  }
}

const ownWords = (schema: Schema): string | undefined =>
  pipeOf(schema)
    .flatMap((step) => ((step.type === 'check' || step.type === 'guard') && typeof step.message === 'string' ? [step.message] : []))
    .at(-1)

/** The parts of a schema that hold other schemas; which of them are there depends on its type. */
export type Parts = {
  readonly entries?: Readonly<Record<string, Schema>>
  readonly options?: readonly unknown[]
  readonly item?: Schema
  readonly value?: Schema
  readonly wrapped?: Schema
  readonly literal?: unknown
}

type Step = { readonly type: string; readonly message?: unknown; readonly requirement?: unknown }

/** The checks of a schema; a described pipe holds another pipe. */
function pipeOf(schema: Schema | Step): readonly Step[] {
  const pipe: readonly Step[] = 'pipe' in schema && Array.isArray(schema.pipe) ? schema.pipe : []
  return pipe.flatMap((step, i) => (i === 0 ? pipeOf(step) : [step]))
}

function bound(schema: Schema, type: 'min_value' | 'max_value'): string | undefined {
  const requirement = pipeOf(schema).find((step) => step.type === type)?.requirement
  return typeof requirement === 'number' ? String(requirement) : undefined
}

function numberWords(schema: Schema): string {
  const [least, most] = [bound(schema, 'min_value'), bound(schema, 'max_value')]
  const noun = pipeOf(schema).some((step) => step.type === 'integer') ? 'a whole number' : 'a number'
  return `${noun}${least === undefined ? '' : ` from ${least}`}${most === undefined ? '' : ` to ${most}`}`
}

/** Lists are of texts, numbers, mappings or of one of several words. */
function plural(schema: Schema): string {
  const plurals: Readonly<Record<string, string>> = { string: 'texts', strict_object: 'mappings', number: 'numbers' }
  const words = plurals[schema.type]
  if (words !== undefined) return words === 'numbers' ? numberWords(schema).replace(/^a (.*)number/, '$1numbers') : words
  const options = (schema as Schema & Parts).options ?? []
  if (schema.type === 'union') return either(options.map((option) => plural(option as Schema)))
  return expected(schema)
}

const wordOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined

const quoted = (value: unknown): string => (typeof value === 'string' ? `'${value}'` : (wordOf(value) ?? 'nothing'))

function either(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`
}
