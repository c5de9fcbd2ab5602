import { expect, test } from 'bun:test'
import { coverageChecks } from './coverage-checks.ts'
import type { LoadedConfig } from './load.ts'
import { mergeChecks } from './merge.ts'
import { nothingDetected } from './preset.ts'
import { memoryFiles } from './presets/memory-files.ts'
import type { ConfigFile } from './shape.ts'
import type { Checks } from './task-names.ts'

const loaded = (config: ConfigFile): LoadedConfig => ({ config, placeOf: () => undefined })
const planned = async (files: Readonly<Record<string, string>>, config: ConfigFile = {}, checks: Checks = {}) =>
  coverageChecks(memoryFiles(files), loaded(config), checks, ['/bin/pawl'])

const mark = { 'coverage-ratchet.json': '{}' }

test('they are planned where something asks for them', async () => {
  expect(await planned({ 'a.ts': '' })).toBeUndefined()
  expect(Object.keys((await planned(mark)) ?? {})).toEqual(['coverage-ratchet', 'coverage-mark'])
  expect(await planned({}, { coverage: {} })).toBeDefined()
  expect(await planned({ '.coverage-ratchet.json': '{}' })).toBeDefined()
  // Of the own mark somebody knows; that of another tool is found.
  expect(await planned({ '.coverage-ratchet.json': '{}' }, { detect: false })).toBeUndefined()
  expect(await planned(mark, { detect: false })).toBeDefined()
})

test('they come after whatever may write a report, and wait for nothing that waits for them', async () => {
  const checks: Checks = {
    tsc: { command: 'tsc', fast: true },
    test: { command: 'npm test' },
    e2e: { script: 'e2e', severity: 'advisory' },
    setup: { command: 'x', stage: 'dependencies' },
    paths: { builtin: 'paths' },
    badge: { command: 'x', after: ['coverage-ratchet'] },
    upload: { command: 'x', needs: ['badge'] },
  }
  const found = await planned(mark, {}, checks)
  expect(found?.['coverage-ratchet']?.after).toEqual(['test', 'e2e'])
  expect(found?.['coverage-mark']?.after).toEqual(['test', 'e2e', 'coverage-ratchet'])
})

test('the required one judges; the advisory one is mended by this very pawl', async () => {
  const found = await planned(mark)
  expect(found?.['coverage-ratchet']).toMatchObject({ builtin: 'coverage-ratchet', files: [], needs: [] })
  expect(found?.['coverage-mark']).toMatchObject({ severity: 'advisory', fix: { command: ['/bin/pawl', 'coverage', 'raise'], level: 'tracked' } })
})

test('reports count by content where they have fixed places; else no result is reused', async () => {
  expect((await planned(mark))?.['coverage-ratchet']).toMatchObject({ inputs: ['**/*'], extra: expect.arrayContaining(['coverage/lcov.info', 'cover.out']) })
  expect((await planned({ ...mark, 'build.gradle': '' }))?.['coverage-ratchet']?.inputs).toBe('unknown')
  expect((await planned(mark, { coverage: { reports: ['out/a.info'] } }))?.['coverage-ratchet']).toMatchObject({ inputs: ['**/*'], extra: ['out/a.info'] })
  expect((await planned(mark, { coverage: { reports: ['*/a.info'] } }))?.['coverage-ratchet']?.inputs).toBe('unknown')
})

test('packages are those of the workspace, unless others are named', async () => {
  const workspace = { ...mark, 'package.json': '{"workspaces":["packages/*"]}', 'packages/web/package.json': '{"name":"@shop/web"}' }
  expect((await planned(workspace))?.['coverage-ratchet']?.with).toEqual({ packages: { '@shop/web': 'packages/web' } })
  expect((await planned(workspace, { coverage: { packages: { all: 'packages' }, tolerance: 1, allowMissing: true } }))?.['coverage-ratchet']?.with).toEqual({
    packages: { all: 'packages' },
    tolerance: 1,
    allowMissing: true,
  })
})

test('the file changes them key by key, also where it is the whole plan, and switches them off', async () => {
  const config: ConfigFile = { detect: false, checks: { test: { command: 'x' }, 'coverage-ratchet': { severity: 'advisory' }, 'coverage-mark': false } }
  const asked = await planned(mark, config)
  const merged = mergeChecks(nothingDetected, loaded(config), asked)
  expect(merged['coverage-ratchet']).toMatchObject({ builtin: 'coverage-ratchet', severity: 'advisory' })
  expect(merged['coverage-mark']).toBeUndefined()
})
