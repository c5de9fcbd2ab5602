import { expect, test } from 'bun:test'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { liveTrees } from './live-trees.ts'
import { tagVariable } from './proc-table.ts'

test.if(process.platform === 'linux')('the tree of a tag is measured with what descends from it, and told apart when it is stopped', async () => {
  const tag = `test-${process.pid}/1/work%3Aa%401.1`
  const child = spawn('sh', ['-c', 'env -i sleep 60 & echo up; wait'], {
    env: { PATH: process.env['PATH'] ?? '', [tagVariable]: `outer\t${tag}` },
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  })
  const look = () => liveTrees((one) => (one === tag ? 'a' : undefined))?.get('a')
  try {
    await once(child.stdout, 'data')
    // The shell has said so a moment before its child is another program.
    while (look()?.processes !== 2) await new Promise(setImmediate)
    const tree = look()
    expect(tree).toMatchObject({ pid: child.pid ?? 0, processes: 2, threads: 2 })
    expect(tree?.bytes).toBeGreaterThan(0)
    expect(tree?.cpuMs).toBeGreaterThanOrEqual(0)
    expect(Math.abs((tree?.since ?? 0) - Date.now())).toBeLessThan(60_000)
    child.kill('SIGSTOP')
    while (look()?.state !== 'stopped') await new Promise(setImmediate)
    expect(liveTrees(() => undefined)?.size).toBe(0)
  } finally {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }
  await once(child, 'exit')
  expect(look()).toBeUndefined()
})
