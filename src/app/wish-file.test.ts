import { expect, test } from 'bun:test'
import { wishFile } from './wish-file.ts'

test('no formatter of the user takes what pawl keeps for a file of the repository: it has no ending', () => {
  expect(wishFile('state', 'plans', '/repo', {})).toMatch(/^state[\\/]plans[\\/][0-9a-f]{32}$/)
  expect(wishFile('state', 'baselines', '/repo', {})).toMatch(/^state[\\/]baselines[\\/][0-9a-f]{32}$/)
})
