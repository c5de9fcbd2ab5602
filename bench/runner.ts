/** A tool that runs the tasks of the monorepo: how it is configured, started, and made to forget. */
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Monorepo } from './monorepo.ts'
import type { Place } from './place.ts'

/** As many tasks at a time for everyone. */
export const parallelism = 2

export type ScenarioName = 'cold' | 'nothing' | 'code' | 'comment' | 'restore' | 'worktree' | 'plan'

export type Runner = {
  readonly name: string
  /** The program, absolute; where it does not exist the tool is "not available here". */
  program(place: Place): string
  readonly versionArgs?: readonly string[]
  /** Package of the peers whose version it is, where the program does not tell. */
  readonly npm?: string
  /** Files that it adds to the monorepo, or replaces. */
  files(repo: Monorepo): Readonly<Record<string, string>>
  /** Runs all tasks that are not up to date. */
  argv(program: string, place: Place): readonly string[]
  /** Shows what would run. Absent: it cannot. */
  plan?(program: string): readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Where it keeps what it knows, inside the repository. Its home folder, where it may keep the rest, is always its own. */
  state?(repo: Monorepo): readonly string[]
  /** Ends what it left running. */
  end?(program: string): readonly string[]
  /** Absent: all. */
  readonly scenarios?: readonly ScenarioName[]
  /** Tasks it starts are npm scripts, started through the real npm; otherwise through a stand-in that costs nothing. */
  readonly realNpm?: true
  /** What the reader of the table must know. */
  readonly note?: string
}

/** As if the tool had never run. The output folders exist, so that no command pays for making them. */
export function forget(runner: Runner, repo: Monorepo, home: string): void {
  for (const path of ['node_modules/.cache', 'node_modules/.vite', ...(runner.state?.(repo) ?? [])])
    rmSync(join(repo.root, path), { recursive: true, force: true })
  rmSync(home, { recursive: true, force: true })
  mkdirSync(home, { recursive: true })
  for (const { folder } of repo.packages) {
    rmSync(join(repo.root, folder, 'dist'), { recursive: true, force: true })
    mkdirSync(join(repo.root, folder, 'dist'), { recursive: true })
  }
}

export const isAvailable = (runner: Pick<Runner, 'program'>, place: Place): boolean => existsSync(runner.program(place))
