/** Finds virtual environments whose packages are imported from the checkout itself: what runs in a copy of the checkout would still see the files on disk. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** `root`: the checkout. */
export function importsFrom(venv: string, root: string): boolean {
  if (!existsSync(join(venv, 'pyvenv.cfg'))) return false
  const lib = join(venv, 'lib')
  const folders = [...(existsSync(lib) ? readdirSync(lib).map((name) => join(lib, name, 'site-packages')) : []), join(venv, 'Lib', 'site-packages')]
  return folders
    .filter((folder) => existsSync(folder))
    .some((folder) =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.pth'))
        .some((name) => name.startsWith('__editable__') || readFileSync(join(folder, name), 'utf8').includes(root)),
    )
}
