/** The part of JSON Schema that the tools need: the schema that is shown is the one that is enforced. */

export type TextSchema = { readonly type: 'string'; readonly description: string; readonly minLength?: number; readonly maxLength: number }
export type ListSchema = {
  readonly type: 'array'
  readonly description: string
  readonly items: TextSchema
  readonly minItems?: number
  readonly maxItems: number
}
export type NumberSchema = { readonly type: 'integer'; readonly description: string; readonly minimum: number; readonly maximum: number }
export type SwitchSchema = { readonly type: 'boolean'; readonly description: string }

export type InputSchema = {
  readonly type: 'object'
  readonly properties: Readonly<Record<string, TextSchema | ListSchema | NumberSchema | SwitchSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties: false
}

/** Arguments that were found to fit their schema. */
export type Input = Readonly<Record<string, unknown>>

/** Every way in which the arguments do not fit, each in a sentence that names the argument; none: they do. */
export function misfits(schema: InputSchema, input: Input): readonly string[] {
  const known = Object.keys(schema.properties)
  const missing = (schema.required ?? []).filter((name) => !Object.hasOwn(input, name))
  return [
    ...missing.map((name) => `${name} is missing`),
    ...Object.entries(input).flatMap(([name, value]) => {
      const wanted = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined
      if (wanted === undefined) return [`${name.slice(0, 60)} is no argument of this tool${known.length === 0 ? '' : ` (${known.join(', ')})`}`]
      const why = misfit(wanted, value)
      return why === undefined ? [] : [`${name} ${why}`]
    }),
  ]
}

function misfit(schema: InputSchema['properties'][string], value: unknown): string | undefined {
  switch (schema.type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'must be true or false'
    case 'integer':
      return Number.isInteger(value) && Number(value) >= schema.minimum && Number(value) <= schema.maximum
        ? undefined
        : `must be a whole number from ${schema.minimum} to ${schema.maximum}`
    case 'string':
      return textMisfit(schema, value)
    case 'array': {
      const { minItems = 0, maxItems } = schema
      if (!Array.isArray(value)) return 'must be a list'
      if (value.length < minItems || value.length > maxItems) return `must have ${minItems} to ${maxItems} entries, not ${value.length}`
      const why = value.map((one: unknown) => textMisfit(schema.items, one)).find((one) => one !== undefined)
      return why === undefined ? undefined : `has an entry that ${why}`
    }
  }
}

function textMisfit({ minLength = 0, maxLength }: TextSchema, value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be a text'
  if (value.trim().length < minLength) return 'must not be empty'
  return value.length > maxLength ? `must have at most ${maxLength} characters, not ${value.length}` : undefined
}
