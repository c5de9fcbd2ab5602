/** `pawl watch`: a run for each change, until a person ends it. */
import { writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import type { Onlooker } from '../../../app/onlooker.ts'
import { findSite, type Site } from '../../../app/site.ts'
import { watch } from '../../../app/watch.ts'
import { newCancellation, type CancellationSource } from '../../../model/cancellation.ts'
import type { TurnWish } from '../../../model/turn.ts'
import { exitCodes } from '../../../model/verdict.ts'
import { palette } from '../../reporters/palette.ts'
import { shortPause, systemScreen, writerTo } from '../../reporters/screen.ts'
import { nothingShown, turnView } from '../../reporters/turn-view.ts'
import { commandText } from '../command-text.ts'
import type { Arguments, CommandContext, CommandEnd } from '../command.ts'
import { listenToKeys } from '../keys.ts'
import { requestOf, screenWish } from '../request.ts'
import { showFailures } from '../show-failures.ts'
import { catchSignals } from '../signals.ts'
import { tellWait } from '../tell-wait.ts'
import { reportersFor, type Views } from '../views.ts'
import { watchScreen } from '../watch-screen.ts'

export async function watchFiles(context: CommandContext): Promise<CommandEnd> {
  const { args, env } = context
  const request = requestOf(args)
  if (!request.ok) return request
  const site = await findSite(context.cwd, env)
  if (!site.ok) return site
  const quitting = newCancellation()
  const signals = catchSignals(quitting, site.value)
  const json = args.flags.has('json')
  const pressable = !json && isatty(0) && isatty(1)
  const wishes = wishQueue()
  const keys = pressable ? listenToKeys((key) => obey(key, quitting, wishes.wish)) : undefined
  const show = shows(site.value, args, env, { quitting, keys: pressable })
  try {
    const left = await watch(site.value, {
      request: request.value,
      command: commandText(args),
      quitting,
      ask: async () => false,
      canAsk: false,
      onWait: tellWait,
      nextWish: wishes.next,
      ...show,
    })
    if (!left.ok) return left
    const caught = signals.caught()
    // Whoever ends a watch that waits ends it as it is meant to end.
    return { code: left.value === 'waiting' && (caught === undefined || caught === 'SIGINT') ? exitCodes.passed : signals.exitCode() }
  } finally {
    keys?.release()
    signals.release()
  }
}

function obey(key: string, quitting: CancellationSource, wish: (wish: TurnWish) => void): void {
  if (key === 'q') quitting.request('q')
  else if (key === 'enter') wish('again')
  else if (key === 'r') wish('all')
  else if (key === 'f') wish('fixes')
}

/** A wish that nobody has heard yet is replaced by the next one. */
function wishQueue(): { readonly wish: (wish: TurnWish) => void; readonly next: () => Promise<TurnWish> } {
  let waiting: ((wish: TurnWish) => void) | undefined
  let kept: TurnWish | undefined
  return {
    wish: (wish) => {
      if (waiting === undefined) kept = wish
      else waiting(wish)
      waiting = undefined
    },
    next: () =>
      new Promise((resolve) => {
        if (kept === undefined) waiting = resolve
        else resolve(kept)
        kept = undefined
      }),
  }
}

type ShowWish = { readonly quitting: CancellationSource; readonly keys: boolean }

function shows(
  site: Site,
  args: Arguments,
  env: CommandContext['env'],
  { quitting, keys }: ShowWish,
): { onlooker: Onlooker; reporters: Parameters<typeof watch>[1]['reporters'] } {
  const json = args.flags.has('json')
  const screen = systemScreen(env, screenWish(args))
  const put = (bytes: Uint8Array, offset: number): number => {
    try {
      return writeSync(1, bytes, offset)
    } catch (error) {
      // Nobody reads any more: nobody watches.
      if (error instanceof Error && 'code' in error && (error.code === 'EPIPE' || error.code === 'EIO')) quitting.request('the reader is gone')
      throw error
    }
  }
  const write = json ? (): void => undefined : writerTo(put, shortPause)
  const paper = watchScreen({ write, palette: palette(screen.colour), columns: () => screen.columns, live: screen.live, keys, quiet: args.flags.has('quiet') })
  const shown = nothingShown()
  let views: Views | undefined
  let muted = false
  const onlooker: Onlooker = {
    begins(turn) {
      muted = false
      paper.begins(turn)
    },
    cutOff(cause) {
      muted = !json
      // Takes back the lines of what runs: it is about to end.
      void views?.view.close?.()
      paper.cutOff(cause)
    },
    ended(_, result) {
      views?.released(site.clock.now())
      views = undefined
      const failures = result.ok ? result.value.lateNotes : quitting.requested ? [] : result.failures
      if (failures.length > 0) showFailures(failures, { env, json })
    },
    waiting: paper.waiting,
    troubled(failure) {
      paper.clear()
      showFailures([failure], { env, json })
    },
  }
  return {
    onlooker,
    reporters: async (started, turn) => {
      const made = await reportersFor(site, started, args, env, turn.number > 1)
      views = made
      return json ? made.reporters : made.reporters.map((one) => (one === made.view ? turnView(one, shown, () => muted) : one))
    },
  }
}
