/** One turn of a watch: a run that is cut off when what it judges changes, and what is known when it is over. */
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { mayCutOff, type Restlessness } from '../engine/restlessness.ts'
import { treeChanges } from '../engine/tree-changes.ts'
import { newCancellation } from '../model/cancellation.ts'
import type { Result } from '../model/failure.ts'
import type { Reporter } from '../model/reporter.ts'
import type { Request } from '../model/request.ts'
import type { Tree } from '../model/tree.ts'
import type { Turn, TurnCause, TurnWish } from '../model/turn.ts'
import { groundOf, causeBeside, extraChanges, extraPaths, isSeen, withoutOutputs, type Ground } from './ground.ts'
import { check } from './check.ts'
import type { WatchOptions } from './onlooker.ts'
import type { Checked, Started } from './perform.ts'
import type { Planned } from './draft.ts'
import { safely, type Ring } from './ring.ts'
import type { Site } from './site.ts'

/** What is known of the last run: enough to tell whether another one is due. */
export type Judged = Ground & { readonly planned: Planned | undefined }

export type Due = { readonly cause: TurnCause; readonly tree?: Tree; readonly afterMs?: number }

export type Ended = {
  /** Undefined when not even the files could be looked at. */
  readonly judged: Judged | undefined
  /** Due at once, because the run did not judge what is there now. */
  readonly again: Due | undefined
  /** What changed while the run ran, and no check or fix declares or admits to have written. */
  readonly disturbedBy: readonly string[]
  readonly wish: TurnWish | undefined
  /** The run came to its own end. */
  readonly whole: boolean
}

export type TurnWishes = {
  readonly turn: Turn
  readonly request: Request
  /** The look that made this turn due. */
  readonly tree: Tree | undefined
  readonly restless: Restlessness
  /** Paths that count although git ignores them are to be watched, too. */
  readonly also: (paths: readonly string[]) => void
  /** A look that git is not in the middle of. */
  readonly look: () => Promise<Tree>
}

export async function takeTurn(site: Site, options: WatchOptions, wishes: TurnWishes, bells: Ring): Promise<Ended> {
  const cancellation = newCancellation()
  const forget = options.quitting.onRequest((reason) => cancellation.request(reason))
  const scene: Scene = { started: undefined, before: undefined, mending: false, seen: [], early: undefined, endedAt: 0 }
  const cutOff = (cause: TurnCause, reason: string): void => {
    if (cancellation.requested) return
    options.onlooker.cutOff(cause)
    cancellation.request(reason)
  }
  const heed = (tree: Tree): void => {
    const { started } = scene
    if (started === undefined) return void (scene.early = tree)
    const changed = changesIn(started.planned, tree)
    if (changed.length === 0 || scene.mending) return
    scene.seen = changed
    if (!mayCutOff(wishes.restless) || !isSeen(started.planned, tree, changed)) return
    cutOff({ kind: 'files', paths: changed }, 'files changed')
  }
  const running = check(withLook(site, wishes.tree), {
    ...options,
    request: wishes.request,
    cancellation,
    reporters: async (started) => {
      scene.started = started
      wishes.also(extraPaths(started.planned))
      scene.before = groundOf(site, started.planned, started.planned.tree)
      scene.before.catch(() => undefined)
      const reporters = await options.reporters(started, wishes.turn)
      if (scene.early !== undefined) heed(scene.early)
      return [mendingWatch(scene), ...reporters]
    },
  })
  let wish: TurnWish | undefined
  running.catch(() => undefined)
  for (let woken = await bells.next({ run: running }); woken.by !== 'run'; woken = await bells.next({ run: running })) {
    if (woken.by === 'tree' && woken.tree.ok) heed(woken.tree.value)
    if (woken.by === 'wish') {
      wish = woken.wish
      cutOff({ kind: 'asked', wish }, 'another run was asked for')
    }
  }
  forget()
  const result = await safely(running)
  scene.endedAt = site.clock.now()
  const checked = result.ok ? result.value : result
  options.onlooker.ended(wishes.turn, checked)
  return { ...(await aftermath(site, scene, wishes, checked, bells)), wish, whole: checked.ok && checked.value.result.verdict !== 'cancelled' }
}

type Scene = {
  started: Started | undefined
  before: Promise<Ground> | undefined
  /** A fix has begun: files change because of it. */
  mending: boolean
  /** What was seen to have changed while the run ran, also if it came back. */
  seen: readonly string[]
  /** A look that came before the plan was known. */
  early: Tree | undefined
  /** Wall time. */
  endedAt: number
}

const mendingWatch = (scene: Scene): Reporter => ({
  name: 'watch',
  on: (event, _, plan) => {
    if (event.type === 'attempt.started' && plan.tasks.get(event.task)?.task.role === 'fix') scene.mending = true
  },
})

/** Files that changed since the plan was made, without those that checks declare to write. */
const changesIn = (planned: Planned, now: Tree): readonly string[] => withoutOutputs(planned, now, treeChanges(planned.tree, now))

/** The first look of the run is the one that made it due; what changes after it is heard. */
function withLook(site: Site, tree: Tree | undefined): Site {
  let given = tree
  const look = (): Promise<Tree> => {
    const once = given
    given = undefined
    return once === undefined ? site.trees.look() : Promise.resolve(once)
  }
  return { ...site, trees: { ...site.trees, look } }
}

async function aftermath(
  site: Site,
  scene: Scene,
  { turn, tree, look }: TurnWishes,
  result: Result<Checked>,
  bells: Ring,
): Promise<Omit<Ended, 'wish' | 'whole'>> {
  const planned = scene.started?.planned
  const now = await safely(look())
  bells.forgetLooks()
  if (!result.ok && result.failures.some(({ type }) => type === 'lock.busy'))
    return { judged: undefined, again: { cause: turn.cause, afterMs: 1000 }, disturbedBy: [] }
  if (!now.ok) return { judged: undefined, again: undefined, disturbedBy: [] }
  const after = await groundOf(site, planned, now.value)
  if (planned === undefined || scene.before === undefined || !result.ok) {
    // There was no run to judge anything: what counts is what was looked at before it.
    return { judged: { ...after, tree: planned?.tree ?? tree ?? after.tree, planned }, again: undefined, disturbedBy: [] }
  }
  const before = await scene.before
  const changed = changesIn(planned, after.tree)
  const extra = scene.mending ? [] : extraChanges(before, after)
  const disturbedBy = [...(await unexplained(site, changed.length > 0 ? changed : scene.seen, result.value)), ...extra]
  const cause = causeBeside(before, after, disturbedBy)
  return {
    judged: { ...after, planned },
    again: cause === undefined ? undefined : { cause, tree: after.tree },
    // What was written after the run no check of it has written.
    disturbedBy: disturbedBy.filter((path) => isOlder(join(site.root, path), scene.endedAt)),
  }
}

const isOlder = (path: string, at: number): boolean => (lstatSync(path, { throwIfNoEntry: false })?.ctimeMs ?? at) < at

/** Without files that are as the fixes of this run left them: its last round has judged those. */
async function unexplained(site: Site, paths: readonly string[], { events }: Checked): Promise<readonly string[]> {
  const mended = new Map<string, string | null>()
  for (const event of events) {
    if (event.type !== 'attempt.finished' || !('mend' in event.outcome)) continue
    for (const { path, after } of event.outcome.mend?.files ?? []) mended.set(path, after)
  }
  const left: string[] = []
  for (const path of paths) if (!mended.has(path) || (await site.trees.digestOf(path)) !== (mended.get(path) ?? 'absent')) left.push(path)
  return left
}
