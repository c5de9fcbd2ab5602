/** Finds and prepares the folder in which pawl keeps its state of one repository. */
import { chmodSync, lstatSync, mkdirSync, readFileSync, statfsSync, type Stats } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import { moveAsideFolder } from './file-hold.ts'
import { networkFileSystem } from './network-file-system.ts'
import { saveAtomic } from './save-atomic.ts'
import { codeOf, stateTrouble, unusable } from './state-trouble.ts'

/** Beside the main checkout, so that linked worktrees share store and cache. */
export function stateFolderOf(root: string, gitCommonDir: string | undefined): string {
  if (gitCommonDir === undefined) return join(root, '.pawl')
  return basename(gitCommonDir) === '.git' ? join(dirname(gitCommonDir), '.pawl') : join(gitCommonDir, 'pawl')
}

/** Creates the folder for this user alone, ignored by git; refuses places where state would not be safe. */
export async function prepareStateFolder(dir: string): Promise<Result<void>> {
  try {
    const refusal = refusalOfPlace(dirname(dir)) ?? refusalOfFolder(dir, created(dir)) ?? refusalOfParts(dir)
    if (refusal !== undefined) return failed(refusal)
    await ignoreItself(dir)
    return ok(undefined)
  } catch (error) {
    return failed(stateTrouble(dir, error).failure)
  }
}

function refusalOfPlace(parent: string): Failure | undefined {
  const kind = networkFileSystem(statfsSync(parent).type)
  if (kind === undefined) return undefined
  const why = `${parent} lies on a network file system (${kind}), on which databases and locks are not safe`
  return unusable(join(parent, '.pawl'), { why, hint: 'check out the repository on a local disk and run pawl there' })
}

function created(dir: string): Stats {
  try {
    mkdirSync(dir, { mode: 0o700 })
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
  return lstatSync(dir)
}

function refusalOfFolder(dir: string, stat: Stats): Failure | undefined {
  if (stat.isSymbolicLink())
    return unusable(dir, {
      why: 'it is a symbolic link, which may lead anywhere',
      hint: 'remove the link (`rm .pawl`, without a slash); pawl creates the folder itself',
    })
  if (!stat.isDirectory()) return unusable(dir, { why: 'it is no folder', hint: `move ${dir} away; pawl creates the folder itself` })
  const user = process.getuid?.()
  if (user !== undefined && stat.uid !== user) {
    const hint = `run pawl as the owner of the repository, or give the folder to yourself: sudo chown -R ${user} '${dir}'`
    return unusable(dir, { why: `it belongs to user ${stat.uid} and you are user ${user}`, hint })
  }
  // A folder that was copied or came with a clone is open to others.
  if (user !== undefined && (stat.mode & 0o077) !== 0) chmodSync(dir, 0o700)
  return undefined
}

/** A link inside, planted by a clone, would let logs and results be written anywhere. */
function refusalOfParts(dir: string): Failure | undefined {
  for (const name of ['logs', 'cache']) {
    const part = join(dir, name)
    const refusal = refusalOfFolder(part, created(part))
    if (refusal !== undefined) return refusal
  }
  return undefined
}

async function ignoreItself(dir: string): Promise<void> {
  const path = join(dir, '.gitignore')
  if (ignoresAll(path)) return
  moveAsideFolder(path)
  await saveAtomic(path, '*\n', 0o644)
}

function ignoresAll(path: string): boolean {
  try {
    return lstatSync(path).isFile() && readFileSync(path, 'utf8').split(/\r?\n/).includes('*')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}
