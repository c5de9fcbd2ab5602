/** A JobSign tells whether the program of a job lives: from its processes, and from what it said last. Silence alone is no sign of death. */
import { isOver, type JobRow } from './job-table.ts'
import type { LiveTree } from './live-tree.ts'

/**
 * none: no program is to run now. alive: a process of it lives, however long it has been silent. stopped: its process was stopped from outside.
 * dead: it should run, and there is no process of it. unknown: processes cannot be seen here.
 */
export type Life = 'none' | 'alive' | 'stopped' | 'dead' | 'unknown'

export type JobSign = {
  readonly life: Life
  /** When it was heard of last, epoch milliseconds: an event, or output. */
  readonly heardAt: number
  /** When its log was written last. */
  readonly outputAt?: number
  readonly tree?: LiveTree
}

/** Between the record that a turn begins and the first process of it. */
const graceMs = 2000

/** `trees`: what was seen of the processes of the run, by attempt; undefined: they cannot be seen. */
export type Seen = { readonly trees: ReadonlyMap<string, LiveTree> | undefined; readonly outputAt: number | undefined; readonly now: number }

export function signOf(row: JobRow, { trees, outputAt, now }: Seen): JobSign {
  const tree = row.attempt === undefined || isOver(row.status) ? undefined : trees?.get(row.attempt)
  const life = lifeOf(row, { tree, isVisible: trees !== undefined, now })
  return {
    life,
    heardAt: Math.max(row.toldAt, outputAt ?? 0),
    ...(outputAt === undefined ? {} : { outputAt }),
    ...(tree === undefined ? {} : { tree }),
  }
}

function lifeOf(row: JobRow, { tree, isVisible, now }: { readonly tree: LiveTree | undefined; readonly isVisible: boolean; readonly now: number }): Life {
  if (tree !== undefined) return tree.state === 'stopped' ? 'stopped' : 'alive'
  if (row.status !== 'running' || !row.facts.inTurn) return 'none'
  if (!isVisible) return 'unknown'
  return now - row.toldAt > graceMs ? 'dead' : 'none'
}
