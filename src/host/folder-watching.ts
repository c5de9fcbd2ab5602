/** Watching by the events of the file system; where they cannot be had, by looking every so often. */
import { existsSync, lstatSync, readdirSync, statfsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import type { Failure } from '../model/failure.ts'
import type { GitWork, Listener, Watching } from '../model/watching.ts'
import { isLeftOut } from './folder-walk.ts'
import { isOwnState } from './git-listing.ts'
import { ignoredMemory, type IgnoredMemory } from './ignored-memory.ts'
import { networkFileSystem } from './network-file-system.ts'
import type { Repository } from './repository.ts'
import { systemWatch, watchedFolders, type WatchedFolders, type WatchFolder } from './watched-folders.ts'

export const pollMs = 2000
/** More changes than this at a time are not followed one by one. The queue of the kernel holds 16,384 events, and no runtime says when it ran over. */
const burst = 1000
/** Files of git that come or change when another commit, branch or index is in force; a commit on the same branch only locks HEAD. */
const gitFiles = new Set(['HEAD', 'HEAD.lock', 'index', 'ORIG_HEAD', 'MERGE_HEAD', 'packed-refs'])

export type WatchWorld = { readonly watchFolder?: WatchFolder; readonly pollEveryMs?: number }

export function folderWatching(root: string, repository: Repository | undefined, listener: Listener, world: WatchWorld = {}): Watching {
  const ignored = repository === undefined ? undefined : ignoredMemory(repository)
  const news = newNews()
  const extra: Extra = { paths: [], wanted: new Set(), folders: new Set() }
  const folders = watchedFolders(root, (folder, change, name) => heard(folder, change, name, { news, extra, ignored, listener }), world.watchFolder)
  const gitMoved = (): void => {
    // What is added to the index is no longer ignored.
    ignored?.forget()
    listener.stirred()
  }
  const gitFolder = repository === undefined ? undefined : watchGit(repository, world.watchFolder ?? systemWatch, gitMoved)
  let timer: ReturnType<typeof setInterval> | undefined
  const poll = (why: Failure): void => {
    folders.closeAll()
    gitFolder?.close()
    if (timer !== undefined) return
    timer = setInterval(listener.stirred, world.pollEveryMs ?? pollMs)
    listener.polling(why)
  }
  const catchUp = async (): Promise<void> => {
    const { suspects, paths, everything } = news.take()
    if (everything) folders.closeStale()
    else for (const path of suspects) folders.close(path)
    const from = everything ? [''] : [...suspects].filter((path) => isFolder(join(root, path)))
    const { refused, visited } = await walk(root, from, folders, ignored)
    if (everything && refused === undefined) {
      folders.keepOnly(visited)
      extra.folders.clear()
    }
    const refusedToo = refused ?? openExtra(root, extra, folders)
    if (refusedToo !== undefined) return poll(refusal(root, refusedToo, folders.size))
    // Nobody waits for this: next time these are known.
    if (!everything) void ignored?.learn(paths)
  }
  const network = networkFileSystem(statfsSync(root).type)
  if (network !== undefined) poll({ ...deaf, why: `${root} lies on a network file system (${network}), which tells nobody of changes` })
  if (gitFolder?.refused !== undefined) poll(refusal(root, gitFolder.refused, 0))
  // One after the other: two walks at once would open what the other one closes.
  let last: Promise<void> = Promise.resolve()
  return {
    caughtUp: () => (timer === undefined ? (last = last.then(catchUp)) : Promise.resolve()),
    also(paths) {
      extra.paths = paths.map((path) => normalize(path))
      extra.wanted = new Set(extra.paths.flatMap(withFolders))
    },
    gitWork: () => (repository === undefined ? undefined : gitWork(repository)),
    close() {
      clearInterval(timer)
      folders.closeAll()
      gitFolder?.close()
    },
  }
}

/** Paths that count although git ignores them, the same with the folders above, and the folders that are watched for their sake alone. */
type Extra = { paths: readonly string[]; wanted: ReadonlySet<string>; readonly folders: Set<string> }

type HeardBy = { readonly news: News; readonly extra: Extra; readonly ignored: IgnoredMemory | undefined; readonly listener: Listener }

function heard(folder: string, change: 'rename' | 'change', name: string | undefined, { news, extra, ignored, listener }: HeardBy): void {
  const path = name === undefined ? folder : folder === '' ? name : `${folder}/${name}`
  if (isOwnState(path) || path === '.git') return
  if (name === undefined) news.addAll()
  if (name === '.gitignore') {
    news.addAll()
    ignored?.forget()
  }
  const isWanted = extra.wanted.has(path) || extra.paths.includes(folder)
  if (!isWanted && (ignored?.has(path) === true || extra.folders.has(folder))) return
  news.add(path, change === 'rename')
  listener.stirred()
}

/** What was heard since the watched folders were brought up to date. */
type News = {
  add(path: string, mayBeFolder: boolean): void
  addAll(): void
  /** `suspects`: entries that came, went or were replaced; some are folders. */
  take(): { readonly suspects: ReadonlySet<string>; readonly paths: ReadonlySet<string>; readonly everything: boolean }
}

function newNews(): News {
  let [suspects, paths, everything] = [new Set<string>(), new Set<string>(), true]
  const addAll = (): void => {
    everything = true
    ;[suspects, paths] = [new Set(), new Set()]
  }
  return {
    addAll,
    add(path, mayBeFolder) {
      if (everything) return
      paths.add(path)
      if (mayBeFolder) suspects.add(path)
      if (paths.size > burst) addAll()
    },
    take() {
      const taken = { suspects, paths, everything }
      ;[suspects, paths, everything] = [new Set(), new Set(), false]
      return taken
    },
  }
}

const deaf = {
  type: 'watch.polling',
  what: `changes cannot be heard here; pawl looks for them every ${pollMs / 1000} s`,
} as const satisfies Failure

function refusal(root: string, code: string, opened: number): Failure {
  if (code === 'ENOSPC')
    return {
      ...deaf,
      why: `the system lets this user watch no more folders (${opened} of ${root} could be)`,
      hint: 'sudo sysctl fs.inotify.max_user_watches=524288 allows more; then start pawl watch again',
    }
  if (code === 'EMFILE')
    return {
      ...deaf,
      why: 'the system lets this user have no more watchers',
      hint: 'sudo sysctl fs.inotify.max_user_instances=512 allows more, or end other programs that watch files',
    }
  return { ...deaf, why: `the system refused to watch a folder: ${code}` }
}

function watchGit(repository: Repository, watchFolder: WatchFolder, stirred: () => void): { readonly refused?: string; close(): void } {
  const folders = watchedFolders(repository.gitDir, (_, __, name) => (name === undefined || gitFiles.has(name)) && stirred(), watchFolder)
  const opened = folders.open('')
  const close = (): void => folders.closeAll()
  return typeof opened === 'object' ? { ...opened, close } : { close }
}

function gitWork({ gitDir }: Repository): GitWork {
  const has = (name: string): boolean => existsSync(join(gitDir, name))
  if (has('index.lock') || has('HEAD.lock')) return 'writing'
  return has('rebase-merge') || has('rebase-apply') || has('sequencer') ? 'between-steps' : undefined
}

type Walked = { readonly visited: ReadonlySet<string>; readonly refused?: string }

/** Opens these folders and all below them that git does not ignore, level by level. Says why when the system refuses. */
async function walk(root: string, from: readonly string[], folders: WatchedFolders, ignored: IgnoredMemory | undefined): Promise<Walked> {
  const visited = new Set<string>()
  const start = from.filter((path) => !isInside(path)).map((path) => ({ path, foreign: false }))
  for (let level = await unignored(start, ignored); level.length > 0;) {
    const next: Found[] = []
    for (const { path, foreign } of level) {
      // Watched first, then read: what is made in between is heard.
      const opened = folders.open(path)
      if (typeof opened === 'object') return { visited, ...opened }
      if (opened === 'gone') continue
      visited.add(path)
      next.push(...below(root, path, foreign, ignored === undefined))
    }
    level = await unignored(next, ignored)
  }
  return { visited }
}

/** `foreign`: inside of a repository in the repository, about which ours can say nothing. */
type Found = { readonly path: string; readonly foreign: boolean }

const isInside = (path: string): boolean => path.split('/').includes('.git') || isOwnState(path)

function below(root: string, folder: string, foreign: boolean, withoutGit: boolean): Found[] {
  const entries = entriesOf(join(root, folder))
  const inside = foreign || (folder !== '' && entries.some((entry) => entry.name === '.git'))
  const names = entries.flatMap((entry) => (entry.isDirectory() && entry.name !== '.git' ? [entry.name] : []))
  const kept = inside || withoutGit ? names.filter((name) => !isLeftOut(name)) : names
  return kept.map((name) => ({ path: folder === '' ? name : `${folder}/${name}`, foreign: inside })).filter(({ path }) => !isOwnState(path))
}

async function unignored(found: readonly Found[], ignored: IgnoredMemory | undefined): Promise<readonly Found[]> {
  if (ignored === undefined) return found
  const asked = found.filter(({ path, foreign }) => !foreign && path !== '').map(({ path }) => `${path}/`)
  const out = await ignored.among(asked)
  if (out.size === 0) return found
  const tracked = new Set(await ignored.trackedBelow([...out]))
  return found.filter(({ path, foreign }) => foreign || !out.has(`${path}/`) || tracked.has(path))
}

/** Folders that hold single entries that count; those that are missing are tried again the next time. */
function openExtra(root: string, extra: Extra, folders: WatchedFolders): string | undefined {
  for (const path of extra.paths) {
    const parent = dirname(path) === '.' ? '' : dirname(path)
    for (const folder of [parent, path]) {
      if (folders.has(folder) || !isFolder(join(root, folder))) continue
      const opened = folders.open(folder)
      if (typeof opened === 'object') return opened.refused
      extra.folders.add(folder)
    }
  }
  return undefined
}

/** "a/b/c" → "a", "a/b", "a/b/c" */
const withFolders = (path: string): string[] => path.split('/').map((_, i, parts) => parts.slice(0, i + 1).join('/'))

const isFolder = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if (error instanceof Error && 'code' in error) return []
    throw error
  }
}
