/** The demonstration of roadmaps comes to the end that it tells of, and leaves nothing behind. */
import { expect, setDefaultTimeout } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environment, once } from './rig.ts'

const home = join(import.meta.dirname, '../..')

setDefaultTimeout(180_000)

once('npm run demo:roadmap: from an idea to landed work, over a red gate and a task for a person', async () => {
  const base = mkdtempSync(join(tmpdir(), 'pawl-demo-journey-'))
  try {
    const env = { ...environment(base), TMPDIR: base }
    const { status, stdout } = spawnSync(join(home, 'node_modules/.bin/bun'), [join(home, 'tools/demo-roadmap.ts')], { cwd: base, env, encoding: 'utf8' })
    expect(stdout).toContain('ROADMAP.md: 2 phases, 3 groups, 6 tasks')
    expect(stdout).toContain('✗ a1  does not pass test yet\n↻ a1  turn 2 of coder, to mend what was found\n')
    expect(stdout).toContain("ROADMAP.md  6 tasks: 5 landed, 1 done by a person's word\n")
    expect(stdout.match(/^- \[x\] [ABC]\d: /gm)?.length).toBe(5)
    expect(stdout.match(/^- \[ \] B2: /gm)?.length).toBe(1)
    expect(status).toBe(0)
    expect(readdirSync(base).filter((name) => name.startsWith('pawl-demo-'))).toEqual([])
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
})
