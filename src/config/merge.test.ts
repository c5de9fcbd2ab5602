import { expect, test } from 'bun:test'
import type { LoadedConfig } from './load.ts'
import { mergeChecks, uselessRemovals } from './merge.ts'
import { nothingDetected, type Detected } from './preset.ts'
import type { ConfigFile } from './shape.ts'

const detected: Detected = {
  ...nothingDetected,
  checks: {
    lint: { command: ['eslint', '.'], timeout: '5m', reason: 'eslint.config.js' },
    test: { command: 'vitest', needs: ['lint'], after: ['lint', 'node'] },
    node: { builtin: 'node-version', with: { least: 24 } },
  },
}
const file = (config: ConfigFile): LoadedConfig => ({ config, path: 'pawl.yaml', placeOf: () => undefined })

test('without a file the detected checks are the plan', () => {
  expect(mergeChecks(detected, file({}))).toEqual(detected.checks)
})

test('the file changes a detected check key by key and adds its own behind', () => {
  const merged = mergeChecks(detected, file({ checks: { more: { command: 'm' }, lint: { timeout: '1m', fix: 'f' } } }))
  expect(Object.keys(merged)).toEqual(['lint', 'test', 'node', 'more'])
  expect(merged['lint']).toEqual({ command: ['eslint', '.'], timeout: '1m', reason: 'eslint.config.js', fix: 'f' })
})

test('false removes a check, also from what other detected checks need', () => {
  const merged = mergeChecks(detected, file({ checks: { lint: false } }))
  expect(merged['test']).toEqual({ command: 'vitest', needs: [], after: ['node'] })
  expect(Object.keys(merged)).toEqual(['test', 'node'])
  expect(mergeChecks(detected, file({ checks: { lint: false, test: { needs: ['lint'] } } }))['test']?.needs).toEqual(['lint'])
})

test('with detect: false the file is the whole plan', () => {
  expect(mergeChecks(detected, file({ detect: false, checks: { test: { command: 'mine' }, lint: false } }))).toEqual({ test: { command: 'mine' } })
})

test('a command takes the place of a built-in check and the other way round', () => {
  expect(mergeChecks(detected, file({ checks: { node: { command: 'node -v' } } }))['node']).toEqual({ command: 'node -v' })
  expect(mergeChecks(detected, file({ checks: { lint: { builtin: 'x' } } }))['lint']).toEqual({ builtin: 'x', timeout: '5m', reason: 'eslint.config.js' })
  expect(mergeChecks(detected, file({ checks: { node: { builtin: 'node-version', timeout: 5 } } }))['node']).toEqual({
    builtin: 'node-version',
    with: { least: 24 },
    timeout: 5,
  })
})

test('a key that is there without a value changes nothing', () => {
  expect(mergeChecks(detected, file({ checks: { lint: { timeout: undefined } } }))['lint']?.timeout).toBe('5m')
})

test('switching off what was not detected is remarked', () => {
  expect(uselessRemovals(detected, file({ checks: { lnt: false, lint: false } }))).toEqual([
    { text: "'lnt: false' switches nothing off: no check of that name was detected", file: 'pawl.yaml' },
  ])
})
