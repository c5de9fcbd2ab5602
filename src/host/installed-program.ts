/** Says which folders a program needs to see of its own installation, so that it can be lent them and nothing around them. */
import { existsSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname } from 'node:path'
import { findProgram } from './program-search.ts'
import { isWithin } from './sandbox-view.ts'
import { interpreterIn, shebangOf } from './shebang.ts'

/**
 * Of a program as it is found with this environment, its interpreter included; links resolved, none within another. Empty when it is missing.
 * Not for switches of versions (volta, mise, asdf, pyenv): what they start lies elsewhere.
 */
export function installedFolders(program: string, env: Readonly<Record<string, string>>, cwd: string): readonly string[] {
  const path = findProgram(program, env, cwd)
  if (path === undefined) return []
  const real = realpathSync(path)
  const named = interpreterIn(shebangOf(real) ?? [])
  const interpreter = named === undefined ? undefined : findProgram(named, env, cwd)
  const all = [path, real, ...(interpreter === undefined ? [] : [interpreter, realpathSync(interpreter)])].map(around)
  const own = [...new Set(all.filter((one) => existsSync(one)).map((one) => realpathSync(one)))]
  return own.filter((one) => !own.some((other) => other !== one && isWithin(one, other)))
}

/** All packages that it was installed with, else its folder; the file alone where that would show much more. */
function around(path: string): string {
  const packages = /^(.*?\/node_modules)\//.exec(path)?.[1]
  const folder = packages ?? dirname(path)
  return folder === '/' || isWithin(homedir(), folder) ? path : folder
}
