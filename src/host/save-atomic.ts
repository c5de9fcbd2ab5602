/** Saves a plain file so that after a crash it holds either the old content or the new one, whole. */
import { chmod, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { failed, ok, type Result } from '../model/failure.ts'
import { codeOf, stateTrouble } from './state-trouble.ts'
import { randomHex } from './random-hex.ts'

/** When it resolves, the content survives a power loss. Rejects with the error of the operating system; the old content is intact then. */
export async function saveAtomic(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomHex(9)}.tmp`)
  try {
    await writeDurably(temporary, content, mode)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
}

/** For files of the user: why it could not be written is told, not thrown. */
export const saveFile = (path: string, content: string, mode = 0o600): Promise<Result<void>> => told(path, () => saveAtomic(path, content, mode))

/** The same for a file that others read, too: its folder may not be there yet; if it is a link, or has its own mode, it stays so. */
export const saveSharedFile = (path: string, content: string): Promise<Result<void>> =>
  told(path, async () => {
    const before = await stat(path).catch(unlessMissing)
    if (before === undefined) {
      await mkdir(dirname(path), { recursive: true })
      return saveAtomic(path, content, 0o644)
    }
    const real = await realpath(path)
    await saveAtomic(real, content, before.mode & 0o777)
    // Whatever the umask.
    await chmod(real, before.mode & 0o777)
  })

const unlessMissing = (error: unknown): undefined => {
  if (codeOf(error) !== 'ENOENT') throw error
}

async function told(path: string, save: () => Promise<void>): Promise<Result<void>> {
  try {
    return ok(await save())
  } catch (error) {
    const { why, hint } = stateTrouble(path, error).failure
    const reason = { ...(why === undefined ? {} : { why }), ...(hint === undefined ? {} : { hint }) }
    return failed({ type: 'store.unusable', what: `cannot write ${path}`, kept: 'what was there before is untouched', ...reason })
  }
}

/** Exclusive, so that a name guessed by somebody else is never written through. */
export async function writeDurably(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** What was written to a file survives a power loss after this. Nothing to do where there is no file. */
export async function syncContent(path: string): Promise<void> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  })
  try {
    await file?.datasync()
  } finally {
    await file?.close()
  }
}

/** A rename is only durable when its folder is. */
export async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder for this; there a rename is written through.
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
