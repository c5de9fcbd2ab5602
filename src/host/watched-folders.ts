/** The folders whose entries are watched, one handle of the system for each; nothing is watched recursively. */
import { lstatSync, watch, type FSWatcher } from 'node:fs'
import { join } from 'node:path'
import { inodeOf } from './file-hold.ts'
import { codeOf } from './state-trouble.ts'

/** `name` is undefined when the system does not say which entry changed. */
export type Heard = (folder: string, change: 'rename' | 'change', name: string | undefined) => void

export type WatchFolder = (path: string, heard: (change: 'rename' | 'change', name: string | null) => void) => Pick<FSWatcher, 'close' | 'on'>

export type WatchedFolders = {
  /** Watches the folder that is there now; says what the system answered when it cannot be watched. */
  open(folder: string): 'open' | 'gone' | { readonly refused: string }
  has(folder: string): boolean
  /** Those that are no longer the folder at their path are closed. */
  closeStale(): void
  /** All others are closed. */
  keepOnly(folders: ReadonlySet<string>): void
  /** The folder and all below it. */
  close(folder: string): void
  closeAll(): void
  readonly size: number
}

type Handle = { readonly watcher: Pick<FSWatcher, 'close'>; readonly inode: bigint }

/*
 * Why not { recursive: true }: on Linux Node 24 then takes one inotify watch for each file and loses a file that was replaced by a rename; Bun takes one for
 * each folder, node_modules included. Watched folder by folder both hear the same, and what is ignored costs nothing.
 */
export const systemWatch: WatchFolder = (path, heard) => watch(path, { persistent: true }, heard)

export function watchedFolders(root: string, heard: Heard, watchFolder: WatchFolder = systemWatch): WatchedFolders {
  const open = new Map<string, Handle>()
  const closeOne = (folder: string): void => {
    open.get(folder)?.watcher.close()
    open.delete(folder)
  }
  return {
    get size() {
      return open.size
    },
    has: (folder) => open.has(folder),
    open(folder) {
      const path = join(root, folder)
      try {
        const stat = lstatSync(path, { bigint: true })
        if (!stat.isDirectory()) return 'gone'
        if (open.get(folder)?.inode === stat.ino) return 'open'
        // The old one first: on Bun closing it later would silence the new one of the same path.
        closeOne(folder)
        const watcher = watchFolder(path, (change, name) => heard(folder, change, name ?? undefined))
        // A folder that goes away while it is watched; the folder above hears of it, too.
        watcher.on('error', () => heard(folder, 'rename', undefined))
        open.set(folder, { watcher, inode: stat.ino })
        return 'open'
      } catch (error) {
        const code = codeOf(error) ?? String(error)
        return ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(code) ? 'gone' : { refused: code }
      }
    },
    closeStale() {
      for (const [folder, { inode }] of open) {
        if (inodeOf(join(root, folder)) !== inode) closeOne(folder)
      }
    },
    keepOnly(folders) {
      for (const folder of open.keys()) if (!folders.has(folder)) closeOne(folder)
    },
    close(folder) {
      closeOne(folder)
      for (const other of open.keys()) if (other.startsWith(`${folder}/`)) closeOne(other)
    },
    closeAll() {
      for (const folder of open.keys()) closeOne(folder)
    },
  }
}
