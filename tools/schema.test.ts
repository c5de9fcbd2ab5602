import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { generated } from './schema.ts'

test('the JSON Schema and the reference of pawl.yaml are those of the shape', () => {
  for (const [path, text] of Object.entries(generated()))
    expect({ path, text: readFileSync(join(import.meta.dirname, '..', path), 'utf8') }).toEqual({ path, text })
})

test('every key of a table in the reference is described', () => {
  const page = generated()['docs/reference/config.md'] ?? ''
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  expect(rows.length).toBeGreaterThan(80)
  expect(rows.filter((row) => /\|\s*\|$/.test(row))).toEqual([])
})
