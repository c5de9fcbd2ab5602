import { expect, test } from 'bun:test'
import { newCancellation } from '../../model/cancellation.ts'
import { bounded } from './bounded.ts'
import type { Tool, ToolAnswer } from './tool.ts'

const call = { cancellation: newCancellation(), progress: () => undefined }

test('so many calls at a time, and so many altogether; whoever asks for more is told so, and costs nothing', async () => {
  const waiting: ((answer: ToolAnswer) => void)[] = []
  const slow: Tool = {
    name: 'slow',
    title: 'Slow',
    description: 'Waits.',
    inputSchema: { type: 'object', properties: {}, additionalProperties: false },
    readOnly: true,
    call: () => new Promise((resolve) => waiting.push(resolve)),
  }
  const broken: Tool = { ...slow, name: 'broken', call: () => Promise.reject(new Error('a bug')) }
  const [one, other] = bounded([slow, broken], { atOnce: 2, calls: 4 })
  if (one === undefined || other === undefined) throw new Error('no tools')
  const first = [one.call({}, call), one.call({}, call)]
  expect(await one.call({}, call)).toMatchObject({ isError: true, text: expect.stringContaining('2 calls are going on') })
  for (const answer of waiting.splice(0)) answer({ text: 'done' })
  expect((await Promise.all(first)).map(({ text }) => text)).toEqual(['done', 'done'])
  expect(await other.call({}, call).catch(String)).toBe('Error: a bug')
  const last = one.call({}, call)
  waiting[0]?.({ text: 'done' })
  expect(await last).toEqual({ text: 'done' })
  expect(await one.call({}, call)).toMatchObject({ isError: true, text: expect.stringContaining('at most 4 times') })
  expect(waiting).toHaveLength(1)
})
