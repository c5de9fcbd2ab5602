/** Recognises Go projects: go.mod or go.work, version, modules, gofmt, vet, golangci-lint, build and tests. */
import type { Files } from '../../model/files.ts'
import { nothingDetected, type Preset } from '../preset.ts'
import type { CheckConfig } from '../check-shape.ts'
import { ages } from './ages.ts'
import { newGathering, type Gathering } from './gathering.ts'

export const go: Preset = {
  name: 'go',
  async detect(files, before) {
    const text = await files.read('go.mod')
    const workspace = await files.read('go.work')
    if (text === undefined && workspace === undefined) return nothingDetected
    const gathering = newGathering(before)
    gathering.found('go', workspace === undefined ? 'go.mod' : 'go.work')
    const patterns = workspace === undefined ? ['./...'] : useFolders(workspace).map((folder) => `${folder}/...`)
    planEnvironment(text ?? workspace ?? '', patterns, workspace === undefined, gathering)
    await planFormat(files, gathering)
    await planLint(patterns, files, gathering)
    planBuildAndTests(patterns, gathering)
    if (await files.exists('vendor/modules.txt'))
      gathering.remark('dependencies are vendored: go uses vendor/ instead of the module cache', 'vendor/modules.txt')
    return gathering.detected()
  },
}

const install = 'https://go.dev/dl/'
const sources = ['**/*.go', '**/go.mod', '**/go.sum', 'go.work', 'go.work.sum', 'vendor/modules.txt']

