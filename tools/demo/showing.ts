/** A small repository in a temporary folder, in which a demonstration calls pawl and git and shows what they print. [--keep] leaves the folder there. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const home = join(import.meta.dirname, '../..')
const built = join(home, 'dist/pawl')
// Bun takes a first "--" for itself when it runs a source file.
const pawl = existsSync(built) ? [built] : [process.execPath, join(home, 'src/faces/cli/start.ts'), '--']
const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }

export type Showing = {
  readonly root: string
  /** The exit code of `pawl WORDS`. What it prints is shown as it comes. */
  readonly pawl: (...words: readonly string[]) => number | null
  /** The same of git. */
  readonly git: (...words: readonly string[]) => number | null
  /** Commits all that is there, and shows nothing. */
  readonly commit: (message: string) => void
}

/** What a demonstration works with. `settings` gets the folder of the programs that play agents. */
export type Cast = {
  readonly files: Readonly<Record<string, string>>
  readonly players: Readonly<Record<string, string>>
  readonly settings: (folder: string) => string
}

export const say = (...lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`)

/** The exit code of the process is what `show` says. */
export function demonstrate({ files, players, settings }: Cast, show: (showing: Showing) => number | null): void {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-demo-')))
  const root = join(base, 'shop')
  const run = ([program = '', ...args]: readonly string[], stdio: 'inherit' | 'ignore'): number | null =>
    spawnSync(program, args, { cwd: root, env, stdio }).status
  const git = (...args: readonly string[]): void => {
    if (run(['git', ...args], 'ignore') !== 0) throw new Error(`git ${args.join(' ')} failed`)
  }
  const commit = (message: string): void => {
    git('add', '--all')
    git('commit', '--quiet', '-m', message)
  }
  try {
    for (const [path, text] of Object.entries(files)) write(join(root, path), text)
    for (const [name, text] of Object.entries(players)) write(join(base, 'agents', name), text, 0o755)
    write(join(root, 'pawl.yaml'), settings(join(base, 'agents')))
    git('init', '--quiet', '--initial-branch=main')
    git('config', 'user.name', 'Demo')
    git('config', 'user.email', 'demo@example.invalid')
    commit('A small shop')
    const code = show({
      root,
      pawl: (...words) => {
        say('', `$ pawl ${words.map(quoted).join(' ')}`)
        return run([...pawl, ...words], 'inherit')
      },
      git: (...words) => {
        say('', `$ git ${words.map(quoted).join(' ')}`)
        return run(['git', '--no-pager', ...words], 'inherit')
      },
      commit,
    })
    process.exitCode = code ?? 1
  } finally {
    if (process.argv.includes('--keep')) say(`Left in ${root}`)
    else rmSync(base, { recursive: true, force: true })
  }
}

const quoted = (word: string): string => (/[^\w/.:=-]/.test(word) ? `"${word}"` : word)

function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  chmodSync(path, mode)
}
