import { expect, test } from 'bun:test'
import { nothingDetected } from '../preset.ts'
import type { CheckConfig } from '../check-shape.ts'
import { memoryFiles } from './memory-files.ts'
import { others } from './others.ts'
import { platform } from './platform.ts'
import { taskFiles } from './task-files.ts'
import { workflows } from './workflows.ts'

const tasks = (files: Record<string, string>, checks: Record<string, CheckConfig> = {}) => taskFiles.detect(memoryFiles(files), { ...nothingDetected, checks })
const names = async (files: Record<string, string>, checks: Record<string, CheckConfig> = {}) => Object.keys((await tasks(files, checks)).checks)

test('targets named lint and test become checks, others do not', async () => {
  expect(await names({ Makefile: '.PHONY: lint test\nlint:\n\tfoo\ntest: build\n\tbar\nbuild:\n\tcc\nclean:\n\trm x\ndeploy:\n\tgo\nX := lint\n' })).toEqual([
    'make-lint',
    'make-test',
  ])
})

test('what is checked more exactly is not run a second time', async () => {
  expect(await names({ Makefile: 'lint:\n\tnpx eslint .\ntest:\n\tnpm test\n' }, { eslint: {} })).toEqual(['make-test'])
})

test('a target that writes is no check, even when what writes is what it needs', async () => {
  const { checks, remarks } = await tasks({ Makefile: 'lint: fix\n\ttrue\nfix:\n\truff check --fix .\n' })
  expect(checks).toEqual({})
  expect(remarks[0]?.text).toBe('make lint is not planned: it writes files')
})

test('a target that make would call up to date is not believed', async () => {
  const { checks, remarks } = await tasks({ Makefile: 'test:\n\tpytest\n', 'test/a.py': '' })
  expect(checks).toEqual({})
  expect(remarks[0]?.text).toContain('make does nothing')
})

test('just, task and mise are read as well', async () => {
  expect(await names({ justfile: 'test *args:\n  cargo test {{args}}\nlint target:\n  x\n' })).toEqual(['just-test'])
  expect(await names({ 'Taskfile.yml': 'tasks:\n  lint: golint\n  build: x\n' })).toEqual(['task-lint'])
  expect(await names({ 'mise.toml': '[tools]\nnode = "24"\n[tasks.test]\nrun = "x"\n' })).toEqual(['mise-test', 'tools:installed'])
})

test('of two task files the first serves', async () => {
  expect(await names({ Makefile: 'test:\n\tx\n', justfile: 'test:\n  x\n' })).toEqual(['make-test'])
})

test('a Taskfile that cannot be parsed is a failure with its place', async () => {
  expect((await tasks({ 'Taskfile.yml': 'tasks:\n  a: [\n' })).failures[0]).toMatchObject({ type: 'detect.unreadable', place: { file: 'Taskfile.yml' } })
})

test('actionlint is advice unless the repository configures it', async () => {
  const severity = async (files: Record<string, string>) => (await workflows.detect(memoryFiles(files), nothingDetected)).checks['actionlint']?.severity
  expect(await severity({ '.github/workflows/a.yml': 'jobs: {}' })).toBe('advisory')
  expect(await severity({ '.github/workflows/a.yml': 'jobs: {}', '.github/actionlint.yaml': '' })).toBeUndefined()
})

test('a workflow that sets up another version than the pin is told', async () => {
  const workflow =
    'jobs:\n  a:\n    steps:\n    - uses: actions/setup-node@v4\n      with: { node-version: 18 }\n    - uses: actions/setup-node@v4\n      with: { node-version: 20.x }\n'
  const { remarks } = await workflows.detect(memoryFiles({ '.github/workflows/a.yml': workflow, '.nvmrc': 'v20.11.1\n' }), nothingDetected)
  expect(remarks).toEqual([{ text: 'the workflow sets up node 18, the repository pins v20.11.1', file: '.github/workflows/a.yml' }])
})

test('linters of text run only where they are configured, and where pre-commit does not bring them', async () => {
  const ids = async (files: Record<string, string>) => Object.keys((await workflows.detect(memoryFiles(files), nothingDetected)).checks)
  expect(await ids({ 'a.sh': '', '.shellcheckrc': '', 'typos.toml': '' })).toEqual(['shellcheck', 'typos'])
  expect(await ids({ 'a.sh': '' })).toEqual([])
  expect(await ids({ 'typos.toml': '', '.pre-commit-config.yaml': 'repos:\n- repo: x\n  hooks:\n  - id: typos\n' })).toEqual([])
})

test('shellcheck, hadolint and codespell are run for what a machine can read, and codespell not over the logs of pawl', async () => {
  const { checks } = await workflows.detect(
    memoryFiles({ 'a.sh': '', Dockerfile: '', '.shellcheckrc': '', '.hadolint.yaml': '', '.codespellrc': '' }),
    nothingDetected,
  )
  expect(checks['shellcheck']?.with).toMatchObject({ argv: ['shellcheck', '--format', 'json1'], parser: 'shellcheck-json', findings: [1] })
  expect(checks['hadolint']?.with).toMatchObject({ argv: ['hadolint', '--format', 'json'], parser: 'hadolint-json', findings: [1] })
  expect(checks['codespell']).toMatchObject({ command: ['codespell', '--skip', './.git,./.pawl', '{files}'], parser: 'codespell', exits: { findings: [65] } })
})

test('a Gemfile brings bundle check, frozen so that it cannot rewrite the lock', async () => {
  const { checks } = await others.detect(memoryFiles({ Gemfile: '', '.rspec': '', 'spec/a_spec.rb': '' }), nothingDetected)
  expect(checks['bundle:installed']).toMatchObject({ command: ['bundle', 'check'], env: { BUNDLE_FROZEN: 'true' } })
  expect(checks['rspec']?.needs).toEqual(['bundle:installed'])
})

test('a need that is not planned is not named', async () => {
  expect((await others.detect(memoryFiles({ 'a.csproj': '' }), nothingDetected)).checks['dotnet-test']?.needs).toEqual([])
})

test('advice about the platform is no plan by itself', async () => {
  expect(await platform.detect(memoryFiles({}), nothingDetected)).toEqual(nothingDetected)
  const { checks } = await platform.detect(memoryFiles({}), { ...nothingDetected, checks: { a: {} } })
  expect(Object.values(checks).every((check) => check.severity === 'advisory' && check.stage === 'platform')).toBe(true)
  expect(checks['platform:wsl']?.platforms).toEqual(['wsl'])
})
