import { expect, test } from 'bun:test'
import { nothingDetected } from '../preset.ts'
import { go, useFolders } from './go.ts'
import { memoryFiles } from './memory-files.ts'
import { rust } from './rust.ts'

const crate = '[package]\nname = "a"\nversion = "1.0.0"\n'
const rustChecks = async (files: Record<string, string>) => (await rust.detect(memoryFiles(files), nothingDetected)).checks
const goChecks = async (files: Record<string, string>) => (await go.detect(memoryFiles(files), nothingDetected)).checks

test('clippy is asked for as the workflow asks for it', async () => {
  const checks = await rustChecks({
    'Cargo.toml': crate,
    'Cargo.lock': '',
    '.github/workflows/ci.yml': "    name: 'cargo clippy has no warnings'\n    - run: cargo clippy --all-features -- -Dwarnings\n",
  })
  expect(checks['clippy']).toMatchObject({
    command: ['cargo', 'clippy', '--locked', '--all-targets', '--all-features', '--message-format', 'json', '--', '-D', 'warnings'],
    needs: ['cargo:fetched'],
  })
  expect(checks['cargo-check']).toBeUndefined()
})

test('clippy judges by the lints that the workflow names', async () => {
  const checks = await rustChecks({
    'Cargo.toml': crate,
    '.github/workflows/ci.yml': '    - run: cargo clippy --tests -- -Dclippy::all -D clippy::pedantic -A clippy::style # both\n',
  })
  expect(checks['clippy']?.command).toEqual([
    'cargo',
    'clippy',
    '--all-targets',
    '--message-format',
    'json',
    '--',
    '-D',
    'clippy::all',
    '-D',
    'clippy::pedantic',
    '-A',
    'clippy::style',
  ])
})

test('without a sign of clippy the code must only compile', async () => {
  const checks = await rustChecks({ 'Cargo.toml': '[workspace]\nmembers = ["a"]\n', 'Cargo.lock': '' })
  expect(checks['clippy']).toBeUndefined()
  expect(checks['cargo-check']?.command).toEqual(['cargo', 'check', '--locked', '--workspace', '--all-targets', '--message-format', 'json'])
  expect(checks['cargo-fmt']).toMatchObject({ severity: 'advisory', command: ['cargo', 'fmt', '--all', '--check'] })
  expect(checks['cargo-fmt']?.fix).toBeUndefined()
})

test('a library without Cargo.lock is not asked to be locked', async () => {
  const checks = await rustChecks({ 'Cargo.toml': crate })
  expect(checks['cargo:lockfile']).toBeUndefined()
  expect(JSON.stringify(checks)).not.toContain('--locked')
})

test('a broken Cargo.toml is a failure with its place', async () => {
  expect((await rust.detect(memoryFiles({ 'Cargo.toml': '[package\n' }), nothingDetected)).failures).toMatchObject([
    { type: 'detect.unreadable', place: { file: 'Cargo.toml', line: 1 } },
  ])
})

test('Go is built without leaving a program behind', async () => {
  expect((await goChecks({ 'go.mod': 'module a\n\ngo 1.24\n' }))['go-build']?.command).toEqual(['go', 'build', '-o', '/dev/null', './...'])
})

test('go mod tidy -diff is advice, and only from Go 1.23 on', async () => {
  expect((await goChecks({ 'go.mod': 'module a\n\ngo 1.24\n' }))['go:tidy']?.severity).toBe('advisory')
  expect((await goChecks({ 'go.mod': 'module a\n\ngo 1.15\n' }))['go:tidy']).toBeUndefined()
})

test('gofmt leaves vendor and testdata alone', async () => {
  const checks = await goChecks({ 'go.mod': 'module a\n', 'main.go': '', 'vendor/x/x.go': '' })
  expect(checks['gofmt']).toMatchObject({
    builtin: 'over-files',
    with: { argv: ['gofmt', '-l'], files: ['**/*.go', '!vendor/**', '!**/testdata/**'] },
    fix: { command: ['go', 'fmt', './...'] },
  })
})

test('every module of go.work is named', async () => {
  expect(useFolders('go 1.24\n\nuse (\n\t.\n\t./tools // comment\n)\nuse ./more\n')).toEqual(['.', './tools', './more'])
  expect((await goChecks({ 'go.work': 'go 1.24\nuse ./a\nuse ./b\n' }))['go-test']?.command).toEqual(['go', 'test', './a/...', './b/...', '-json'])
})
