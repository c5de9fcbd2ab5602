import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'bun:test'
import { bootId, platform, platformKey, processStart } from './platform.ts'

test('the platform has a name and a key that compiled tools depend on', () => {
  expect(['linux', 'macos', 'windows', 'wsl']).toContain(platform())
  expect(platformKey()).toStartWith(`${process.platform}-${process.arch}`)
  if (process.platform === 'linux') expect(platformKey()).toMatch(/-(glibc|musl)$/)
})

test('the boot of the machine has an id that stays', () => {
  if (process.platform === 'win32') return console.log('not run: Windows does not tell')
  expect(bootId()).toMatch(/^[0-9a-fA-F-]{36}$/)
  expect(bootId()).toBe(bootId())
})

test('a living process has a start that stays, an ended one has none', async () => {
  if (process.platform === 'win32') return console.log('not run: Windows does not tell')
  const child = spawn('sleep', ['60'], { stdio: 'ignore' })
  const pid = child.pid ?? 0
  const start = processStart(pid)
  expect(start).toBeString()
  expect(processStart(pid)).toBe(start)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(processStart(pid)).toBeUndefined()
  expect(processStart(process.pid)).toBeString()
})
