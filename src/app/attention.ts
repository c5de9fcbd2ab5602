/** Turns single changes into looks: waits until a burst is over, then looks once; a first look may begin while it still waits. */
import { settling, stillCounts, waitForGit, type Unrest } from '../engine/settling.ts'
import type { Cancellation } from '../model/cancellation.ts'
import type { Clock } from '../model/clock.ts'
import type { Tree } from '../model/tree.ts'
import type { Watching } from '../model/watching.ts'

export type Attention = {
  stirred(): void
  /** A look at what the next burst of changes left behind. Rejects when it cannot be looked at. */
  settled(): Promise<Tree>
  /** A look at once; while git writes, when it is done: what it has half written is nothing to judge. */
  whole(quitting: Cancellation): Promise<Tree>
}

export function attention(clock: Clock, watching: () => Watching, look: () => Promise<Tree>): Attention {
  let unrest: Unrest | undefined
  let begun = Promise.withResolvers<void>()
  const lookNow = async (): Promise<Tree> => {
    await watching().caughtUp()
    return look()
  }
  const lookEarly = (now: Unrest): Promise<Tree> => {
    unrest = { ...now, lookedAt: clock.elapsed() }
    const looking = lookNow()
    // Told to whoever asks for the look, if anybody does.
    looking.catch(() => undefined)
    return looking
  }
  return {
    stirred() {
      const now = clock.elapsed()
      unrest = unrest === undefined ? { firstAt: now, lastAt: now } : { ...unrest, lastAt: now }
      begun.resolve()
    },
    async settled() {
      await begun.promise
      let early: Promise<Tree> | undefined
      for (;;) {
        const now: Unrest = unrest ?? { firstAt: 0, lastAt: 0 }
        const next = settling(now, clock.elapsed(), watching().gitWork())
        if (next.do === 'wait') await clock.sleep(next.ms)
        else if (next.do === 'look') early = lookEarly(now)
        else {
          unrest = undefined
          begun = Promise.withResolvers()
          const tree = await (early !== undefined && stillCounts(now) ? early : lookNow())
          // When git writes now, it may have begun while we looked: that would be half of something.
          const since = { firstAt: now.firstAt, lastAt: clock.elapsed() }
          const git = watching().gitWork()
          if (git !== 'writing' || settling(since, since.lastAt, git).do === 'act') return tree
          unrest ??= since
          early = undefined
        }
      }
    },
    async whole(quitting) {
      const firstAt = clock.elapsed()
      const locked = () => (quitting.requested ? undefined : waitForGit(firstAt, clock.elapsed(), watching().gitWork()))
      for (;;) {
        const tree = await look()
        if (locked() === undefined) return tree
        for (let pause = locked(); pause !== undefined; pause = locked()) await clock.sleep(pause.ms)
      }
    },
  }
}
