/**
 * Marks what a checkout and its repository are before agents work beside it, and tells afterwards what changed that is none of their business.
 *
 * Who changed something cannot be known: a person goes on working meanwhile. So every difference is told as a fact, and `stops` says which of them
 * a run must not go on after. These are the ones that a person rarely makes while agents work and that would harm them most:
 * - settings (of the repository and of the user), hooks, attributes and borrowed objects: by these the next git of anybody runs or reads what an agent wants;
 * - a branch, a tag or the HEAD that is another one although no checkout of a person tells of it in the log of its HEAD, or that is gone;
 * - a stash that is gone, and objects that are replaced by others.
 * Not stopping: commits and switches in a checkout of a person, fetches, new branches and tags, new stashes.
 * Files and what is staged are only looked at and compared where `strict` asks for it: people edit while agents work.
 */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { failed, ok, type Result } from '../model/failure.ts'
import { stampOf } from './content-id.ts'
import { sha256 } from './digest.ts'
import { readStatus } from './git-listing.ts'
import { gitFailure, type GitAnswer } from './git.ts'
import { hooksFolder } from './hooks-folder.ts'
import { packageMarks } from './package-marks.ts'
import { gitIn, type Repository } from './repository.ts'
import { branchPrefix, worktreeName } from './worktree-places.ts'

export type Marks = ReadonlyMap<string, string>

export type CheckoutMark = {
  /** "ref: refs/heads/main", or a commit. */
  readonly head: string
  /** Ref → commit or other object; "ref: …" for one that names another. Without those of pawl. */
  readonly refs: Marks
  /** Those of pawl: ref → commit. */
  readonly own: Marks
  /** Ids of stashes, oldest first. */
  readonly stashes: readonly string[]
  /** Name of a setting → digest of its values. */
  readonly settings: Marks
  /** File of settings → digest. */
  readonly config: Marks
  /** File of settings of the user, for all repositories → digest. */
  readonly global: Marks
  /** File → digest: hooks; and below git's folder what decides about contents. */
  readonly hooks: Marks
  readonly info: Marks
  /** Lines of the logs of HEAD of checkouts of persons, the latest ones. */
  readonly visits: ReadonlySet<string>
  /** Installed packages that agents have links to → a mark that moves when somebody writes into them. */
  readonly packages: Marks
  /** Absent: nobody asked for it. */
  readonly strict?: StrictMark
}

/** What only counts where nobody edits. */
export type StrictMark = {
  /** Digest of what is staged. */
  readonly index: string
  /** Changed and new files → a stamp that moves when they are written. */
  readonly files: Marks
}

/**
 * `strict`: with files and what is staged. `since`: where settings or attributes differ from it, git does not look at the files, since it would run
 * the filters that stand there now. `lent`: folders of packages that agents have links to.
 */
export async function markCheckout(checkout: Repository, { strict = false, since, lent = [] }: MarkWish = {}): Promise<Result<CheckoutMark>> {
  const asked = [
    ['for-each-ref', '--format=%(refname)%00%(objectname)%00%(symref)'],
    ['config', '--list', '--show-scope', '--show-origin', '-z', '--includes'],
  ]
  const answers = await Promise.all(asked.map((args) => gitIn(checkout, args)))
  const refused = answers.find((answer) => !answer.ok)
  if (refused?.ok === false) return failed(gitFailure('git could not tell the state of the checkout', refused))
  const [listed = '', settings = ''] = answers.map(textOf)
  const config = settingsIn(settings, checkout.root)
  const hooks = config.namesHooks ? await hooksFolder(checkout) : ok({ path: join(checkout.commonDir, 'hooks') })
  if (!hooks.ok) return hooks
  const info = marksOf(decidingFiles(checkout))
  const global = marksOf(globalFiles(config.included))
  const isAsBefore = since === undefined || (isSame(since.settings, config.settings) && isSame(since.info, info) && isSame(since.global, global))
  const strictly = strict ? await strictMark(checkout, isAsBefore ? undefined : since?.strict) : ok(undefined)
  if (!strictly.ok) return strictly
  const refs = refsIn(listed)
  return ok({
    head: textAt(join(checkout.gitDir, 'HEAD')).trim(),
    refs: new Map(refs.flatMap(({ name, id, symref }) => (isOwnRef(name) ? [] : [[name, symref === '' ? id : `ref: ${symref}`] as const]))),
    own: new Map(refs.flatMap(({ name, id }) => (isOwnRef(name) ? [[name, id] as const] : []))),
    stashes: idsLogged(join(checkout.commonDir, 'logs', 'refs', 'stash')),
    settings: config.settings,
    config: marksOf([...config.files, join(checkout.commonDir, 'config'), join(checkout.gitDir, 'config.worktree')]),
    global,
    hooks: marksOf(hookFiles(hooks.value.path)),
    info,
    visits: new Set(headLogs(checkout).flatMap(linesLogged)),
    packages: await packageMarks(checkout.root, lent),
    ...(strictly.value === undefined ? {} : { strict: strictly.value }),
  })
}

