/** Recognises GitHub workflows and the text linters that a repository configures, and compares pinned versions. */
import type { Files } from '../../model/files.ts'
import type { Preset } from '../preset.ts'
import type { CheckConfig } from '../check-shape.ts'
import { hookIds } from './evidence.ts'
import { newGathering, type Gathering } from './gathering.ts'
import { at, isTable, readToml, readYaml, tables, texts } from './manifests.ts'

export const workflows: Preset = {
  name: 'workflows',
  async detect(files, before) {
    const gathering = newGathering(before)
    const paths = await files.glob(workflowFiles)
    if (paths.length > 0) {
      await planActionlint(files, gathering)
      await comparePins(paths, files, gathering)
    }
    for (const row of linters) await planLinter(row, files, gathering)
    return gathering.detected()
  },
}

const workflowFiles = ['.github/workflows/*.yml', '.github/workflows/*.yaml']

/** Required only where the repository itself asks for actionlint: few machines have it. */
async function planActionlint(files: Files, gathering: Gathering): Promise<void> {
  const config = (await files.glob(['.github/actionlint.yaml', '.github/actionlint.yml']))[0]
  const hooked = /\bactionlint\b/.test((await files.read('lefthook.yml')) ?? '')
  // pre-commit brings its own.
  if ((await hookIds(files)).some((id) => id.startsWith('actionlint'))) return
  const asked = config ?? (hooked ? 'git hooks' : undefined)
  gathering.found('actionlint', asked ?? '.github/workflows')
  gathering.check('actionlint', {
    command: ['actionlint', '-no-color', '-oneline'],
    files: workflowFiles,
    inputs: ['.github/**'],
    tools: ['shellcheck'],
    needs: [],
    fast: true,
    parser: 'actionlint',
    exits: { pass: [0], findings: [1] },
    ...(asked === undefined ? { severity: 'advisory' as const } : {}),
    install: 'https://github.com/rhysd/actionlint/blob/main/docs/install.md',
    reason: asked ?? '.github/workflows',
  })
}

type Row = {
  readonly id: string
  readonly configs: readonly string[]
  readonly command: readonly string[]
  readonly install: string
  readonly config: CheckConfig
  /** Knows no folders: it must be given each file. */ readonly eachFile?: true
}

const linter: CheckConfig = { fast: true, needs: [], parser: 'gnu', exits: { pass: [0], findings: [1] } }
const linters: readonly Row[] = [
  {
    id: 'shellcheck',
    configs: ['.shellcheckrc', 'shellcheckrc'],
    // 2: a file that cannot be read, 3 and 4: a call that is wrong.
    command: ['shellcheck', '--format', 'json1'],
    install: 'https://www.shellcheck.net',
    config: { files: ['**/*.sh', '**/*.bash'], parser: 'shellcheck-json' },
    eachFile: true,
  },
  {
    id: 'hadolint',
    configs: ['.hadolint.yaml', '.hadolint.yml'],
    command: ['hadolint', '--format', 'json'],
    install: 'https://github.com/hadolint/hadolint',
    config: { files: ['**/Dockerfile', '**/*.Dockerfile', '**/Dockerfile.*', '**/Containerfile'], parser: 'hadolint-json' },
    eachFile: true,
  },
  {
    id: 'yamllint',
    configs: ['.yamllint', '.yamllint.yaml', '.yamllint.yml'],
    command: ['yamllint', '--format', 'parsable', '{files}'],
    install: 'pipx install yamllint',
    config: { files: ['**/*.yml', '**/*.yaml'], whole: ['.'] },
  },
  {
    id: 'codespell',
    configs: ['.codespellrc'],
    // Without names it walks through hidden folders too: what pawl itself writes would be judged.
    command: ['codespell', '--skip', './.git,./.pawl', '{files}'],
    install: 'pipx install codespell',
    // 64: a call or a configuration that is wrong.
    config: { parser: 'codespell', exits: { pass: [0], findings: [65] }, whole: [] },
  },
  {
    id: 'typos',
    configs: ['typos.toml', '_typos.toml', '.typos.toml'],
    command: ['typos', '--format', 'brief', '{files}'],
    install: 'cargo install typos-cli',
    config: {
      exits: { pass: [0], findings: [2] },
      whole: [],
      fix: { command: ['typos', '--write-changes', '{files}'], whole: [], level: 'tracked', exits: { pass: [0, 2] } },
    },
  },
  {
    id: 'taplo',
    configs: ['taplo.toml', '.taplo.toml'],
    command: ['taplo', 'format', '--check', '--colors', 'never'],
    install: 'cargo install taplo-cli',
    config: { files: ['**/*.toml'], parser: 'lines', fix: { command: ['taplo', 'format'], level: 'tracked' } },
  },
]

