/** The demonstration of agents comes to the end that it tells of, and leaves nothing behind. */
import { expect } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environment, once } from './rig.ts'

const home = join(import.meta.dirname, '../..')

once('npm run demo:agents: a red gate is mended, a conflict is resolved, and all four land', async () => {
  const base = mkdtempSync(join(tmpdir(), 'pawl-demo-journey-'))
  try {
    const env = { ...environment(base), TMPDIR: base }
    const { status, stdout } = spawnSync(join(home, 'node_modules/.bin/bun'), [join(home, 'tools/demo-agents.ts')], { cwd: base, env, encoding: 'utf8' })
    expect(stdout).toContain('✗ tax  does not pass test yet\n↻ tax  turn 2 of ada, to mend what was found\n')
    expect(stdout).toContain('done  4 prompts: 4 landed; ')
    expect(stdout).toContain('recovered by 1 turn to mend, 1 turn to resolve a conflict\n')
    expect(stdout).toMatch(/\* +[0-9a-f]{7} Merge "(Show the currency|Add discounts)" into pawl\/integration\n/)
    expect(stdout).toMatch(/Features: prices in EUR, discounts|Features: discounts, prices in EUR/)
    expect(status).toBe(0)
    expect(readdirSync(base).filter((name) => name.startsWith('pawl-demo-'))).toEqual([])
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
})
