/** The rows of ../soak/dry-run.ts at the size for every run of the tests. */
import { expect, test } from 'bun:test'
import { rows } from '../soak/dry-run.ts'

for (const row of rows) {
  test(`${row.id}: ${row.title}`, async () => {
    const { cases, broken, skipped } = await row.run('ci', () => undefined)
    if (skipped !== undefined) return console.log(skipped)
    expect(broken).toEqual([])
    expect(cases).toBeGreaterThan(9)
  }, 120_000)
}
