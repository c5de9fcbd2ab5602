/** What a process tree takes is measured, children and grandchildren too; what cannot be measured is absent. */
import { expect, test } from 'bun:test'
import { newCancellation } from '../model/cancellation.ts'
import type { Exit } from '../model/processes.ts'
import { systemProcesses } from './system-processes.ts'

const env = { PATH: process.env['PATH'] ?? '' }

async function exitOf(...argv: readonly string[]): Promise<Exit> {
  const ended = await systemProcesses().run({ argv, cwd: '/', env, timeoutMs: 60_000, tag: `usage-${argv.length}`, cancellation: newCancellation() })
  if (!ended.ok) throw new Error(ended.failure.what)
  return ended.exit
}

/** Holds so many MiB and works until both it and its pipe have shown it. */
const worker = (mebibytes: number): string =>
  `const held = Buffer.alloc(${mebibytes} * 2 ** 20, 1); const until = Date.now() + 700; while (Date.now() < until); held.at(0)`

const onLinux = process.platform === 'linux'

test('processor time and memory are those of the whole tree, also of a grandchild', async () => {
  const { usage } = await exitOf(
    'sh',
    '-c',
    'sh -c "\\"$0\\" -e \\"$1\\"; true"; true'.replace('\\"$0\\" -e \\"$1\\"', `'${process.execPath}' -e '${worker(120)}'`),
  )
  if (!onLinux) return expect(usage).toBeUndefined()
  expect(usage?.peakBytes).toBeGreaterThan(120 * 2 ** 20)
  expect(usage?.cpuMs).toBeGreaterThan(50)
  expect(usage?.cpuMs).toBeLessThan(30_000)
})

test('two processes at the same time are added up', async () => {
  const { usage } = await exitOf('sh', '-c', `'${process.execPath}' -e '${worker(90)}' & '${process.execPath}' -e '${worker(90)}'; wait`)
  if (onLinux) expect(usage?.peakBytes).toBeGreaterThan(180 * 2 ** 20)
})

test('a program that is over before the first look has no usage, instead of a made-up one', async () => {
  expect('usage' in (await exitOf('true'))).toBe(false)
})
