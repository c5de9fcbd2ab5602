/** Decides how checkouts of agents get the packages that are installed in the user's: as files of their own, or as links to his. */
import { constants, existsSync, readdirSync, statfsSync, type Dirent } from 'node:fs'
import { copyFile, lstat, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { failed, ok, type Result } from '../model/failure.ts'
import { packageCaches } from './copied-packages.ts'
import { randomHex } from './random-hex.ts'
import type { Repository } from './repository.ts'
import { ignoredIn } from './shadow-ignored.ts'
import { codeOf } from './state-trouble.ts'

/** `copy`: each file is one of its own, with shared blocks where the file system can do that. */
export type Lending = 'link' | 'copy'

/** What pawl.yaml says. */
export type LendingWish = 'auto' | 'reflink' | 'copy' | 'link'

/** `folders`: of installed packages, relative to the root. `why`: for people; undefined when there are none. */
export type LendingChoice = { readonly how: Lending; readonly folders: readonly string[]; readonly why: string | undefined }

/** Copied without being asked: well below a second for each checkout, where the machine has nothing else to do. */
const small = { files: 4000, bytes: 64 * 1024 * 1024 }
const mebibyte = 1024 * 1024

/** `place`: where the checkouts will lie. A Failure when what was asked for cannot be done there. */
export async function lendingFor(checkout: Repository, place: string, wish: LendingWish): Promise<Result<LendingChoice>> {
  const listed = await ignoredIn(checkout)
  if (!listed.ok) return listed
  const folders = listed.value.filter((path) => basename(path) === 'node_modules')
  if (folders.length === 0) return ok({ how: 'link', folders, why: undefined })
  const roots = folders.map((path) => join(checkout.root, path))
  if (wish === 'link') return ok({ how: 'link', folders, why: 'installed packages are lent to agents by links: who writes into one stops the run' })
  if (wish === 'copy') return ok({ how: 'copy', folders, why: 'each agent gets a copy of the installed packages' })
  if (await sharesBlocks(roots, place)) return ok({ how: 'copy', folders, why: 'each agent gets a clone of the installed packages, which shares their blocks' })
  if (wish === 'reflink')
    return failed({
      type: 'worktree.unmade',
      what: 'installed packages cannot be cloned for agents',
      why: `the file system of ${place} cannot let files share their blocks`,
      kept: 'nothing was started',
      hint: 'say "dependencies: copy" or "dependencies: link" under "work" in pawl.yaml',
    })
  const size = await sizeUpTo(roots, small)
  if (size !== undefined && size.bytes < freeBytes(place) / 20) return ok({ how: 'copy', folders, why: 'each agent gets a copy of the installed packages' })
  const why = `installed packages are more than ${small.files} files or ${small.bytes / mebibyte} MiB, so agents get links to them: who writes into one stops the run`
  return ok({ how: 'link', folders, why: `${why} ("dependencies: copy" under "work" gives each a copy)` })
}

/** Tried with one file of them. A place that is not there yet tells nothing. */
async function sharesBlocks(folders: readonly string[], place: string): Promise<boolean> {
  const file = folders.flatMap((folder) => firstFile(folder) ?? [])[0]
  if (file === undefined || !existsSync(place)) return false
  const trial = join(place, `.clone-${randomHex(6)}`)
  try {
    await copyFile(file, trial, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE)
    return true
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return false
  } finally {
    await rm(trial, { force: true })
  }
}

function firstFile(folder: string, depth = 0): string | undefined {
  const entries = entriesOf(folder)
  const file = entries.find((entry) => entry.isFile())
  if (file !== undefined || depth > 4) return file === undefined ? undefined : join(folder, file.name)
  for (const entry of entries) {
    const found = entry.isDirectory() ? firstFile(join(folder, entry.name), depth + 1) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

type Size = { readonly files: number; readonly bytes: number }

/** Undefined: it is more. */
async function sizeUpTo(folders: readonly string[], most: Size): Promise<Size | undefined> {
  let [files, bytes] = [0, 0]
  const open = [...folders]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const entry of entriesOf(at)) {
      if (folders.includes(at) && packageCaches.includes(entry.name)) continue
      files += 1
      if (entry.isDirectory()) open.push(join(at, entry.name))
      else if (entry.isFile()) bytes += (await lstat(join(at, entry.name))).size
      if (files > most.files || bytes > most.bytes) return undefined
    }
  }
  return { files, bytes }
}

const entriesOf = (folder: string): readonly Dirent[] => readdirSync(folder, { withFileTypes: true })

function freeBytes(place: string): number {
  const { bavail, bsize } = statfsSync(existsSync(place) ? place : join(place, '..'))
  return bavail * bsize
}
