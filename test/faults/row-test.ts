/** Plays rows of the fault table at their small size, each as a test. A row that cannot be played here says why; how many may do so is counted, and in CI none may. */
import { afterAll, expect, test } from 'bun:test'
import type { SoakRow } from '../soak/soak-row.ts'

export function testRows(rows: readonly SoakRow[], mostSkipped: number): void {
  const skipped: string[] = []
  for (const row of rows) {
    test(`${row.id}: ${row.title}`, async () => {
      const result = await row.run('ci', () => undefined)
      // The text itself, not a comparison of lists: what reads only the first line of an error is told what broke.
      if (result.broken.length > 0) throw new Error(result.broken.join('; '))
      if (result.skipped === undefined) return expect(result.cases).toBeGreaterThan(0)
      skipped.push(`${row.id}: ${result.skipped}`)
      console.log(`not tried: ${row.id}: ${result.skipped}`)
    }, 300_000)
  }
  afterAll(() => {
    expect(skipped.length).toBeLessThanOrEqual(process.env['CI'] === 'true' ? 0 : mostSkipped)
  })
}
