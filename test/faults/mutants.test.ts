/** The mutants are real: each still finds its text in the source. Whether they are caught is asked by `npm run mutants`. */
import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { mutantIn, type Mutant } from './mutant.ts'

const folder = join(import.meta.dirname, 'mutants')

test('every mutant changes exactly one place of the source', async () => {
  const ids: string[] = []
  for (const name of readdirSync(folder)) {
    const { mutants } = (await import(join(folder, name))) as { mutants: readonly Mutant[] }
    for (const mutant of mutants) {
      const source = readFileSync(join(import.meta.dirname, '../..', mutant.file), 'utf8')
      expect(mutantIn(source, mutant)).not.toBe(source)
      ids.push(mutant.id)
    }
  }
  expect(ids.length).toBeGreaterThan(10)
  expect(new Set(ids).size).toBe(ids.length)
})