/** Folders of `use` lines and blocks in go.work; "./..." does not reach into modules other than the one in the root. */
export function useFolders(workspace: string): readonly string[] {
  const lines = workspace.split('\n').map((line) => line.replace(/\/\/.*/, '').trim())
  const folders: string[] = []
  let inBlock = false
  for (const line of lines) {
    if (/^use\s*\($/.test(line)) inBlock = true
    else if (line === ')') inBlock = false
    else if (inBlock && line !== '') folders.push(line)
    else folders.push(...(/^use\s+([^\s(]+)$/.exec(line)?.slice(1) ?? []))
  }
  return folders
    .map((folder) => folder.replaceAll('"', '').replace(/\/$/, ''))
    .map((folder) => (folder === '.' || folder.startsWith('./') || folder.startsWith('../') ? folder : `./${folder}`))
}

/** go.mod's `go` line, as [major, minor]. */
const goLine = (text: string): readonly [number, number] => {
  const match = /^go\s+(\d+)\.(\d+)/m.exec(text)
  return [Number(match?.[1] ?? 1), Number(match?.[2] ?? 0)]
}

function planEnvironment(text: string, patterns: readonly string[], single: boolean, gathering: Gathering): void {
  const inputs = ['**/go.mod', '**/go.sum', 'go.work', 'go.work.sum']
  gathering.check('go:version', {
    builtin: 'go-version',
    stage: 'environment',
    ttl: ages.runtime,
    inputs: ['go.mod', 'go.work'],
    tools: ['go'],
    reason: 'the go line of go.mod or go.work against what is installed',
  })
  const [major, minor] = goLine(text)
  // `-diff` came with Go 1.23; it may need the network, so it does not block a machine without one.
  if (single && (major > 1 || minor >= 23)) {
    gathering.check('go:tidy', {
      command: ['go', 'mod', 'tidy', '-diff'],
      stage: 'dependencies',
      needs: ['go:version'],
      severity: 'advisory',
      ttl: ages.lockfile,
      inputs: [...inputs, '**/*.go'],
      parser: 'none',
      exits: { pass: [0], findings: [1] },
      fix: { command: ['go', 'mod', 'tidy'], level: 'lock' },
      mutex: 'go-modules',
      install,
      timeout: '5m',
      reason: 'go.mod and go.sum list what is imported',
    })
  }
  gathering.check('go:downloaded', {
    builtin: 'go-downloaded',
    with: { patterns: [...patterns] },
    tools: ['go'],
    stage: 'dependencies',
    needs: ['go:version'],
    ttl: ages.dependencySync,
    inputs,
    fix: { command: ['go', 'mod', 'download'], level: 'safe', timeout: '15m', install },
    mutex: 'go-modules',
    timeout: '5m',
    reason: 'all modules are on this machine',
  })
  if (!single) return
  gathering.check('go:modules', {
    command: ['go', 'mod', 'verify'],
    stage: 'dependencies',
    needs: ['go:downloaded'],
    ttl: ages.dependencySync,
    inputs,
    parser: 'none',
    exits: { pass: [0], findings: [1] },
    install,
    timeout: '5m',
    reason: 'downloaded modules are what go.sum says',
  })
}

/** `gofmt -l .` also walks vendor and testdata, which `go fmt` and the Go people leave alone: then the files are picked one by one. */
async function planFormat(files: Files, gathering: Gathering): Promise<void> {
  const excluded = (await files.glob(['vendor/**/*.go', '**/testdata/**/*.go'])).length > 0
  const base: CheckConfig = {
    files: ['**/*.go', '!vendor/**', '!**/testdata/**'],
    inputs: ['**/*.go', '!vendor/**', '!**/testdata/**'],
    needs: ['go:version'],
    fast: true,
    install,
    reason: 'go.mod',
  }
  if (excluded)
    return gathering.check('gofmt', {
      ...base,
      builtin: 'over-files',
      with: { argv: ['gofmt', '-l'], files: ['**/*.go', '!vendor/**', '!**/testdata/**'], failsOnOutput: true },
      tools: ['gofmt'],
      fix: { command: ['go', 'fmt', './...'], level: 'tracked' },
    })
  gathering.check('gofmt', {
    ...base,
    command: ['gofmt', '-l', '{files}'],
    whole: ['.'],
    failsOnOutput: true,
    parser: 'file-list',
    // 2: a file that cannot be parsed.
    exits: { pass: [0], findings: [1, 2] },
    fix: { command: ['gofmt', '-w', '{files}'], level: 'tracked', whole: ['.'] },
  })
}

async function planLint(patterns: readonly string[], files: Files, gathering: Gathering): Promise<void> {
  const judge: CheckConfig = { files: ['**/*.go'], inputs: [...sources, '.golangci.*'], needs: ['go:downloaded'], install, timeout: '15m' }
  const config = (await files.glob(['.golangci.yml', '.golangci.yaml', '.golangci.toml', '.golangci.json']))[0]
  // golangci-lint runs vet with the project's own choice of analyzers: the plain one is only advice then.
  const chosen = config !== undefined && /\bgovet\b/.test((await files.read(config)) ?? '')
  gathering.check('go-vet', {
    ...judge,
    command: ['go', 'vet', ...patterns],
    fast: true,
    parser: 'go',
    exits: { pass: [0], findings: [1, 2] },
    ...(chosen ? { severity: 'advisory' as const } : {}),
    reason: chosen ? `go.mod; ${config} has its own vet` : 'go.mod',
  })
  if (config === undefined) return
  gathering.found('golangci-lint', config)
  const fixable =
    patterns.length === 1 ? { fix: { command: ['golangci-lint', 'run', '--fix', ...patterns], level: 'tracked' as const, exits: { pass: [0, 1] } } } : {}
  gathering.check('golangci-lint', {
    ...judge,
    command: ['golangci-lint', 'run', '--fix=false', ...patterns],
    fast: true,
    parser: 'gnu',
    exits: { pass: [0], findings: [1] },
    mutex: 'golangci-lint',
    ...fixable,
    install: 'https://golangci-lint.run/docs/welcome/install/',
    reason: config,
  })
}

/** Without -o a lone main package leaves its program in the folder. Tests may read files of any name, so that every file counts. */
function planBuildAndTests(patterns: readonly string[], gathering: Gathering): void {
  gathering.check('go-build', {
    command: ['go', 'build', '-o', '/dev/null', ...patterns],
    platforms: ['linux', 'macos', 'wsl'],
    inputs: ['**/*'],
    files: ['**/*.go'],
    needs: ['go:downloaded'],
    parser: 'go',
    exits: { pass: [0], findings: [1] },
    install,
    timeout: '30m',
    reason: 'go.mod',
  })
  gathering.check('go-test', {
    command: ['go', 'test', ...patterns, '-json'],
    files: ['**/*.go'],
    inputs: ['**/*'],
    needs: ['go:downloaded'],
    parser: 'go-test-json',
    exits: { pass: [0], findings: [1] },
    install,
    timeout: '1h',
    reason: 'go.mod',
  })
}