export type MarkWish = { readonly strict?: boolean; readonly since?: CheckoutMark; readonly lent?: readonly string[] }

/** Where git looks for settings of this user, whether they are there or not, and what it found them in. */
function globalFiles(included: readonly string[]): readonly string[] {
  const { XDG_CONFIG_HOME: xdg, GIT_CONFIG_GLOBAL: named } = process.env
  const folder = join(xdg === undefined || xdg === '' ? join(homedir(), '.config') : xdg, 'git')
  const known = [
    join(homedir(), '.gitconfig'),
    ...['config', 'attributes', 'ignore'].map((name) => join(folder, name)),
    ...(named === undefined ? [] : [named]),
  ]
  return [...new Set([...known, ...included])].toSorted()
}

const isSame = (a: Marks, b: Marks): boolean => a.size === b.size && [...a].every(([name, mark]) => b.get(name) === mark)

/** `known`: the files are not looked at, but are as they were. */
async function strictMark(checkout: Repository, known: StrictMark | undefined): Promise<Result<StrictMark>> {
  const [listed, status] = await Promise.all([
    gitIn(checkout, ['ls-files', '-s', '-z']),
    known === undefined ? gitIn(checkout, ['status', '--porcelain=v2', '-z', '--untracked-files=all', '--ignore-submodules=all', '--no-renames']) : undefined,
  ])
  const refused = [listed, status].find((answer) => answer?.ok === false)
  if (refused?.ok === false) return failed(gitFailure('git could not tell the state of the checkout', refused))
  return ok({ index: sha256(textOf(listed)), files: known?.files ?? stampsOf(checkout, status === undefined ? '' : textOf(status)) })
}

const textOf = (answer: GitAnswer): string => (answer.ok ? new TextDecoder().decode(answer.stdout) : '')

type Ref = { readonly name: string; readonly id: string; readonly symref: string }

const refsIn = (text: string): readonly Ref[] =>
  text
    .split('\n')
    .map((line) => line.split('\0'))
    .flatMap(([name = '', id = '', symref = '']) => (name === '' ? [] : [{ name, id, symref }]))

/** Those that pawl and its agents may move. */
export const isOwnRef = (name: string): boolean => name.startsWith(`refs/heads/${branchPrefix}`) || name.startsWith('refs/pawl/')

type Settings = {
  /** Those of the repository itself. */
  readonly settings: Marks
  readonly files: readonly string[]
  /** Files with settings of the user. */
  readonly included: readonly string[]
  /** There is a `core.hooksPath`, in any place but that of our own commands. */
  readonly namesHooks: boolean
}

/** "local", "file:<path>", "<name>\n<value>" and so on, each ended by NUL. */
function settingsIn(text: string, root: string): Settings {
  const values = new Map<string, string[]>()
  const files = new Set<string>()
  const included = new Set<string>()
  let namesHooks = false
  const records = text.split('\0')
  for (let at = 0; at + 2 < records.length; at += 3) {
    const [scope = '', origin = '', entry = ''] = records.slice(at, at + 3)
    const [name = ''] = entry.split('\n', 1)
    if (name === 'core.hookspath' && scope !== 'command') namesHooks = true
    if (scope === 'global' && origin.startsWith('file:')) included.add(resolve(root, origin.slice('file:'.length)))
    if (scope !== 'local') continue
    if (origin.startsWith('file:')) files.add(resolve(root, origin.slice('file:'.length)))
    values.set(name, [...(values.get(name) ?? []), entry.slice(name.length)])
  }
  return { settings: new Map([...values].map(([name, all]) => [name, sha256(JSON.stringify(all))])), files: [...files], included: [...included], namesHooks }
}

