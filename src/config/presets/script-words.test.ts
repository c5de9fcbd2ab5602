import { expect, test } from 'bun:test'
import { scriptParts } from './script-words.ts'

const words = (script: string) => scriptParts(script)?.map((part) => part.words)

test('commands that && joins come apart, with quotes taken off', () => {
  expect(words(`eslint "src/**/*.ts" 'a b' && tsc --noEmit`)).toEqual([
    ['eslint', 'src/**/*.ts', 'a b'],
    ['tsc', '--noEmit'],
  ])
  expect(words('echo "a && b"')).toEqual([['echo', 'a && b']])
})

test('variables in front of a command, also behind cross-env, are its environment', () => {
  expect(scriptParts('CI=1 NODE_OPTIONS="--a --b" vitest')?.[0]).toMatchObject({ words: ['vitest'], env: { CI: '1', NODE_OPTIONS: '--a --b' } })
  expect(scriptParts('cross-env CI=1 vitest')?.[0]).toMatchObject({ words: ['vitest'], env: { CI: '1' } })
})

test('what only a shell understands is left to a shell', () => {
  for (const script of ['a | b', 'a; b', 'a || b', 'a > b', 'echo $HOME', 'a "$(b)"', 'a `b`', 'a & b', '(a)', 'a\nb', 'cd ~/x', 'a "open', 'a &&', ''])
    expect({ script, words: words(script) }).toEqual({ script, words: undefined })
})

test('words outside quotes that a shell would replace are marked', () => {
  expect(scriptParts('prettier --check src/*.ts')?.[0]?.globbed).toBe(true)
  expect(scriptParts('prettier --check "src/*.ts"')?.[0]?.globbed).toBe(false)
})