async function planLinter(row: Row, files: Files, gathering: Gathering): Promise<void> {
  const config = (await files.glob(row.configs))[0]
  const section =
    row.id === 'codespell' && config === undefined && at(await readToml(files, 'pyproject.toml', gathering), 'tool', 'codespell') !== undefined
      ? 'pyproject.toml [tool.codespell]'
      : undefined
  const why = config ?? section
  if (why === undefined || gathering.has(row.id) || (await hookIds(files)).some((id) => id.startsWith(row.id))) return
  const concerned = texts(row.config.files)
  if (concerned.length > 0 && (await files.glob(concerned)).length === 0) return gathering.remark(`${row.id} is configured, but there is no file for it`, why)
  gathering.found(row.id, why)
  const base: CheckConfig = { ...linter, ...row.config, ...(concerned.length > 0 ? { inputs: [...concerned, ...row.configs] } : {}), reason: why }
  if (row.eachFile === undefined) return gathering.check(row.id, { ...base, command: [...row.command], install: row.install })
  const { parser = 'gnu', exits: _exits, ...rest } = base
  gathering.check(row.id, {
    ...rest,
    builtin: 'over-files',
    with: { argv: [...row.command], files: [...concerned], findings: [1], parser, install: row.install },
    tools: [row.id],
  })
}

/** Versions in `setup-*` steps against the pins of the repository: a difference is told, not judged. */
async function comparePins(paths: readonly string[], files: Files, gathering: Gathering): Promise<void> {
  const pins = { node: await firstLine(files, ['.nvmrc', '.node-version']), python: await firstLine(files, ['.python-version']) }
  for (const path of paths) {
    const workflow = await readYaml(files, path, gathering)
    const jobs = at(workflow, 'jobs')
    for (const job of Object.values(isTable(jobs) ? jobs : {})) for (const step of tables(at(job, 'steps'))) compareStep(step, path, pins, gathering)
  }
}

type Pins = { readonly node: string | undefined; readonly python: string | undefined }

function compareStep(step: unknown, path: string, pins: Pins, gathering: Gathering): void {
  const uses = at(step, 'uses')
  const action = typeof uses === 'string' ? /setup-(node|python)@/.exec(uses)?.[1] : undefined
  if (action !== 'node' && action !== 'python') return
  const version = at(step, 'with', `${action}-version`)
  const pin = pins[action]
  if (pin === undefined || (typeof version !== 'string' && typeof version !== 'number')) return
  const wanted = String(version)
  if (wanted.includes('${{') || !/^v?\d/.test(wanted) || !/^v?\d/.test(pin)) return
  if (!agrees(wanted, pin)) gathering.remark(`the workflow sets up ${action} ${wanted}, the repository pins ${pin}`, path)
}

/** "20" agrees with "v20.11.1"; "3.12" does not with "3.11". */
function agrees(left: string, right: string): boolean {
  const parts = (text: string): string[] => text.replace(/^v/, '').split('.')
  const [a, b] = [parts(left), parts(right)]
  return a.every((part, index) => part === 'x' || b[index] === undefined || b[index] === 'x' || b[index] === part)
}

async function firstLine(files: Files, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const text = await files.read(path)
    if (text !== undefined) return text.trim().split('\n')[0]?.trim()
  }
  return undefined
}
