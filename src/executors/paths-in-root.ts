/** Turns the paths that tools print into paths relative to the root, with forward slashes; what lies outside stays as it is. */

export type Folders = {
  /** Absolute path of the checkout. */
  readonly root: string
  /** Where the tool ran, relative to the root. */
  readonly cwd: string
}

/** Backslashes separate folders there; everywhere else they are part of a name. */
export const isWindowsPath = (path: string): boolean => /^(?:[A-Za-z]:[\\/]|\\\\)/.test(path)
const isAbsolutePath = (path: string): boolean => path.startsWith('/') || isWindowsPath(path)

export function folderIn({ root, cwd }: Folders): string {
  if (cwd === '.' || cwd === '') return root
  return isAbsolutePath(cwd) ? cwd : `${root.replace(/[\\/]$/, '')}/${cwd}`
}

export function pathInRoot(path: string, folders: Folders): string {
  const onWindows = isWindowsPath(folders.root)
  const plain = slashed(path.replace(/^file:\/\/(?=\/)/, ''), onWindows).replace(/^\/(?=[A-Za-z]:\/)/, '')
  const root = slashed(folders.root, onWindows).replace(/\/$/, '')
  const inRoot = isAbsolutePath(plain) ? below(root, plain, onWindows) : normalized(`${slashed(folderFromRoot(folders, root), onWindows)}/${plain}`)
  return inRoot ?? path
}

const slashed = (path: string, onWindows: boolean): string => (onWindows ? path.replaceAll('\\', '/') : path)

/** A folder given as an absolute path counts too, as long as it lies below the root. */
function folderFromRoot({ cwd, root }: Folders, plainRoot: string): string {
  if (!isAbsolutePath(cwd)) return cwd
  return below(plainRoot, slashed(cwd, isWindowsPath(root)), isWindowsPath(root)) ?? '.'
}

/** On a Mac /var and /tmp are links into /private: tools that resolve links print the longer name. */
function below(root: string, path: string, onWindows: boolean): string | undefined {
  const folded = (text: string): string => (onWindows ? text.toLowerCase() : text)
  for (const start of [root, `/private${root}`]) {
    if (folded(path) === folded(start)) return '.'
    if (folded(path).startsWith(`${folded(start)}/`)) return normalized(path.slice(start.length + 1))
  }
  return undefined
}

/** Without "." and ".."; undefined when it leads out. */
function normalized(path: string): string | undefined {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return undefined
  }
  return parts.length === 0 ? '.' : parts.join('/')
}

/** The other way: a path of the repository as a tool that runs in `cwd` has to be given it. */
export function pathFromFolder(path: string, cwd: string): string {
  const from = (normalized(cwd) ?? '.').split('/').filter((part) => part !== '.')
  const to = path.split('/')
  let shared = 0
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) shared += 1
  return [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/')
}
