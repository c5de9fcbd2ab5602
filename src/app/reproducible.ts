/** Makes the command that a person is shown one that can be typed: a program of node_modules/.bin is started by the package manager. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { commandLine } from '../model/shell-words.ts'
import type { Task } from '../model/task.ts'

const starters: readonly (readonly [lockfile: string, starter: readonly string[]])[] = [
  ['package-lock.json', ['npx']],
  ['pnpm-lock.yaml', ['pnpm', 'exec']],
  ['yarn.lock', ['yarn']],
  ['bun.lock', ['bunx']],
  ['bun.lockb', ['bunx']],
]

/** A shell does not look into node_modules/.bin, as pawl does. `root` is absolute. */
export function reproducible(root: string): (task: Task) => Task {
  let starter: readonly string[] | undefined
  return (task) => {
    const { action } = task
    if (task.reproduce !== undefined || action.kind !== 'command') return task
    const program = action.argv[0] ?? ''
    if (program === '' || /[\\/]/.test(program) || managers.has(program) || !isInBin(program, root, action.cwd)) return task
    starter ??= starters.find(([lockfile]) => existsSync(join(root, lockfile)))?.[1] ?? ['npx']
    const argv = action.argv.flatMap((word) => (word === '{files}' ? action.whole : [word]))
    return { ...task, reproduce: commandLine([...starter, ...argv], action.cwd, action.env) }
  }
}

/** They are typed as they are, even where a repository brings its own. */
const managers: ReadonlySet<string> = new Set(['npm', 'npx', 'pnpm', 'pnpx', 'yarn', 'bun', 'bunx', 'corepack'])

const isInBin = (program: string, root: string, cwd: string): boolean =>
  [...new Set([join(root, cwd), join(root, '.')])].some((folder) => existsSync(join(folder, 'node_modules', '.bin', program)))
