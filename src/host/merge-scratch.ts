/** A repository of pawl's own in which merges are computed: no driver, hook, filter or setting of the user's takes part, and only finished work leaves it. */
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { failed, ok, type Result } from '../model/failure.ts'
import { readBlobs } from './blob-reader.ts'
import { eachRecord } from './git-listing.ts'
import { gitFailure, type GitAnswer, type GitOptions } from './git.ts'
import { randomHex } from './random-hex.ts'
import { gitIn, type Repository } from './repository.ts'
import { prepareStateFolder } from './state-folder.ts'

export type MergeScratch = {
  /** Reads the objects of the user's repository; what is new lies in its own. */
  readonly repository: Repository
  git(args: readonly string[], options?: GitOptions): Promise<GitAnswer>
  /** Gives the user's repository all that the commit needs and `known` do not have. No ref is made: git removes it after weeks, unless it lands. */
  keep(commit: string, known: readonly string[]): Promise<Result<void>>
  remove(): Promise<void>
}

const oldMs = 60 * 60 * 1000

/** Which files are merged how (as text, union, not at all) is said by the .gitattributes of `base`; a driver that is a program is never run. */
export async function mergeScratch(checkout: Repository, base: string, stateFolder: string): Promise<Result<MergeScratch>> {
  const prepared = await prepareStateFolder(stateFolder)
  if (!prepared.ok) return prepared
  const all = join(stateFolder, 'landing')
  await forgetOld(all)
  const folder = join(all, randomHex(8))
  const repository: Repository = { root: join(folder, 'tree'), gitDir: join(folder, 'git'), commonDir: join(folder, 'git'), linked: false }
  await emptyRepository(checkout, repository, base.length === 64)
  const inScratch = (args: readonly string[], options: GitOptions = {}): Promise<GitAnswer> =>
    gitIn(repository, args, { ...options, env: { ...nothingElse, ...options.env } })
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  const attributes = await bringAttributes(checkout, repository, base)
  if (!attributes.ok) {
    await remove()
    return attributes
  }
  return ok({ repository, git: inScratch, keep: (commit, known) => keep(checkout, inScratch, commit, known), remove })
}

/** Neither the user's own settings and attributes nor those of the machine. */
const nothingElse = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_ATTR_NOSYSTEM: '1' }

async function emptyRepository(checkout: Repository, { root, gitDir }: Repository, sha256: boolean): Promise<void> {
  for (const part of [root, join(gitDir, 'objects', 'info'), join(gitDir, 'refs', 'heads')]) await mkdir(part, { recursive: true, mode: 0o700 })
  const format = sha256 ? 'repositoryformatversion = 1\n[extensions]\n\tobjectformat = sha256\n[core]\n' : 'repositoryformatversion = 0\n'
  await writeFile(join(gitDir, 'config'), `[core]\n\tbare = false\n\tattributesFile = /dev/null\n\t${format}`)
  await writeFile(join(gitDir, 'HEAD'), 'ref: refs/heads/none\n')
  // Quoted, as git reads it: the path may hold anything.
  await writeFile(join(gitDir, 'objects', 'info', 'alternates'), `${JSON.stringify(join(checkout.commonDir, 'objects'))}\n`)
  const shallow = join(checkout.commonDir, 'shallow')
  if (existsSync(shallow)) await copyFile(shallow, join(gitDir, 'shallow'))
}

async function bringAttributes(checkout: Repository, scratch: Repository, base: string): Promise<Result<void>> {
  const listed = await gitIn(checkout, ['ls-tree', '-r', '-z', '--full-tree', '--end-of-options', base])
  if (!listed.ok) return failed(gitFailure(`git could not read ${base}`, listed))
  const paths = new Map<string, string[]>()
  eachRecord(listed.stdout, new Map(), (record, name) => {
    // "100644 blob <id>\tpath"
    const tab = record.indexOf('\t')
    const [mode = '', , id = ''] = record.slice(0, tab).split(' ')
    const path = name(record.slice(tab + 1))
    if (mode.startsWith('100') && /(?:^|\/)\.gitattributes$/.test(path) && !leadsOut(path)) paths.set(id, [...(paths.get(id) ?? []), path])
  })
  for await (const [id, content] of readBlobs(checkout, [...paths.keys()], 1024 * 1024)) {
    for (const path of paths.get(id) ?? []) {
      await mkdir(dirname(join(scratch.root, path)), { recursive: true })
      await writeFile(join(scratch.root, path), content)
    }
  }
  return ok(undefined)
}

/** A tree that was made by hand may hold anything. */
const leadsOut = (path: string): boolean => path.split('/').some((part) => part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git')

async function keep(checkout: Repository, inScratch: MergeScratch['git'], commit: string, known: readonly string[]): Promise<Result<void>> {
  const input = [commit, ...known.map((one) => `^${one}`), ''].join('\n')
  const pack = await inScratch(['pack-objects', '--revs', '--stdout', '-q'], { input })
  if (!pack.ok) return failed(gitFailure('git could not pack the merges', pack))
  const unpacked = await gitIn(checkout, ['unpack-objects', '-q'], { input: pack.stdout })
  return unpacked.ok ? ok(undefined) : failed(gitFailure('git could not store the merges', unpacked))
}

/** What a killed pawl left. */
async function forgetOld(all: string): Promise<void> {
  await mkdir(all, { recursive: true, mode: 0o700 })
  for (const name of await readdir(all)) {
    const made = await stat(join(all, name)).then(
      ({ mtimeMs }) => mtimeMs,
      // Removed meanwhile by the one who made it.
      () => undefined,
    )
    if (made !== undefined && new Date().getTime() - made > oldMs) await rm(join(all, name), { recursive: true, force: true })
  }
}
