/** Names the files and folders whose times of change tell that a program may be another one than before. */
import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Programs that start another one, chosen by settings elsewhere: no time of a file tells when that changes. */
const switches = new Set(['rustup', 'rustup-init', 'mise', 'asdf', 'volta', 'volta-shim', 'proto-shim'])

/** Undefined when files cannot tell. `path` is where the program was found. The folders count, because package managers keep old times of the files. */
export function programFiles(path: string): readonly string[] | undefined {
  const real = realpathSync(path)
  if (switches.has(basename(real, '.exe')) || basename(dirname(path)) === 'shims' || existsSync(join(dirname(path), 'rustup'))) return undefined
  return [path, real, dirname(path), dirname(real), ...packageFolders(path), ...packageFolders(real)]
}

function packageFolders(path: string): readonly string[] {
  const modules = /^(.*?[\\/]node_modules)[\\/]/.exec(path)?.[1]
  const venv = dirname(dirname(path))
  return [
    ...(modules === undefined ? [] : installMarks(modules)),
    ...(existsSync(join(venv, 'pyvenv.cfg')) ? [join(venv, 'pyvenv.cfg'), ...sitePackages(join(venv, 'lib'))] : []),
  ]
}

/** What npm, pnpm, yarn and bun write anew with each installation. */
export const installMarks = (modules: string): readonly string[] =>
  ['.package-lock.json', '.modules.yaml', '.yarn-state.yml', '.pnpm', '.'].map((name) => join(modules, name)).filter((mark) => existsSync(mark))

const sitePackages = (lib: string): readonly string[] =>
  existsSync(lib)
    ? readdirSync(lib)
        .map((name) => join(lib, name, 'site-packages'))
        .filter((folder) => existsSync(folder))
    : []