/** A folder may be named that is none of hooks, such as the home of somebody: so many entries are looked at, and git runs none further below. */
const mostHooks = 200

const hookFiles = (folder: string): readonly string[] =>
  namesIn(folder)
    .toSorted()
    .slice(0, mostHooks)
    .map((name) => join(folder, name))

/** What decides how git reads contents; `info/refs` is only for others. */
function decidingFiles({ commonDir, gitDir }: Repository): readonly string[] {
  const info = [commonDir, gitDir].flatMap((folder) => filesBelow(join(folder, 'info'))).filter((path) => path !== join(commonDir, 'info', 'refs'))
  const modules = filesBelow(join(commonDir, 'modules')).filter((path) => /\/(?:config|info\/attributes|hooks\/[^/]+)$/.test(path))
  return [...info, ...modules, join(commonDir, 'shallow'), join(commonDir, 'objects', 'info', 'alternates')]
}

/** The logs of HEAD of the main checkout and of worktrees that are not pawl's. */
function headLogs({ commonDir }: Repository): readonly string[] {
  const others = namesIn(join(commonDir, 'worktrees')).filter((name) => !worktreeName.test(name))
  return [join(commonDir, 'logs', 'HEAD'), ...others.map((name) => join(commonDir, 'worktrees', name, 'logs', 'HEAD'))]
}

/** So many bytes of a log are read, from its end. */
const mostLogBytes = 512 * 1024

const linesLogged = (path: string): readonly string[] => textAt(path).slice(-mostLogBytes).split('\n')

const idsLogged = (path: string): readonly string[] => linesLogged(path).flatMap((line) => visitedBy(line) ?? [])

/** "<old> <new> name <mail> time zone\tmessage". Without a message it was no command for people, such as commit and switch. */
export const visitedBy = (line: string): string | undefined => /^[0-9a-f]{40,64} ([0-9a-f]{40,64}) .*\t./.exec(line)?.[1]

function stampsOf(checkout: Repository, status: string): Marks {
  const { entries } = readStatus(new TextEncoder().encode(status), new Map())
  const stamps = entries.map(({ path, staged, unstaged }) => {
    const stat = stampOf(join(checkout.root, path))
    return [path, `${staged}${unstaged} ${stat === undefined ? 'gone' : `${stat.size} ${stat.mode} ${stat.mtimeNs} ${stat.ctimeNs}`}`] as const
  })
  return new Map(stamps)
}

/** Of what is there: digest and mode, or where a link leads. */
function marksOf(paths: readonly string[]): Marks {
  const marks = new Map<string, string>()
  for (const path of paths) {
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (stat?.isSymbolicLink() === true) marks.set(path, `link to ${readlinkSync(path)} ${sha256(textAt(path))}`)
    else if (stat?.isFile() === true)
      marks.set(path, `${(stat.mode & 0o777).toString(8)} ${stat.size > mostRead ? `${stat.size} ${stat.ctimeMs}` : sha256(readFileSync(path))}`)
  }
  return marks
}

/** Bytes; of what is larger the time of the last change counts. */
const mostRead = 1024 * 1024

function filesBelow(folder: string): readonly string[] {
  const found: string[] = []
  const folders = [folder]
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    for (const name of namesIn(at)) {
      const stat = lstatSync(join(at, name), { throwIfNoEntry: false })
      if (stat?.isDirectory() === true) {
        // Objects decide nothing, and are many.
        if (name !== 'objects' && name !== 'logs') folders.push(join(at, name))
      } else found.push(join(at, name))
    }
  }
  return found.toSorted()
}

const namesIn = (folder: string): readonly string[] => (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(folder) : [])

const textAt = (path: string): string => (stampOf(path)?.isFile() === true ? readFileSync(path, 'utf8') : '')
