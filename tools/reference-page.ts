/** Draws the page docs/reference/config.md from the JSON Schema of pawl.yaml: one table for each mapping. */

/** The part of JSON Schema that our shape uses. */
export type SchemaNode = {
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, SchemaNode>>
  readonly definitions?: Readonly<Record<string, SchemaNode>>
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly SchemaNode[]
  readonly items?: SchemaNode
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly required?: readonly string[]
  readonly additionalProperties?: SchemaNode | boolean
  readonly minimum?: number
  readonly maximum?: number
  readonly description?: string
}

export function referencePage(schema: SchemaNode): string {
  const definitions = schema.$defs ?? schema.definitions ?? {}
  const titles: Readonly<Record<string, string>> = {
    check: 'A check, under `checks`',
    fix: 'A fix, under `fix` of a check',
    profile: 'A profile, under `profiles`',
    strategy: 'A strategy, under `strategies`',
  }
  return [
    '# pawl.yaml',
    '',
    'Written by `tools/schema.ts` from `src/config/shape.ts`; edits here are overwritten. Unknown keys are errors. Durations are texts such as "90s", "10m", "1h 30m", or numbers of seconds.',
    '',
    ...tables('The file', schema),
    ...Object.entries(definitions).flatMap(([name, node]) => tables(titles[name] ?? name, node)),
  ]
    .join('\n')
    .replace(/\n+$/, '\n')
}

function tables(title: string, node: SchemaNode): readonly string[] {
  const fields = Object.entries(node.properties ?? {})
  const rows = fields.map(([key, field]) => {
    const { rest, byDefault } = defaultIn(field.description ?? '')
    return `| \`${key}\` | ${cell(typeText(field))} | ${cell(byDefault)} | ${cell((node.required ?? []).includes(key) ? `Required. ${rest}` : rest)} |`
  })
  const inner = fields.flatMap(([key, field]) => mappingsIn(field).flatMap((mapping) => tables(`\`${key}\` in: ${title}`, mapping)))
  return [`## ${title}`, '', '| key | type | default | description |', '| --- | --- | --- | --- |', ...rows, '', ...inner]
}

/** Mappings that have no name of their own and so get their table right here. */
function mappingsIn(node: SchemaNode): readonly SchemaNode[] {
  if (node.properties !== undefined) return [node]
  return (node.anyOf ?? []).flatMap(mappingsIn)
}

/** "Default: 5." at the end of a description is told in a column of its own. */
function defaultIn(description: string): { readonly rest: string; readonly byDefault: string } {
  const match = /^(.*?)\s*\bDefault: ([^;:]*?)\.?$/s.exec(description)
  return match === null ? { rest: description, byDefault: '' } : { rest: match[1] ?? '', byDefault: match[2] ?? '' }
}

function typeText(node: SchemaNode): string {
  if (node.$ref !== undefined) return node.$ref.split('/').at(-1) ?? ''
  if (node.const !== undefined) return `\`${JSON.stringify(node.const)}\``
  if (node.enum !== undefined) return node.enum.map((word) => `\`${String(word)}\``).join(', ')
  if (node.anyOf !== undefined) return [...new Set(node.anyOf.map(typeText))].join(' or ')
  if (node.type === 'array') return `list of ${node.items?.anyOf === undefined ? typeText(node.items ?? {}) : `(${typeText(node.items)})`}`
  if (node.type === 'object')
    return node.properties === undefined
      ? `mapping of name to ${typeof node.additionalProperties === 'object' ? typeText(node.additionalProperties) : 'anything'}`
      : 'mapping'
  const bounds = [node.minimum === undefined ? '' : ` from ${node.minimum}`, node.maximum === undefined ? '' : ` to ${node.maximum}`].join('')
  const words: Readonly<Record<string, string>> = { string: 'text', boolean: '`true`, `false`', integer: 'whole number', number: 'number' }
  return `${words[node.type ?? ''] ?? 'anything'}${bounds}`
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
