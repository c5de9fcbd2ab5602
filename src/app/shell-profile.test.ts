import { expect, test } from 'bun:test'
import { hasBlock, profileOf, withBlock, withoutBlock } from './shell-profile.ts'

const marks = { opening: '# >>> ours >>>', closing: '# <<< ours <<<' }
const block = '# >>> ours >>>\nx\n# <<< ours <<<\n'

test('a block stands at the end, once, and what was there before comes back', () => {
  for (const before of ['', 'a\n', 'a\n\n\n', '\n']) {
    const after = withBlock(before, marks, ['x'])
    expect(after).toBe(before + block)
    expect(withBlock(after, marks, ['x'])).toBe(after)
    expect(withoutBlock(after, marks)).toBe(before)
  }
  expect(withBlock('no line end', marks, ['x'])).toBe(`no line end\n${block}`)
})

test('a block in the middle is replaced by one at the end', () => {
  expect(withBlock(`a\n${block}b\n`, marks, ['y'])).toBe('a\nb\n# >>> ours >>>\ny\n# <<< ours <<<\n')
  expect(hasBlock('a\n', marks)).toBe(false)
})

test('behind an opening mark whose end is gone nothing of the user is lost', () => {
  const broken = 'a\n# >>> ours >>>\nmine\n'
  expect(withoutBlock(broken, marks)).toBe(broken)
  const after = withBlock(broken, marks, ['x'])
  expect(withoutBlock(after, marks)).toBe(broken)
})

test('the profile is that of the shell that the user logs in with', () => {
  expect(profileOf({ HOME: '/h', SHELL: '/usr/bin/zsh' })).toEqual({ shell: 'zsh', path: '/h/.zshrc' })
  expect(profileOf({ HOME: '/h', SHELL: '/opt/fish' })?.path).toBe('/h/.config/fish/config.fish')
  expect([profileOf({ HOME: '/h', SHELL: '/bin/tcsh' }), profileOf({ HOME: '/h' }), profileOf({ SHELL: '/bin/bash' })]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})
