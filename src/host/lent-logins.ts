/** Shows a program in the sandbox its own login, and nothing else of the user's home: single files, read-only, at their usual places in the home that it has there. */
import { lstatSync, mkdirSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { failed, ok, type Result } from '../model/failure.ts'
import { noSandbox } from './sandbox-maker.ts'
import type { ShownFile } from './sandbox-view.ts'

/** `path`: absolute. `as`: where the program looks for it, below its home. */
export type LoginFile = { readonly path: string; readonly as: string }

/** To be called when nothing runs there: what an earlier turn has put in the way is refused. Files that are not there are left out. */
export function lendLogins(home: string, files: readonly LoginFile[]): Result<readonly ShownFile[]> {
  const shown: ShownFile[] = []
  for (const { path, as } of files) {
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) continue
    const odd = madeReady(home, as)
    if (odd !== undefined) return failed(noSandbox(`${join(home, odd)} is not what it was, so the login of the agent cannot be shown there`))
    shown.push({ from: realpathSync(path), to: join(home, as) })
  }
  return ok(shown)
}

/** Folders, and an empty file to lay the login upon. Answers with what is in the way. */
function madeReady(home: string, path: string): string | undefined {
  for (const folder of foldersOf(path)) {
    const stat = lstatSync(join(home, folder), { throwIfNoEntry: false })
    if (stat === undefined) mkdirSync(join(home, folder), { mode: 0o700 })
    else if (!stat.isDirectory()) return folder
  }
  const stat = lstatSync(join(home, path), { throwIfNoEntry: false })
  if (stat === undefined) writeFileSync(join(home, path), '', { flag: 'wx', mode: 0o600 })
  return stat === undefined || stat.isFile() ? undefined : path
}

/** "a" and "a/b" for "a/b/c". */
function foldersOf(path: string): readonly string[] {
  const above = dirname(path)
  return above === '.' ? [] : [...foldersOf(above), above]
}
