/** Asks a package manager what environment it gives to a script: it starts the script, but with a shell that only writes down what it was given. */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { newCancellation } from '../model/cancellation.ts'
import { failed, ok, type Result } from '../model/failure.ts'
import type { Processes } from '../model/processes.ts'
import { quotedWord } from '../model/shell-words.ts'
import type { PackageScript } from '../model/task.ts'

type Environment = Readonly<Record<string, string>>

export type ManagerAnswer = {
  /** Absolute folder of the package that was asked about. */
  readonly folder: string
  /** Variables that the manager sets or changes, PATH left out. */
  readonly set: Environment
  /** Variables that it takes away. */
  readonly unset: readonly string[]
  /** Folders that it puts in front of PATH. */
  readonly path: readonly string[]
}

export type Question = {
  readonly script: Pick<PackageScript, 'manager' | 'name'>
  readonly folder: string
  readonly env: Environment
  readonly tag: string
}

const timeoutMs = 60_000

/** Nothing of the project is run. */
export async function askManager(processes: Pick<Processes, 'run' | 'find'>, question: Question): Promise<Result<ManagerAnswer>> {
  const { script, folder, tag } = question
  const place = await mkdtemp(join(tmpdir(), 'pawl-script-'))
  try {
    const answer = join(place, 'environment')
    const shell = join(place, shellName)
    await writeFile(shell, shellText(script, answer))
    await chmod(shell, 0o755)
    const program = processes.find(script.manager, question.env, folder) ?? script.manager
    const { argv, env } = startOf({ ...question, env: withoutBins(question.env) }, program, { place, shell })
    const ended = await processes.run({ argv, cwd: folder, env, timeoutMs, tag, cancellation: newCancellation() })
    const text = await readFile(answer, 'utf8').catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? undefined : Promise.reject(error)))
    if (text !== undefined) return ok(compared(text, env, question, place))
    if (!ended.ok) return failed(ended.failure)
    return failed({
      type: 'tool.crashed',
      what: `${script.manager} did not start the script ${script.name}`,
      why: (ended.exit.stderr || ended.exit.stdout).trim().slice(-500),
      hint: `See what it says: ${script.manager} run ${quotedWord(script.name)}. With "scripts: manager" pawl starts scripts through it.`,
    })
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

/** Folders of the checkout are put there by the manager itself, for the package that is asked about. */
const withoutBins = (env: Environment): Environment => ({
  ...env,
  PATH: (env['PATH'] ?? '')
    .split(delimiter)
    .filter((entry) => !/node_modules[\\/]\.bin$/.test(entry))
    .join(delimiter),
})

const shellName = 'pawl-script-shell'

/** Hooks before and after the script get the same shell and leave nothing behind. */
function shellText({ manager, name }: Question['script'], answer: string): string {
  const guard = manager === 'bun' ? '' : `[ "$npm_lifecycle_event" = ${quotedWord(name)} ] || exit 0\n`
  return `#!/bin/sh\n${guard}exec env -0 > ${quotedWord(answer)}\n`
}

const shellSettings = ['npm_config_script_shell', 'pnpm_config_script_shell', 'yarn_script_shell'] as const

/** Bun knows no setting for the shell, but runs a program on PATH with the environment of a script. */
function startOf(
  { script, env }: Question,
  program: string,
  { place, shell }: { readonly place: string; readonly shell: string },
): { readonly argv: readonly string[]; readonly env: Environment } {
  if (script.manager === 'bun') return { argv: [program, 'run', shellName], env: { ...env, PATH: [env['PATH'] ?? '', place].join(delimiter) } }
  return { argv: [program, 'run', script.name], env: { ...env, ...Object.fromEntries(shellSettings.map((name) => [name, shell])) } }
}

/** What shells set by themselves, and our own question. */
const others: ReadonlySet<string> = new Set(['PWD', 'OLDPWD', 'SHLVL', '_', 'PATH', ...shellSettings])

function compared(text: string, given: Environment, { folder, env }: Question, place: string): ManagerAnswer {
  const seen = new Map<string, string>()
  for (const entry of text.split('\0')) {
    const end = entry.indexOf('=')
    if (end > 0) seen.set(entry.slice(0, end), entry.slice(end + 1))
  }
  const set = [...seen].filter(([name, value]) => !others.has(name) && given[name] !== value && !name.startsWith('npm_lifecycle_'))
  const known = new Set((withoutBins(env)['PATH'] ?? '').split(delimiter))
  const path = (seen.get('PATH') ?? '').split(delimiter).filter((entry) => entry !== '' && entry !== place)
  const own = path.findIndex((entry, i) => path.slice(i).every((each) => known.has(each)))
  return {
    folder,
    set: Object.fromEntries(set),
    unset: Object.keys(env).filter((name) => !seen.has(name) && !others.has(name)),
    // The wrappers of yarn 1 lie in a folder that is gone when it ends.
    path: path.slice(0, own < 0 ? path.length : own).filter((entry) => !/[\\/]yarn--\d/.test(entry)),
  }
}
