import { expect, test } from 'bun:test'
import { memoryFiles } from './presets/memory-files.ts'
import type { CheckConfig } from './check-shape.ts'
import { whenSkips, type Circumstances } from './when.ts'

const files = memoryFiles({ Dockerfile: '', 'src/a.py': '', 'node_modules/x/y.js': '' })

async function reason(when: NonNullable<CheckConfig['when']>, now: Partial<Omit<Circumstances, 'files'>> = {}): Promise<string | undefined> {
  const skips = await whenSkips({ a: { command: 'x', when }, b: { command: 'y' } }, { files, env: {}, branch: 'main', ci: false, ...now })
  expect(skips.length).toBeLessThan(2)
  return skips[0]?.reason
}

test('a check with a condition that holds is not skipped', async () => {
  expect(await reason({})).toBeUndefined()
  expect(await reason({ exists: 'Dockerfile' })).toBeUndefined()
  expect(await reason({ exists: ['none', '**/*.py'] })).toBeUndefined()
  expect(await reason({ exists: 'node_modules/x/y.js' })).toBeUndefined()
  expect(await reason({ env: 'DEPLOY' }, { env: { DEPLOY: 'yes' } })).toBeUndefined()
  expect(await reason({ branch: 'main' })).toBeUndefined()
  expect(await reason({ branch: 'release/**' }, { branch: 'release/1/x' })).toBeUndefined()
  expect(await reason({ ci: false })).toBeUndefined()
})

test('one that does not hold is the reason of the skip', async () => {
  expect(await reason({ exists: ['go.mod', '*.go'] })).toBe('no file matches go.mod, *.go')
  expect(await reason({ env: 'DEPLOY' })).toBe('$DEPLOY is not set')
  expect(await reason({ env: 'toString' })).toBe('$toString is not set')
  for (const value of ['0', 'false', 'No', 'OFF']) expect(await reason({ env: 'DEPLOY' }, { env: { DEPLOY: value } })).toBe(`$DEPLOY is ${value}`)
  expect(await reason({ env: 'DEPLOY' }, { env: { DEPLOY: '' } })).toBe('$DEPLOY is not set')
  expect(await reason({ branch: 'release/*' })).toBe('only on branch release/*; this is main')
  expect(await reason({ branch: 'main' }, { branch: undefined })).toBe('only on branch main; there is no branch here')
  expect(await reason({ ci: true })).toBe('only in CI')
  expect(await reason({ ci: false }, { ci: true })).toBe('not in CI')
})

test('all conditions that do not hold are told', async () => {
  expect(await reason({ ci: true, env: 'A', exists: 'Dockerfile' })).toBe('$A is not set; only in CI')
})
