/** The journey rig: the real command line in a real temporary git repository, with tools that the test holds by the hand. */
import { test } from 'bun:test'
import { spawn, type ChildProcess } from 'node:child_process'
import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { initialised } from '../../src/host/scratch-repository.ts'
import { knownAsNew, writtenCommit } from '../../src/host/written-commit.ts'
import { heldTool, type HeldTool } from './held-tool.ts'

const home = join(import.meta.dirname, '../..')

/** How the command line is run: from source on Bun, as the compiled executable, or as the bundle for Node that is published. */
const runtimes: Readonly<Record<string, readonly string[]>> = {
  // Bun takes a first "--" for itself when it runs a source file.
  bun: [join(home, 'node_modules/.bin/bun'), join(home, 'src/faces/cli/start.ts'), '--'],
  executable: [join(home, 'dist/pawl')],
  node: [join(home, 'node_modules/.bin/node'), join(home, 'dist/node/start.js')],
}
const runtime = process.env['PAWL_RUNTIME'] ?? 'bun'

/** For a journey whose course is the same on every runtime, as much as it starts git and sh: it is made once, with what is shipped. */
export function once(title: string, journey: () => Promise<void>): void {
  if (runtime === 'executable') test(title, journey)
}

/** The words that start the command line. */
export const pawlCommand = (args: readonly string[]): readonly string[] => [...(runtimes[runtime] ?? []), ...args]

export type Ended = {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
  /** Both, without colours, times and temporary paths. */ readonly shown: string
}

export type Running = {
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves when the text has been printed on either output. */
  shows(text: string): Promise<void>
}

export type Repo = {
  readonly root: string
  /** Runs pawl to its end. */
  pawl(...args: string[]): Promise<Ended>
  start(args: readonly string[], options?: { readonly env?: Record<string, string>; readonly cwd?: string }): Running
  write(files: Readonly<Record<string, string>>): void
  read(path: string): string
  exists(path: string): boolean
  remove(path: string): void
  git(...args: string[]): string
  commit(message: string): void
  /** A program outside of the repository that does what the test tells it. */
  tool(name: string): Promise<HeldTool>
  /** A small shell script outside of the repository; its path. */
  script(name: string, text: string): string
  [Symbol.asyncDispose](): Promise<void>
}

/** A fresh repository with one commit. `git: false`: only a folder. */
export async function newRepo(files: Readonly<Record<string, string>>, options: { readonly git?: boolean } = {}): Promise<Repo> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-journey-')))
  const repo = repoAt(join(base, 'repo'), base)
  mkdirSync(repo.root)
  repo.write(files)
  if (options.git !== false) {
    underGit(repo.root)
    repo.commit('first')
  }
  return repo
}

/** For `underGit`: who makes the commits of agents. */
export const author = '[user]\n\tname = Journey\n\temail = journey@example.invalid\n'

/** As after `git init`. `settings`: more lines of its configuration. */
export function underGit(root: string, branch = 'main', settings = ''): void {
  initialised(root)
  writeFileSync(join(root, '.git/HEAD'), `ref: refs/heads/${branch}\n`)
  appendFileSync(join(root, '.git/config'), settings)
  knownAsNew(root)
}

