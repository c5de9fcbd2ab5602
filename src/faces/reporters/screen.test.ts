/** Where text meets the terminal: what it may do there, and what happens when nobody reads. */
import { expect, test } from 'bun:test'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { screenTraits, writerTo } from './screen.ts'

test('colour and redrawing follow flags, then the environment, then the terminal', () => {
  const traits = (terminal: boolean, env: Record<string, string>, wish = {}): string => {
    const { colour, live } = screenTraits(env, wish, terminal)
    return `${colour ? 'colour' : 'bare'} ${live ? 'live' : 'plain'}`
  }
  expect(traits(true, {})).toBe('colour live')
  expect(traits(false, {})).toBe('bare plain')
  expect(traits(true, { NO_COLOR: '1' })).toBe('bare live')
  expect(traits(true, { NO_COLOR: '' })).toBe('colour live')
  expect(traits(false, { FORCE_COLOR: '1' })).toBe('colour plain')
  expect(traits(true, { FORCE_COLOR: '0' })).toBe('bare live')
  expect(traits(true, { NO_COLOR: '1', FORCE_COLOR: '1' })).toBe('bare live')
  expect(traits(true, { TERM: 'dumb' })).toBe('bare plain')
  expect(traits(true, { CI: 'true' })).toBe('colour plain')
  expect(traits(true, { CI: 'false' })).toBe('colour live')
  expect(traits(true, { NO_COLOR: '1' }, { colour: true })).toBe('colour live')
  expect(traits(true, {}, { live: false })).toBe('colour plain')
  expect(traits(false, {}, { live: true })).toBe('bare plain')
})

test('a full pipe is waited for and nothing is lost or written twice', () => {
  const got: number[] = []
  let calls = 0
  let waits = 0
  const write = writerTo(
    (bytes, offset) => {
      calls += 1
      if (calls % 2 === 1) throw Object.assign(new Error('again'), { code: 'EAGAIN' })
      got.push(...bytes.subarray(offset, offset + 3))
      return Math.min(3, bytes.length - offset)
    },
    () => void (waits += 1),
  )
  write('hällo wörld')
  expect(new TextDecoder().decode(new Uint8Array(got))).toBe('hällo wörld')
  expect(waits).toBe(5)
})

test('when the reader is gone nothing more is written, and any other trouble is not hidden', () => {
  let calls = 0
  const write = writerTo(
    () => {
      calls += 1
      throw Object.assign(new Error('pipe'), { code: 'EPIPE' })
    },
    () => {},
  )
  write('one')
  write('two')
  expect(calls).toBe(1)
  const full = writerTo(
    () => {
      throw Object.assign(new Error('full'), { code: 'ENOSPC' })
    },
    () => {},
  )
  expect(() => full('x')).toThrow('full')
})

const script = `
  const { systemScreen } = await import(${JSON.stringify(join(import.meta.dirname, 'screen.ts'))})
  const screen = systemScreen(process.env)
  for (let i = 0; i < 400; i++) screen.write('x'.repeat(999) + '\\n')
  process.exitCode = 7
`

test('a slow reader gets every byte, and a reader that leaves early lets the run end by itself', async () => {
  const slow = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  let bytes = 0
  slow.stdout.on('data', (chunk: Buffer) => void (bytes += chunk.length))
  expect(await once(slow, 'close')).toEqual([7, null])
  expect(bytes).toBe(400_000)

  const left = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  left.stdout.destroy()
  expect(await once(left, 'close')).toEqual([7, null])
})
