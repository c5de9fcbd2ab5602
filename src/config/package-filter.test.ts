/** What --filter picks. */
import { expect, test } from 'bun:test'
import { ok } from '../model/failure.ts'
import { filteredPackages, type FilterPackage } from './package-filter.ts'

// app → ui → base, tool → base
const packages: readonly FilterPackage[] = [
  { name: '@acme/base', folder: 'packages/base', dependencies: [] },
  { name: '@acme/ui', folder: 'packages/ui', dependencies: ['@acme/base'] },
  { name: 'app', folder: 'apps/app', dependencies: ['@acme/ui'] },
  { name: 'tool', folder: 'tools/tool', dependencies: ['@acme/base'] },
]
const changes: Readonly<Record<string, readonly string[]>> = { main: ['packages/ui/src/a.ts', 'README.md'], HEAD: [] }
const picked = (...filters: string[]) => filteredPackages(filters, packages, async (ref) => ok(changes[ref] ?? []))

test('names, globs, folders, dependencies, dependants, changes, and all of these without others', async () => {
  const cases: readonly (readonly [filters: string, names: string])[] = [
    ['app', 'app'],
    ['@acme/*', '@acme/base @acme/ui'],
    ['ui', '@acme/ui'],
    ['*', '@acme/base @acme/ui app tool'],
    ['./packages/ui', '@acme/ui'],
    ['./packages', '@acme/base @acme/ui'],
    ['./packages/*', '@acme/base @acme/ui'],
    ['{./apps/**}', 'app'],
    ['app...', '@acme/base @acme/ui app'],
    ['app^...', '@acme/base @acme/ui'],
    ['...@acme/base', '@acme/base @acme/ui app tool'],
    ['...^@acme/base', '@acme/ui app tool'],
    ['...ui...', '@acme/base @acme/ui app'],
    ['[main]', '@acme/ui'],
    ['...[main]', '@acme/ui app'],
    ['[main]...', '@acme/base @acme/ui'],
    ['{./packages/*}[main]', '@acme/ui'],
    ['!app', '@acme/base @acme/ui tool'],
    ['app tool', 'app tool'],
    ['@acme/* !ui', '@acme/base'],
    ['...@acme/base !tool', '@acme/base @acme/ui app'],
  ]
  for (const [filters, names] of cases) {
    const found = await picked(...filters.split(' '))
    expect([filters, found.ok && [...found.value].toSorted().join(' ')]).toEqual([filters, names])
  }
})

test('what picks nothing is an error that says what was meant', async () => {
  const cases: readonly (readonly [filter: string, what: string, hint: string])[] = [
    ['@acme/uu', '--filter @acme/uu names no package', "Did you mean '@acme/ui'?"],
    ['./package/ui', '--filter ./package/ui names no package', "Did you mean './packages/ui'?"],
    ['nothing-like-it', '--filter nothing-like-it names no package', 'Packages: @acme/base, @acme/ui, app, tool'],
    ['[HEAD]', '--filter [HEAD] picks no package', 'pawl plan shows what there is.'],
    ['...', '--filter ... is not understood', ''],
    ['a[b', '--filter a[b is not understood', ''],
  ]
  for (const [filter, what, hint] of cases) {
    const found = await picked(filter)
    const failure = found.ok ? undefined : found.failures[0]
    expect([filter, failure?.type, failure?.what]).toEqual([filter, 'plan.no-match', what])
    if (hint !== '') expect(failure?.hint).toBe(hint)
  }
})
