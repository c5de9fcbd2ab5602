/** Watches a repository: one run at the start, and one for each change that has settled. Everything that runs, runs through `check`. */
import { existsSync } from 'node:fs'
import { afterRun, isWorthTelling, noRest, pauseMs, type Restlessness } from '../engine/restlessness.ts'
import { folderWatching } from '../host/folder-watching.ts'
import { ok, type Failure, type Result } from '../model/failure.ts'
import type { Request } from '../model/request.ts'
import type { Tree } from '../model/tree.ts'
import type { Turn, TurnCause } from '../model/turn.ts'
import { attention } from './attention.ts'
import { groundOf, causeBetween } from './ground.ts'
import type { WatchOptions } from './onlooker.ts'
import { ring, safely, type Ring } from './ring.ts'
import type { Site } from './site.ts'
import { warmKeeper } from './warm-keeper.ts'
import { takeTurn, type Due, type Ended, type Judged, type TurnWishes } from './watch-turn.ts'

/** Events may get lost; a look now and then finds what they missed. */
const safetyMs = 30_000

/** How it was left: in the middle of a run, or while it waited. */
export type Left = 'running' | 'waiting'

export async function watch(site: Site, options: WatchOptions): Promise<Result<Left>> {
  const heed = attention(
    site.clock,
    () => watching,
    () => site.trees.look(),
  )
  const watching = folderWatching(site.root, site.repository, { stirred: () => heed.stirred(), polling: (why) => options.onlooker.troubled(why) })
  // Folders are opened while the first run goes; the look after that sees what happened until then.
  heed.stirred()
  const bells = ring({ clock: site.clock, quitting: options.quitting, settled: () => heed.settled(), nextWish: options.nextWish })
  const warm = warmKeeper(site)
  try {
    return await turns(site, { ...options, warm }, bells, { also: (paths) => watching.also(paths), look: () => heed.whole(options.quitting) })
  } finally {
    watching.close()
    await warm.end()
  }
}

async function turns(site: Site, options: WatchOptions, bells: Ring, ears: Pick<TurnWishes, 'also' | 'look'>): Promise<Result<Left>> {
  const first = await safely(site.trees.look())
  if (!first.ok) return first
  let due: Due = { cause: { kind: 'first' }, tree: first.value }
  let restless = noRest
  for (let number = 1; ; number++) {
    const turn: Turn = { number, cause: due.cause }
    options.onlooker.begins(turn)
    const ended = await takeTurn(site, options, { turn, request: requestFor(options.request, turn), tree: due.tree, restless, ...ears }, bells)
    if (options.quitting.requested) return ok(ended.whole ? 'waiting' : 'running')
    restless = afterRun(restless, ended.disturbedBy)
    if (isWorthTelling(restless)) options.onlooker.troubled(restlessFailure(restless))
    const next = await nextTurn(site, options, ended, restless, bells)
    if ('left' in next) return next.left
    due = next.due
    if (next.calm) restless = noRest
  }
}

/** calm: it became due while nothing ran, so it is no part of a series of disturbed runs. */
type Next = { readonly due: Due; readonly calm: boolean } | { readonly left: Result<Left> }

/** Waits until a run is due: at once when the last one did not judge what is there now, unless that happens again and again. */
async function nextTurn(site: Site, options: WatchOptions, { judged, again, wish }: Ended, restless: Restlessness, bells: Ring): Promise<Next> {
  if (wish !== undefined) return { due: { cause: { kind: 'asked', wish } }, calm: true }
  const pause = again === undefined ? undefined : (again.afterMs ?? pauseMs(restless))
  if (again !== undefined && pause === 0) return { due: again, calm: false }
  options.onlooker.waiting(judged?.tree.files.length)
  const until = pause === undefined ? undefined : site.clock.elapsed() + pause
  let told = ''
  for (;;) {
    const ms = Math.min(safetyMs, (until ?? Number.POSITIVE_INFINITY) - site.clock.elapsed())
    const woken = await bells.next({ ms })
    if (options.quitting.requested) return { left: ok('waiting') }
    if (woken.by === 'wish') return { due: { cause: { kind: 'asked', wish: woken.wish } }, calm: true }
    if (again !== undefined && until !== undefined && site.clock.elapsed() >= until) return { due: again, calm: false }
    const seen = woken.by === 'tree' ? woken.tree : await safely(site.trees.look())
    if (seen.ok) {
      const cause = await causeSince(site, judged, seen.value)
      if (cause !== undefined) return { due: { cause, tree: seen.value }, calm: true }
      continue
    }
    if (!existsSync(site.root)) return { left: seen }
    // The same trouble is told once, not at every look.
    const text = JSON.stringify(seen.failures)
    if (text !== told) for (const failure of seen.failures) options.onlooker.troubled(failure)
    told = text
  }
}

async function causeSince(site: Site, judged: Judged | undefined, tree: Tree): Promise<TurnCause | undefined> {
  return judged === undefined ? { kind: 'files', paths: [] } : causeBetween(judged, await groundOf(site, judged.planned, tree))
}

/** No fixes while an editor is open, unless somebody asked for them; --force is meant for the first run. */
function requestFor({ force, ...request }: Request, { number, cause }: Turn): Request {
  const wish = cause.kind === 'asked' ? cause.wish : undefined
  const asked = request.fix ?? false
  const fix = wish === 'fixes' && asked === false ? true : asked
  return { ...request, fix, ...(wish === 'all' || (force === true && number === 1) ? { force: true } : {}) }
}

const restlessFailure = ({ paths }: Restlessness): Failure => ({
  type: 'watch.restless',
  what: `${paths[0] ?? 'a file'}${paths.length > 1 ? ` and ${paths.length - 1} more` : ''} changed during every one of the last runs`,
  why: 'a check seems to write it, and git does not ignore it',
  kept: 'pawl watch goes on, and waits longer before each further run',
  hint: 'Name it under outputs of that check in pawl.yaml, or let git ignore it.',
})
