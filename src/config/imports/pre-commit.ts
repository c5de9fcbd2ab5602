/** Imports pre-commit and prek: local hooks become checks, known tools are checked directly, the rest runs as one check. */
import type { Files } from '../../model/files.ts'
import type { Preset } from '../preset.ts'
import { ages } from '../presets/ages.ts'
import { newGathering, type Gathering } from '../presets/gathering.ts'
import { at, lineOf, readToml, readYaml, tables, textOr, texts, type Table } from '../presets/manifests.ts'
import { securityOfHooks } from '../security-level.ts'
import { importCommand, slug, wordsOf } from './hook-command.ts'
import { checksOfHook, fileTypes } from './pre-commit-hooks.ts'

export const preCommit: Preset = {
  name: 'pre-commit',
  async detect(files, before) {
    const gathering = newGathering(before)
    const file = (await files.glob(['prek.toml', '.pre-commit-config.yaml', '.pre-commit-config.yml']))[0]
    if (file === undefined) return gathering.detected()
    const config = file.endsWith('.toml') ? await readToml(files, file, gathering) : await readYaml(files, file, gathering)
    if (config === undefined) return gathering.detected()
    gathering.found(file === 'prek.toml' ? 'prek' : 'pre-commit', file)
    const text = await files.read(file)
    const left: string[] = []
    const elsewhere: string[] = []
    for (const hook of hooksOf(config)) {
      if (!hook.runs) gathering.remark(`hook '${hook.id}' runs at another stage than pre-commit, so it is not imported`, file)
      else if (await isChecked(hook, { file, text, config }, files, gathering)) elsewhere.push(hook.id)
      else left.push(hook.id)
    }
    if (left.length > 0) await planRest(file, left, elsewhere, files, gathering)
    return gathering.detected()
  },
}

type Hook = {
  readonly id: string
  readonly table: Table
  readonly local: boolean
  /** At the stage pre-commit, as `run --all-files` does. */ readonly runs: boolean
}
type Source = { readonly file: string; readonly text: string | undefined; readonly config: unknown }

function hooksOf(config: unknown): readonly Hook[] {
  const standard = at(config, 'default_stages')
  return tables(at(config, 'repos'))
    .filter((repo) => repo['repo'] !== 'meta')
    .flatMap((repo) =>
      tables(repo['hooks']).map((table) => {
        const stages = texts(table['stages'] ?? standard)
        return {
          id: textOr(table['id'], ''),
          table,
          local: repo['repo'] === 'local',
          runs: stages.length === 0 || stages.some((stage) => /^(pre-)?commit$/.test(stage)),
        }
      }),
    )
}

/** Whether another check judges what the hook judges; a local hook may become that check here. */
async function isChecked(hook: Hook, source: Source, files: Files, gathering: Gathering): Promise<boolean> {
  // It judges the branch that is committed to, which is no property of the files.
  if (hook.id === 'no-commit-to-branch') return true
  const known = checksOfHook(hook.id).filter((id) => gathering.has(id))
  if (known.length > 0) {
    gathering.found(`pre-commit:${hook.id}`, `${source.file}: already checked by ${known.join(', ')}`)
    return true
  }
  if (!hook.local || !/^(system|script|unsupported|unsupported_script)$/.test(textOr(hook.table['language'], ''))) return false
  return importLocal(hook, source, files, gathering)
}

async function importLocal(hook: Hook, source: Source, files: Files, gathering: Gathering): Promise<boolean> {
  const { table } = hook
  const argv = wordsOf(textOr(table['entry'], ''))
  if (argv === undefined) return false
  const passesFiles = table['pass_filenames'] !== false
  const globs = fileTypes([...texts(table['types']), ...texts(table['types_or'])])
  const patterns = [table['files'], at(source.config, 'files')].filter((pattern): pattern is string => typeof pattern === 'string' && pattern !== '')
  const excepts = [table['exclude'], at(source.config, 'exclude')].filter((pattern): pattern is string => typeof pattern === 'string' && pattern !== '')
  const except = excepts.length === 0 ? undefined : excepts.map((pattern) => `(?:${pattern})`).join('|')
  if (globs === undefined || patterns.length > 1 || ![...patterns, except ?? ''].every(isPattern)) return false
  const words = [...argv, ...texts(table['args'])]
  const line = lineOf(source.text, new RegExp(`id:?\\s*=?\\s*['"]?${hook.id.replaceAll(/[^\w-]/g, '.')}['"]?\\s*$`))
  const program =
    /script$/.test(textOr(table['language'], '')) && !words[0]?.startsWith('/') ? [`./${(words[0] ?? '').replace(/^\.\//, '')}`, ...words.slice(1)] : words
  await importCommand(
    {
      id: `pre-commit:${slug(hook.id)}`,
      source: `${source.file}${line === undefined ? '' : `:${line}`}`,
      file: source.file,
      text: program.join(' '),
      argv: program,
      passesFiles,
      ...(globs.length === 0 ? {} : { globs }),
      ...(patterns[0] === undefined ? {} : { match: patterns[0] }),
      ...(except === undefined ? {} : { except }),
    },
    files,
    gathering,
  )
  return true
}

/** Python's `(?x)` and the like mean nothing here. */
function isPattern(pattern: string): boolean {
  if (/\(\?[a-zA-Z]|\\[AZ]|\(\?P/.test(pattern)) return false
  try {
    return new RegExp(pattern) instanceof RegExp
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}

/** On a copy: hooks such as trailing-whitespace rewrite what they judge, and a check must not. */
async function planRest(file: string, left: readonly string[], elsewhere: readonly string[], files: Files, gathering: Gathering): Promise<void> {
  const program = file === 'prek.toml' ? 'prek' : 'pre-commit'
  const own = await ownProgram(program, files, gathering)
  const install = program === 'prek' ? 'https://prek.j178.dev/installation/' : 'pipx install pre-commit'
  const security = securityOfHooks(left)
  gathering.check(program, {
    builtin: 'pre-commit',
    ...(security === undefined ? {} : { security }),
    with: { argv: [...own.argv], skip: [...elsewhere], install },
    needs: [...own.needs],
    tools: [own.argv[0] ?? program],
    inputs: ['**/*'],
    ttl: ages.opaque,
    timeout: '30m',
    mutex: 'pre-commit',
    fix: {
      command: [...own.argv.map((arg) => arg.replace('{root}', '.')), 'run', '--all-files'],
      env: { SKIP: elsewhere.join(',') },
      level: 'tracked',
      exits: { pass: [0, 1] },
      timeout: '30m',
      install,
    },
    reason: `${file}: ${left.join(', ')}`,
  })
}

/** From the environment of the project when it declares the program, else from PATH. */
async function ownProgram(
  program: string,
  files: Files,
  gathering: Gathering,
): Promise<{ readonly argv: readonly string[]; readonly needs: readonly string[] }> {
  const declared = new RegExp(`["']${program}["'\\s=<>~!;,[]`).test((await files.read('pyproject.toml')) ?? '')
  if (declared && gathering.has('uv:installed')) return { argv: ['uv', 'run', '--no-sync', '--project', '{root}', program], needs: ['uv:installed'] }
  return { argv: [program], needs: [] }
}
