/** A Stamp says that all checks of a hook passed on exactly one tree, with which tools and until when; `sh` reads it, so that nothing else need start. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { defaultKey } from '../host/child-environment.ts'
import { programFiles } from '../host/program-files.ts'
import { saveStamp } from '../host/stamps.ts'
import type { Task } from '../model/task.ts'
import type { Tree } from '../model/tree.ts'
import { endingOf } from '../model/tally.ts'
import { isGreen } from '../model/verdict.ts'
import { programsOf } from './task-sight.ts'
import { hookVersion, stampedNames, type HookName } from './hook-script.ts'
import type { Checked } from './perform.ts'
import { environmentOf, type Site } from './site.ts'

export const stampsFolder = (site: Pick<Site, 'stateFolder'>, name: HookName): string => join(site.stateFolder, 'hooks', name)

/** A tree says nothing about the machine. What can be seen of that is watched; for the rest, an hour is longer than a commit that is tried again takes. */
const longestMs = 3_600_000

export type Proven = {
  /** Where the checks ran: the checkout, or the copy of it. */
  readonly site: Site
  readonly checked: Checked
  /** The tree that was judged: what git would commit, or what is pushed. */
  readonly tree: string
  readonly tracked: ReadonlySet<string>
  readonly now: Tree
  readonly since: number
  /** What started pawl. */
  readonly program: readonly string[]
}

/** Writes the stamp, or says in a word why there is none. Undefined: it was written. */
export async function stamp(name: HookName, proven: Proven): Promise<string | undefined> {
  const { site, tree, since } = proven
  const from = site.env['PAWL_HOOK']?.split(' ') ?? []
  if (from[0] !== hookVersion || from[1] === undefined) return 'the hook was written by another version'
  const obstacle = whyNot(proven)
  if (obstacle !== undefined) return obstacle
  const watched = watchedFiles(proven)
  if (watched === undefined) return 'a program is chosen by settings elsewhere'
  const lines = [
    `key ${from[1]}`,
    `flags ${site.env['PAWL_HOOK_FLAGS'] ?? ''}`,
    `seen ${site.env['PAWL_HOOK_SEEN'] ?? ''}`,
    `root ${site.checkout}`,
    `until ${Math.floor(validUntil(proven) / 1000)}`,
    `run ${proven.checked.run}`,
    ...watched,
    'end',
  ]
  return (await saveStamp(stampsFolder(site, name), tree, lines, since)) ? undefined : 'a name has a line break in it'
}

const checksOf = ({ checked: { plan } }: Proven): readonly Task[] => plan.order.flatMap((id) => plan.tasks.get(id)?.task ?? [])

/** What a stamp would not say truly. */
function whyNot(proven: Proven): string | undefined {
  const { checked, tracked, now } = proven
  const { settings, loaded } = checked.planned
  const tasks = checksOf(proven)
  if (tasks.length === 0 || !tasks.every((task) => isGreen(endingOf(checked.result, task.id)))) return 'not every check passed'
  if (loaded.path !== undefined && !tracked.has(loaded.path)) return 'the configuration is no part of the tree'
  if (checked.planned.plugins.isOpen) return 'plugins count, which the hook does not compare'
  const keyed = [...settings.envKey, ...tasks.flatMap((task) => task.inputs.env), ...defaultKey]
  if (keyed.some((key) => !stampedNames.some((known) => known === key))) return 'variables count that the hook does not compare'
  const outside = new Set(now.files.filter((file) => !tracked.has(file.path)).map((file) => file.path))
  for (const task of tasks) {
    const settled = checked.result.settled.get(task.id)
    if (settled?.kind === 'passed' && settled.notKept !== undefined) return `the inputs of ${task.id} changed`
    if (task.inputs.files === undefined) return `the inputs of ${task.id} are not known`
    if (outside.size > 0 && now.matching(task.inputs.files).some((file) => outside.has(file.path))) return `${task.id} saw files that git does not track`
  }
  return undefined
}

/** The age of a reused result counts from when it was proven. */
function validUntil(proven: Proven): number {
  const { checked, since } = proven
  return checksOf(proven).reduce((until, task) => {
    if (task.ttlMs === undefined) return until
    const settled = checked.result.settled.get(task.id)
    return Math.min(until, (settled?.kind === 'cached' ? settled.from.at : since) + task.ttlMs)
  }, since + longestMs)
}

/** Lines for the hook: what must not be newer than the stamp, and what must not be there. */
function watchedFiles(proven: Proven): readonly string[] | undefined {
  const { site, tracked, program } = proven
  const same = new Set(program.filter((word) => existsSync(word)))
  const none = new Set<string>()
  for (const task of checksOf(proven)) {
    const cwd = task.action.kind === 'command' ? join(site.root, task.action.cwd) : site.root
    const env = environmentOf(site, cwd, { pass: checkedPass(proven), key: task.inputs.env })
    for (const folder of (env['PATH'] ?? '').split(delimiter).filter((one) => one !== '')) {
      // Where a program of that name may appear that goes before today's.
      const seen = inCheckout(folder, site)
      if (existsSync(seen)) same.add(seen)
      else none.add(seen)
    }
    for (const word of new Set([...programsOf(task), ...task.inputs.tools])) {
      const path = site.processes.find(word, env, cwd)
      const files = path === undefined || isTracked(path, site, tracked) ? [] : programFiles(path)
      if (files === undefined) return undefined
      for (const file of files) same.add(inCheckout(file, site))
    }
    for (const path of task.inputs.extra) {
      const absolute = join(site.checkout, path)
      if (existsSync(absolute)) same.add(absolute)
      else none.add(absolute)
    }
  }
  return [...[...same].map((path) => `same ${path}`), ...[...none].map((path) => `none ${path}`)]
}

const checkedPass = ({ checked }: Proven): readonly string[] => checked.planned.settings.envPass

/** The tree itself vouches for it. */
const isTracked = (path: string, site: Site, tracked: ReadonlySet<string>): boolean =>
  path.startsWith(`${site.root}/`) && tracked.has(path.slice(site.root.length + 1))

/** The copy changes with each run; what it borrows lies in the checkout. */
const inCheckout = (path: string, site: Site): string => (path.startsWith(`${site.root}/`) ? join(site.checkout, path.slice(site.root.length + 1)) : path)
