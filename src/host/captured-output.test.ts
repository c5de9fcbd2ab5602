import { expect, test } from 'bun:test'
import { capturedOutput } from './captured-output.ts'

function capture(capBytes: number, ...chunks: readonly (string | Uint8Array)[]) {
  const captured = capturedOutput(capBytes)
  for (const chunk of chunks) captured.add(Buffer.from(chunk))
  return { text: captured.text(), cut: captured.cut }
}

test('what fits is kept whole', () => {
  for (const chunks of [[], [''], ['0123456789'], ['01234', '56789'], ['0', '12345678', '9'], '0123456789'.split('')]) {
    expect(capture(10, ...chunks)).toEqual({ text: chunks.join(''), cut: false })
  }
})

test('of more than fits the first and the last half are kept, however it arrives', () => {
  const text = '0123456789abcdefghij'
  for (const size of [1, 2, 3, 7, 11, 20]) {
    const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size))
    expect(capture(10, ...chunks)).toEqual({ text: '01234\n[pawl: 10 bytes left out]\nfghij', cut: true })
  }
})

test('a character is never torn at the cut', () => {
  expect(capture(8, 'aaaä', 'bbbb', 'öccc').text).toBe('aaa\n[pawl: 6 bytes left out]\nccc')
  expect(capture(8, 'aä€', '-'.repeat(9), '😀').text).toBe('aä\n[pawl: 11 bytes left out]\n😀')
})

test('bytes that are no text become replacement characters, not an error', () => {
  expect(capture(10, Uint8Array.of(0xff, 0, 0xc3)).text).toBe('\ufffd\0\ufffd')
})

test('a tiny cap still works', () => {
  expect(capture(0, 'abc')).toEqual({ text: 'a\n[pawl: 1 bytes left out]\nc', cut: true })
})
