/** What a person reads between the runs of a watch: what changed, and that pawl waits. */
import type { Onlooker } from '../../app/onlooker.ts'
import type { TurnCause } from '../../model/turn.ts'
import { countText } from '../reporters/finding-text.ts'
import type { Palette } from '../reporters/palette.ts'
import { safeLine } from '../reporters/safe-text.ts'
import { namesText } from '../reporters/summary.ts'
import { shortened } from '../reporters/text-width.ts'

export type WatchPaper = {
  readonly write: (text: string) => void
  readonly palette: Palette
  readonly columns: () => number
  /** The line that says that pawl waits is taken back when something new comes. */
  readonly live: boolean
  /** Somebody can press keys. */
  readonly keys: boolean
  /** Only what ran and how it ended. */
  readonly quiet: boolean
}

export function watchScreen({ write, palette, columns, live, keys, quiet }: WatchPaper): Pick<Onlooker, 'begins' | 'cutOff' | 'waiting'> & { clear(): void } {
  let waits = false
  let cut = ''
  const clear = (): void => {
    // One line, never wider than the terminal was; a narrower one now leaves a part of it behind.
    if (waits && live) write('\x1b[1A\r\x1b[J')
    waits = false
  }
  const line = (text: string): void => {
    clear()
    write(`${text}\n`)
  }
  return {
    clear,
    begins({ cause, number }) {
      const text = causeText(cause)
      clear()
      if (number > 1 && !quiet) line(cut === text ? palette.dim('starting anew') : `\n${palette.bold(text)}`)
      cut = ''
    },
    cutOff(cause) {
      cut = causeText(cause)
      if (!quiet) line(`${palette.yellow('!')} ${cut}: this run is cut off`)
    },
    waiting(files) {
      if (waits || (quiet && !live)) return
      const what = files === undefined ? 'watching' : `watching ${countText(files, 'file')}`
      line(palette.dim(shortened(keys ? `${what}; q ends, Enter runs again, r runs all, f with fixes` : what, Math.max(20, columns() - 1))))
      waits = true
    },
  }
}

const mostNames = 3

/** "src/a.ts changed", "312 files changed", "branch main → feature, 312 files changed" */
export function causeText(cause: TurnCause): string {
  switch (cause.kind) {
    case 'first':
      return 'first run'
    case 'asked':
      return { again: 'asked to run again', all: 'asked to run all again', fixes: 'asked to run with fixes' }[cause.wish]
    case 'branch':
      return `branch ${safeLine(cause.from ?? '(none)')} → ${safeLine(cause.to ?? '(none)')}, ${countText(cause.files, 'file')} changed`
    case 'files':
      if (cause.paths.length === 0) return 'something changed'
      return cause.paths.length <= mostNames ? `${namesText(cause.paths)} changed` : `${countText(cause.paths.length, 'file')} changed`
    case 'selection':
      return 'other files are selected now'
  }
}
