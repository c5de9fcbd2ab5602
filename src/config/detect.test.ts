import { expect, test } from 'bun:test'
import { detect } from './detect.ts'
import { nothingDetected, type Detected, type Preset } from './preset.ts'
import { memoryFiles } from './presets/memory-files.ts'

const preset = (name: string, found: (before: Detected) => Partial<Detected>): Preset => ({
  name,
  detect: (_, before) => Promise.resolve({ ...nothingDetected, ...found(before) }),
})

test('each preset sees what those before it detected', async () => {
  const seen: string[][] = []
  const look = (name: string): Preset =>
    preset(name, (before) => {
      seen.push(Object.keys(before.checks))
      return { found: [{ name, why: 'x' }], checks: { [name]: { command: name } } }
    })
  const all = await detect(memoryFiles({}), [look('a'), look('b'), look('c')])
  expect(seen).toEqual([[], ['a'], ['a', 'b']])
  expect(Object.keys(all.checks)).toEqual(['a', 'b', 'c'])
  expect(all.found.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
})

test('of two checks of one name the first stays, and a remark tells it', async () => {
  const all = await detect(memoryFiles({}), [
    preset('one', () => ({ checks: { lint: { command: 'a' } } })),
    preset('two', () => ({ checks: { lint: { command: 'b' } }, remarks: [{ text: 'hello' }] })),
  ])
  expect(all.checks).toEqual({ lint: { command: 'a' } })
  expect(all.remarks.map(({ text }) => text)).toEqual(['hello', "'lint' was detected twice; what two would do for it is left out"])
})

test('failures of all presets are kept, and no preset means nothing', async () => {
  const unreadable = { type: 'detect.unreadable', what: 'package.json is not JSON' } as const
  expect((await detect(memoryFiles({}), [preset('a', () => ({ failures: [unreadable] })), preset('b', () => ({}))])).failures).toEqual([unreadable])
  expect(await detect(memoryFiles({}), [])).toEqual(nothingDetected)
})
