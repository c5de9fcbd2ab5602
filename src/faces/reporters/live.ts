/** The live view for a terminal: finished tasks scroll by as in the plain view, above a calm block of what runs now. */
import type { AttemptId, Event } from '../../model/event.ts'
import type { Plan } from '../../model/plan.ts'
import type { Reporter } from '../../model/reporter.ts'
import type { Run } from '../../model/run.ts'
import type { TaskId } from '../../model/task.ts'
import { jobsProgress } from './job-block.ts'
import { rowName } from './job-names.ts'
import { jobsPlain } from './jobs-plain.ts'
import { type Facts, newFacts, remember } from './facts.ts'
import { blockLines } from './live-block.ts'
import { type OutputTail, outputTail } from './output-tail.ts'
import { palette as paletteOf } from './palette.ts'
import { type Detail, plainReporter } from './plain.ts'
import { safeLine } from './safe-text.ts'
import type { AtExit, Screen, Ticker } from './screen.ts'
import { textWidth } from './text-width.ts'

/** `now` is the wall clock that event times come from. */
export type LiveWorld = {
  readonly now: () => number
  readonly ticker: Ticker
  readonly atExit: AtExit
  readonly detail?: Detail
  readonly brief?: boolean
  readonly ofAgents?: boolean
}

const frameMs = 100
const tailBytes = 4096

export function liveReporter(screen: Screen, world: LiveWorld): Reporter {
  const canvas = newCanvas(screen, world.atExit)
  const above = { write: canvas.above, colour: screen.colour }
  const plain = world.ofAgents === true ? jobsPlain(above, world.detail) : plainReporter(above, world.detail, world.brief)
  /** The newest note of each job, harmless already. */
  const notes = new Map<AttemptId, string>()
  const tails = new Map<AttemptId, OutputTail>()
  const facts: Facts = newFacts()
  const palette = paletteOf(screen.colour)
  let seen: { readonly run: Run; readonly plan: Plan } | undefined
  let stop: (() => void) | undefined

  const frame = (): void => {
    // Nothing ever ran long enough to be shown: the size of the terminal is not even asked for.
    if (seen === undefined || seen.run.live.size === 0) return canvas.draw([])
    const { run, plan } = seen
    const told = world.ofAgents === true ? { told: { name: (task: TaskId) => rowName(plan, task), progress: jobsProgress(plan, run) } } : {}
    const lastLine = ({ id }: { readonly id: AttemptId }): string => notes.get(id) ?? tails.get(id)?.lastLine() ?? ''
    const { columns, rows } = screen
    canvas.draw(blockLines({ run, plan, now: world.now(), columns, rows, expectedMs: facts.expectedMs, lastLine, palette, ...told }))
  }
  const end = (): void => {
    stop?.()
    stop = undefined
    canvas.end()
  }
  const on = (event: Event, run: Run, plan: Plan): void => {
    seen = { run, plan }
    remember(facts, event)
    plain.on(event, run, plan)
    if (event.type === 'attempt.noted' && world.ofAgents === true) notes.set(event.attempt, safeLine(event.text))
    if (event.type === 'attempt.finished') {
      tails.delete(event.attempt)
      notes.delete(event.attempt)
    }
    if (event.type === 'run.finished') return end()
    stop ??= world.ticker(frameMs, tick)
  }
  // Nobody could catch what a timer throws: it is kept and thrown where reporters are dropped.
  let broken: { readonly error: unknown } | undefined
  const tick = (): void => {
    try {
      frame()
    } catch (error) {
      broken = { error }
      end()
    }
  }
  return {
    name: 'live',
    on(event, run, plan) {
      if (broken !== undefined) throw broken.error
      try {
        on(event, run, plan)
      } catch (error) {
        // A reporter that throws is dropped: it must not leave the cursor hidden behind.
        end()
        throw error
      }
    },
    output(attempt, chunk) {
      // What the program of an agent prints is for its log: it is told in notes.
      if (world.ofAgents === true) return
      plain.output?.(attempt, chunk)
      let tail = tails.get(attempt)
      if (tail === undefined) tails.set(attempt, (tail = outputTail(tailBytes)))
      tail.add(chunk)
    },
    close: async () => end(),
  }
}

type Canvas = {
  /** Text that scrolls away above the block; shown with the next frame. */
  readonly above: (text: string) => void
  readonly draw: (lines: readonly string[]) => void
  /** Takes the block away, shows what is left to show and gives the cursor back. May be called twice. */
  readonly end: () => void
}

const hideCursor = '\x1b[?25l'
const showCursor = '\x1b[?25h'

/** Writes one text for each frame, and none when nothing is new. */
function newCanvas(screen: Screen, atExit: AtExit): Canvas {
  let drawn: readonly string[] = []
  let pending = ''
  let forget: (() => void) | undefined
  const show = (lines: readonly string[]): void => {
    const back = drawn.length === 0 ? '' : taken(drawn, screen.columns)
    const cursor = forget === undefined && lines.length > 0 ? hideCursor : ''
    // Even a process that leaves at once does not leave the block behind.
    if (cursor !== '') forget = atExit(end)
    screen.write(cursor + back + pending + lines.map((line) => `${line}\n`).join(''))
    pending = ''
    drawn = lines
  }
  const end = (): void => {
    if (pending !== '' || drawn.length > 0) show([])
    if (forget === undefined) return
    forget()
    forget = undefined
    screen.write(showCursor)
  }
  return {
    above(text) {
      pending += text
    },
    draw(lines) {
      if (pending !== '' || lines.join('\n') !== drawn.join('\n')) show(lines)
    },
    end,
  }
}

/** Moves up over the block and clears it. A terminal that became narrower has broken its lines: they take more rows now. */
function taken(lines: readonly string[], columns: number): string {
  const rows = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(textWidth(withoutColour(line)) / columns)), 0)
  return `\x1b[${rows}A\r\x1b[J`
}

const withoutColour = (line: string): string => line.replace(/\x1b\[[0-9;]*m/g, '')
