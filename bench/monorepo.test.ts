/** The benchmark's own parts: what is generated is what is measured, and no figure comes from a run that did not do its work. */
import { expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { goalLines } from './goals.ts'
import { generate, git, needsOf, packagesOf, scripts } from './monorepo.ts'
import type { Contestant } from './rounds.ts'
import { inTurn } from './rounds.ts'
import type { Row } from './row.ts'
import { tableOf } from './table.ts'

test('every task waits only for tasks that exist', () => {
  const packages = packagesOf(500)
  const tasks = new Set(packages.flatMap(({ name }) => scripts.map((script) => `${name}:${script}`)))
  expect(tasks.size).toBe(1500)
  expect(packages.flatMap((pkg) => scripts.flatMap((script) => needsOf(script, pkg).map((need) => need.join(':')))).filter((need) => !tasks.has(need))).toEqual(
    [],
  )
})

test('each command of the generated monorepo does its work and says so', () => {
  const work = mkdtempSync(join(tmpdir(), 'pawl-bench-test-'))
  try {
    mkdirSync(join(work, 'repo'))
    const repo = generate(join(work, 'repo'), 3, join(work, 'executed.log'), () => ({ 'more.txt': 'more\n' }))
    expect(git(repo.root, 'ls-files').trim().split('\n')).toHaveLength(3 * 22 + 6 + 1)
    for (const script of scripts) expect(spawnSync('sh', [`../../tools/${script}.sh`], { cwd: join(repo.root, 'packages/p002') }).status).toBe(0)
    expect(readFileSync(repo.log, 'utf8')).toBe('p002:build\np002:lint\np002:test\n')
    expect(readFileSync(join(repo.root, 'packages/p002/dist/out.txt'), 'utf8').split('\n')).toHaveLength(21)
    expect(git(repo.root, 'status', '--porcelain')).toBe('')
  } finally {
    rmSync(work, { recursive: true })
  }
})

test('tools are measured in turn, and what did not do its work has no figure', () => {
  const order: string[] = []
  const contestant = (tool: string, wrong?: string): Contestant => ({
    tool,
    run(round) {
      order.push(`${tool}${round}`)
      return { measured: { wallMs: 10 + round, cpuMs: 1, exitCode: 0, output: () => '' }, executed: 3, wrong }
    },
  })
  const rows = inTurn('nothing', 500, [contestant('a'), contestant('b'), contestant('idle', 'nothing ran')], 2, 1000)
  expect(order).toEqual(['a0', 'b0', 'idle0', 'a1', 'b1', 'a2', 'b2'])
  expect(rows.map(({ tool, samples }) => [tool, samples.length])).toEqual([
    ['a', 2],
    ['b', 2],
    ['idle', 0],
  ])
  expect(tableOf(rows)).toContain('does not count')
})

test('a goal is reached, missed or not measured, never guessed', () => {
  const row = (tool: string, wallMs: number): Row => ({ scenario: 'nothing', size: 500, tool, samples: [{ wallMs, cpuMs: wallMs }], memoryKb: 50 * 1024 })
  const lines = goalLines([row('pawl', 60), row('git status --porcelain', 40), row('turbo', 500)], 500)
  expect(lines.find((line) => line.startsWith('goal 1a'))).toEndWith('1.50 × (goal 1.5): reached')
  expect(lines.find((line) => line.startsWith('goal 1b'))).toEndWith('8.33 × (goal 10): missed, 1.20 times too little')
  expect(lines.find((line) => line.startsWith('goal 3'))).toEndWith('not measured')
})
