/** Secrets stay secret, at the size for every run of the tests. */
import { expect, test } from 'bun:test'
import { rows } from '../soak/secrets.ts'

for (const row of rows) {
  test(`${row.id}: ${row.title}`, async () => {
    const { cases, broken } = await row.run('ci', () => undefined)
    expect(broken).toEqual([])
    expect(cases).toBeGreaterThan(15)
  }, 120_000)
}
