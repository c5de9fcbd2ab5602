/** Writes the JSON Schema of pawl.yaml and its page in the reference from the one shape; with --check it only tells whether they are up to date. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { toJsonSchema } from '@valibot/to-json-schema'
import { checkShape, fixShape } from '../src/config/check-shape.ts'
import { configShape, profileShape, strategyShape } from '../src/config/shape.ts'
import { referencePage, type SchemaNode } from './reference-page.ts'

/** The contents of both files by path. */
export function generated(): Readonly<Record<string, string>> {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'https://unpkg.com/pawl/schema/pawl.schema.json',
    title: 'pawl.yaml',
    ...withDefinitions(),
  }
  return {
    'schema/pawl.schema.json': `${JSON.stringify(schema, null, 2)}\n`,
    'docs/reference/config.md': referencePage(schema),
  }
}

/** Checks of ours that JSON Schema cannot say (durations, sizes) are left to pawl itself. */
function withDefinitions(): SchemaNode {
  const { $schema: _, ...schema } = toJsonSchema(configShape, {
    ignoreActions: ['check', 'guard', 'readonly'],
    definitions: { check: checkShape, fix: fixShape, profile: profileShape, strategy: strategyShape },
  })
  // The library and the page agree on what a node can hold; JSON itself is the border between their types.
  return JSON.parse(JSON.stringify(schema)) as SchemaNode
}

function main(checkOnly: boolean): number {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..')
  const stale = Object.entries(generated()).filter(([path, text]) => textAt(join(root, path)) !== text)
  if (checkOnly) {
    for (const [path] of stale) console.error(`${path} differs from src/config/shape.ts; run: node tools/schema.ts`)
    return stale.length === 0 ? 0 : 1
  }
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    console.log(`wrote ${path}`)
  }
  return 0
}

function textAt(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

if (import.meta.main) process.exitCode = main(process.argv.includes('--check'))
