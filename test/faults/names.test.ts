/** The rows of ../soak/names.ts at the size for every run of the tests. */
import { expect, test } from 'bun:test'
import { rows } from '../soak/names.ts'

for (const row of rows) {
  test(`${row.id}: ${row.title}`, async () => {
    const { cases, broken } = await row.run('ci', () => undefined)
    expect(broken).toEqual([])
    expect(cases).toBeGreaterThan(9)
  }, 120_000)
}
