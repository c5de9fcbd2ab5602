/** The locks of a repository: one run of checks at a time, and one run of jobs. The kernel holds them, so nothing can go stale. */
import { constants, openSync, closeSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../model/clock.ts'
import { durationText } from '../model/duration.ts'
import type { Failure } from '../model/failure.ts'
import type { HeldLock, Holder, Lock } from '../model/lock.ts'
import { holdFile, isHeld, moveAsideFolder, type FileHold } from './file-hold.ts'
import { identityOf, readHolder, type HolderRecord } from './lock-holder.ts'
import { stateTrouble } from './state-trouble.ts'

/** How long to pause between two tries; random, so that many who wait do not try in step. */
const pauseMs = { least: 15, most: 60 }

export function runLock(dir: string, clock: Clock, what: 'run' | 'jobs' = 'run'): Lock {
  const name = what === 'run' ? 'lock' : 'jobs-lock'
  const file = join(dir, `${name}.db`)
  // No ending that a formatter knows: `prettier .` looks into folders that only a .gitignore inside of them hides.
  const record = join(dir, `${name}.holder`)
  const holder = (): Holder | undefined => (isHeld(file) ? readHolder(record) : undefined)
  return {
    holder,
    async acquire(command, waitMs, onWait, cancellation) {
      const startedAt = clock.elapsed()
      let shown: string | undefined
      try {
        for (;;) {
          if (cancellation.requested) return { ok: false, failure: busy(holder(), clock, 'the wait was cancelled') }
          const hold = holdFile(file, 0)
          const waitedMs = clock.elapsed() - startedAt
          if (hold !== 'busy')
            return { ok: true, lock: taken(hold, record, { ...identityOf(process.pid), command, since: clock.now(), host: hostname() }, waitedMs) }

          const now = holder()
          if (waitedMs >= waitMs) return { ok: false, failure: busy(now, clock, `it did not finish within ${durationText(waitMs)}`) }
          const seen = JSON.stringify(now)
          if (seen !== shown) onWait(now)
          shown = seen
          // Asynchronous and short: SQLite's own waiting would stop this whole process.
          await clock.sleep(Math.min(pauseMs.least + Math.floor(Math.random() * (pauseMs.most - pauseMs.least)), waitMs - waitedMs), cancellation)
        }
      } catch (error) {
        return { ok: false, failure: stateTrouble(file, error).failure }
      }
    },
  }
}

function taken(hold: FileHold, record: string, mine: HolderRecord, waitedMs: number): HeldLock {
  try {
    moveAsideFolder(record)
    // Not atomic and not synced: it is information for people, and its reader expects anything.
    const descriptor = openSync(record, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_NOFOLLOW ?? 0), 0o600)
    writeFileSync(descriptor, JSON.stringify(mine))
    closeSync(descriptor)
  } catch (error) {
    hold.release()
    throw error
  }
  return { waitedMs, release: () => hold.release(), intact: () => hold.intact() }
}

function busy(holder: Holder | undefined, clock: Clock, why: string): Failure {
  const kept = 'nothing was started or changed'
  if (holder === undefined) return { type: 'lock.busy', what: 'another run held this repository until a moment ago', why, kept, hint: 'run again' }
  const known = holder.pid > 0
  const who = known ? `process ${holder.pid} (${holder.command})` : 'a process that is not known'
  const since = known ? `, for ${durationText(Math.max(0, clock.now() - holder.since))}, since ${timeText(holder.since)}` : ''
  const where = known && holder.host !== hostname() ? ` on ${holder.host}` : ''
  return { type: 'lock.busy', what: `another run holds this repository: ${who}${where}${since}`, why, kept, hint: hintFor(holder) }
}

function hintFor(holder: Holder): string {
  if (holder.state === 'stopped') return `that process is stopped (state T): \`kill -CONT ${holder.pid}\` lets it go on, \`kill ${holder.pid}\` then ends it`
  if (holder.state === 'running') return `wait until it ends, or end it: \`kill ${holder.pid}\``
  return 'wait until it ends and run again'
}

const timeText = (at: number): string => new Date(at).toLocaleTimeString('en-GB')
