/** The last part of what a tool printed. */
import { expect, test } from 'bun:test'
import { outputTail } from './output-tail.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('only the end is kept, and it is known that there was more', () => {
  const tail = outputTail(12)
  tail.add(bytes('one\n'))
  expect(tail.lines()).toEqual({ lines: ['one'], cut: false })
  tail.add(bytes('two\nthree\n'))
  expect(tail.lines()).toEqual({ lines: ['two', 'three'], cut: true })
  tail.add(bytes('a very long line in one piece\nend\n'))
  expect(tail.lines()).toEqual({ lines: ['e piece', 'end'], cut: true })
})

test('characters that are split between two pieces stay whole, and a buffer may be used again', () => {
  const tail = outputTail(100)
  const buffer = bytes('hé')
  tail.add(buffer.subarray(0, 2))
  tail.add(buffer.subarray(2))
  buffer.fill(0)
  expect(tail.lines().lines).toEqual(['hé'])
})

test('the last line is the last that is not blank, as a terminal would show it', () => {
  const tail = outputTail(100)
  expect(tail.lastLine()).toBe('')
  tail.add(bytes('first\n\x1b[32m 10 %\r 20 %\x1b[0m\r\n \n'))
  expect(tail.lastLine()).toBe('20 %')
  tail.add(bytes('\x1b]0;title\x07'))
  expect(tail.lastLine()).toBe('\\e]0;title\\x07')
})