export function repoAt(root: string, base: string): Repo {
  const tools: HeldTool[] = []
  const running = new Set<ChildProcess>()
  const repo: Repo = {
    root,
    pawl: (...args) => repo.start(args).ended,
    start: (args, more = {}) => startPawl(args, more.cwd ?? root, { ...environment(base), ...more.env }, base, running),
    write: (contents) => {
      for (const [path, text] of Object.entries(contents)) {
        mkdirSync(dirname(join(root, path)), { recursive: true })
        writeFileSync(join(root, path), text)
      }
    },
    read: (path) => readFileSync(join(root, path), 'utf8'),
    exists: (path) => existsSync(join(root, path)),
    remove: (path) => rmSync(join(root, path), { recursive: true }),
    git: (...args) => execFileSync('git', args, { cwd: root, env: gitEnvironment(base), encoding: 'utf8' }),
    commit: (message) => {
      if (writtenCommit(root, message, `Journey <journey@example.invalid> ${Date.parse(date) / 1000} +0000`) !== undefined) return
      repo.git('add', '--all')
      repo.git('commit', '--quiet', '--allow-empty', '--message', message)
    },
    tool: async (name) => {
      const tool = await heldTool(join(base, 'tools', name))
      tools.push(tool)
      return tool
    },
    script: (name, text) => {
      const path = join(base, 'tools', name)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, `#!/bin/sh\n${text}\n`)
      chmodSync(path, 0o755)
      return path
    },
    [Symbol.asyncDispose]: async () => {
      for (const child of running) child.kill('SIGKILL')
      for (const tool of tools) await tool.close()
      rmSync(base, { recursive: true, force: true })
    },
  }
  return repo
}

const date = '2026-01-01T00:00:00Z'

const gitEnvironment = (base: string): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: base,
  GIT_CONFIG_NOSYSTEM: '1',
  LC_ALL: 'C',
  GIT_AUTHOR_NAME: 'Journey',
  GIT_AUTHOR_EMAIL: 'journey@example.invalid',
  GIT_COMMITTER_NAME: 'Journey',
  GIT_COMMITTER_EMAIL: 'journey@example.invalid',
  GIT_AUTHOR_DATE: date,
  GIT_COMMITTER_DATE: date,
  GIT_CONFIG_COUNT: '4',
  GIT_CONFIG_KEY_0: 'commit.gpgsign',
  GIT_CONFIG_VALUE_0: 'false',
  GIT_CONFIG_KEY_1: 'core.autocrlf',
  GIT_CONFIG_VALUE_1: 'false',
  GIT_CONFIG_KEY_2: 'protocol.file.allow',
  GIT_CONFIG_VALUE_2: 'always',
  // One start of git less for each commit.
  GIT_CONFIG_KEY_3: 'maintenance.auto',
  GIT_CONFIG_VALUE_3: 'false',
})

/** What pawl and its tools see of the environment; nothing of the person who runs the tests. */
export const environment = (base: string): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: base,
  TERM: 'dumb',
  LANG: 'C.UTF-8',
  ...(process.env['npm_config_cache'] === undefined ? {} : { npm_config_cache: process.env['npm_config_cache'] }),
})

function startPawl(args: readonly string[], cwd: string, env: Record<string, string>, base: string, running: Set<ChildProcess>): Running {
  const [program = '', ...words] = pawlCommand(args)
  const child = spawn(program, words, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  let stdout = ''
  let stderr = ''
  const watchers: (() => void)[] = []
  const heard = (): void => watchers.forEach((watcher) => watcher())
  child.stdout.setEncoding('utf8').on('data', (text: string) => ((stdout += text), heard()))
  child.stderr.setEncoding('utf8').on('data', (text: string) => ((stderr += text), heard()))
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      running.delete(child)
      resolve({ code, signal, stdout, stderr, shown: filtered(stdout + stderr, base) })
      heard()
    })
  })
  const shows = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if ((stdout + stderr).includes(text)) resolve()
        else if (child.exitCode !== null || child.signalCode !== null) reject(new Error(`pawl ended without showing '${text}':\n${stdout}${stderr}`))
      }
      watchers.push(look)
      look()
    })
  return { process: child, ended, shows }
}

/** Without temporary paths, durations and ages, so that whole screens can be compared. */
export const filtered = (text: string, base: string): string =>
  text
    .replaceAll(base, '<base>')
    .replace(/\b\d+(\.\d+)? (ms|s)\b|\b\d+ m \d\d s\b/g, '<time>')
    .replace(/\b\d+ (s|m|h|d) ago\b|just now/g, '<age>')
