/** Chooses the reporters of a run: what a person, a CI log, or a program wants to see; and the log file, always. */
import { hostname } from 'node:os'
import { writeSync } from 'node:fs'
import type { Started } from '../../app/perform.ts'
import { openRunLog } from '../../app/output.ts'
import type { Site } from '../../app/site.ts'
import type { Reporter } from '../../model/reporter.ts'
import { isOfAgents } from '../reporters/job-names.ts'
import { jobsPlain } from '../reporters/jobs-plain.ts'
import { liveReporter } from '../reporters/live.ts'
import { palette } from '../reporters/palette.ts'
import { plainReporter, type Detail } from '../reporters/plain.ts'
import { runLog } from '../reporters/run-log.ts'
import { safeLine } from '../reporters/safe-text.ts'
import { atProcessExit, shortPause, systemScreen, systemTicker, writerTo, type Screen } from '../reporters/screen.ts'
import type { Arguments } from './command.ts'
import { screenWish } from './request.ts'
import { detectedLines } from './detected-lines.ts'

type Environment = Readonly<Record<string, string | undefined>>

export type Views = {
  readonly reporters: readonly Reporter[]
  /** The one of them that people or programs see; the others write files. */
  readonly view: Reporter
  /** Holds text back while a question stands on the terminal; the returned function lets it go on. */
  pause(): () => void
  /** The lock is free again: the last line of the log. */
  released(at: number): void
}

/** again: the run is one of a series, and its head was shown. */
export async function reportersFor(site: Site, started: Started, args: Arguments, env: Environment, again = false): Promise<Views> {
  const log = started.planned.settings.logs && !started.planned.settings.dryRun ? logReporter(site, started) : undefined
  const screen = holdable(systemScreen(env, screenWish(args)))
  const view = await viewFor(site, started, { args, env, again }, screen)
  return {
    reporters: [...(log === undefined ? [] : [log.reporter]), view],
    view,
    pause: () => screen.hold(),
    released: (at) => log?.released(at),
  }
}

/** A screen on which text can be held back while a question stands there. */
function holdable(screen: Screen): Screen & { hold(): () => void } {
  let held: string[] | undefined
  return Object.assign(Object.create(screen) as Screen, {
    write: (text: string) => (held === undefined ? screen.write(text) : void held.push(text)),
    hold: () => {
      held = []
      return () => {
        const text = held?.join('') ?? ''
        held = undefined
        screen.write(text)
      }
    },
  })
}

type ViewWish = { readonly args: Arguments; readonly env: Environment; readonly again: boolean }

async function viewFor(site: Site, started: Started, { args, env, again }: ViewWish, screen: Screen): Promise<Reporter> {
  if (args.flags.has('json')) return (await import('../reporters/json-lines.ts')).jsonLinesReporter(systemScreen(env).write)
  const detail: Detail = args.flags.has('quiet') ? 'quiet' : args.flags.has('verbose') ? 'verbose' : 'normal'
  const format = args.flags.get('format')
  const document = format !== undefined && format !== 'text' && format !== 'github' && !args.flags.has('output')
  // The document owns standard output; people read the rest on standard error.
  const aside = { write: writerTo((bytes, offset) => writeSync(2, bytes, offset), shortPause), colour: false }
  const paper = document ? aside : screen
  const head =
    detail === 'quiet' || again
      ? []
      : [...detectedLines(started.planned, palette(paper.colour)), ...started.planned.notes.map((note) => `note  ${safeLine(note)}`)]
  const ofAgents = isOfAgents(started.planned.plan)
  const plain: typeof plainReporter = (paper, shown, brief) => (ofAgents ? jobsPlain(paper, shown) : plainReporter(paper, shown, brief))
  const view = document
    ? plain(aside, detail)
    : format === 'github' || (format === undefined && !ofAgents && env['GITHUB_ACTIONS'] === 'true')
      ? await githubView(site, env, detail)
      : !screen.live || started.planned.settings.interactive
        ? plain(screen, detail, again)
        : liveReporter(screen, { now: () => site.clock.now(), ticker: systemTicker, atExit: atProcessExit, detail, brief: again, ofAgents })
  return headed(view, head.map((line) => `${line}\n`).join(''), paper.write)
}

/** The head is written with the first event: trouble with writing is then trouble of the view, not of the run. */
function headed(view: Reporter, head: string, write: (text: string) => void): Reporter {
  let open = head !== ''
  return {
    ...view,
    on(event, run, plan) {
      if (open) write(head)
      open = false
      view.on(event, run, plan)
    },
  }
}

async function githubView(site: Site, env: Environment, detail: Detail): Promise<Reporter> {
  const { githubReporter } = await import('../reporters/github.ts')
  const workspace = env['GITHUB_WORKSPACE'] ?? site.root
  const prefix = site.root.startsWith(`${workspace}/`) ? `${site.root.slice(workspace.length + 1)}/` : ''
  const summaryPath = env['GITHUB_STEP_SUMMARY']
  return githubReporter(systemScreen(env, { live: false }), {
    token: crypto.randomUUID(),
    prefix,
    detail,
    ...(summaryPath === undefined ? {} : { summaryPath }),
  })
}

function logReporter(site: Site, started: Started): { reporter: Reporter; released(at: number): void } {
  const file = openRunLog(site, started.run)
  const { settings } = started.planned
  const log = runLog(file.write, {
    host: hostname(),
    mode: `strategy=${settings.strategy.name} fix=${settings.fixLevel} interactive=${settings.interactive} jobs=${settings.jobs}`,
  })
  return {
    reporter: log,
    released: (at) => {
      log.lockReleased(at)
      const trouble = file.close()
      if (trouble !== undefined) console.error(`pawl: ${trouble.what}`)
    },
  }
}
