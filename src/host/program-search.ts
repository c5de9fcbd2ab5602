/** Finds the file of a program as the system would, with the PATH of a given environment. */
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, resolve } from 'node:path'

type Environment = Readonly<Record<string, string>>

const onWindows = process.platform === 'win32'

/** Where programs are looked for when the environment has no PATH: what execvp does. */
const systemPath = '/usr/bin:/bin'

/** Absolute path of a program; a name with a slash is taken relative to `cwd`. Undefined when missing or not executable. */
export function findProgram(program: string, env: Environment, cwd: string): string | undefined {
  if (program === '') return undefined
  const names = onWindows ? windowsNames(program, env) : [program]
  for (const folder of namesPlace(program) ? [cwd] : searchPath(env)) {
    for (const name of names) {
      const path = isAbsolute(name) ? name : resolve(cwd, folder, name)
      if (isExecutable(path)) return path
    }
  }
  return undefined
}

/** The name says where the program lies, so that PATH does not count. */
export const namesPlace = (program: string): boolean => program.includes('/') || (onWindows && program.includes('\\'))

/** Empty entries mean the current folder for a shell; a repository must not slip in a program that way, so they are left out. */
export function searchPath(env: Environment): readonly string[] {
  const path = onWindows ? valueOf(env, 'PATH') : env['PATH']
  return (path ?? (onWindows ? '' : systemPath)).split(delimiter).filter((folder) => folder !== '')
}

function windowsNames(program: string, env: Environment): readonly string[] {
  const endings = (valueOf(env, 'PATHEXT') ?? '.COM;.EXE;.BAT;.CMD').split(';').filter((ending) => ending !== '')
  const complete = endings.some((ending) => program.toLowerCase().endsWith(ending.toLowerCase()))
  return complete ? [program] : endings.map((ending) => program + ending)
}

/** Names of variables have no case on Windows. */
function valueOf(env: Environment, name: string): string | undefined {
  return Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1]
}

function isExecutable(path: string): boolean {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false
    accessSync(path, constants.X_OK)
    return true
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    // A name with a NUL byte (ERR_INVALID_ARG_VALUE), an entry of PATH that is a file, a circle of links: no program lies there.
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'].includes(code)) return false
    throw error
  }
}
