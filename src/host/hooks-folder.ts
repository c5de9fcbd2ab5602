/** The folder from which git runs the hooks of a repository, and the scripts in it. */
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { failed, ok, type Result } from '../model/failure.ts'
import { answerText, gitFailure } from './git.ts'
import { gitIn, type Repository } from './repository.ts'
import { saveAtomic } from './save-atomic.ts'

export type HooksFolder = {
  readonly path: string
  /** `core.hooksPath` names another folder than the repository's own: it belongs to a program or to other repositories, too. */
  readonly foreign: boolean
}

export async function hooksFolder(repository: Repository): Promise<Result<HooksFolder>> {
  const own = join(repository.commonDir, 'hooks')
  // Our own git never runs hooks: it is told so as the last of all settings.
  const answer = await gitIn(repository, ['config', '--null', '--type=path', '--get-all', 'core.hooksPath'])
  if (!answer.ok) return failed(gitFailure('git could not say where its hooks are', answer))
  const set = answerText(answer.stdout).split('\0').slice(0, -2).at(-1)
  if (set === undefined || set === '') return ok({ path: own, foreign: false })
  // Relative to where hooks run.
  const path = resolve(repository.root, set)
  const way = relative(repository.commonDir, path)
  return ok({ path, foreign: way.startsWith('..') || isAbsolute(way) })
}

/** The text of a hook; undefined when there is none. A link or a folder is somebody else's, whatever is in it. */
export function readHook(folder: string, name: string): string | undefined {
  const path = join(folder, name)
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return undefined
  return stat.isFile() ? readFileSync(path, 'utf8') : ''
}

export async function writeHook(folder: string, name: string, text: string): Promise<void> {
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true })
  await saveAtomic(join(folder, name), text, 0o755)
  // Whatever the umask: git passes over a hook that it may not execute.
  chmodSync(join(folder, name), 0o755)
}

export const removeHook = (folder: string, name: string): void => rmSync(join(folder, name))
