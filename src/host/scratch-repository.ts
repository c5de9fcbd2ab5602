/** A real git repository in a temporary folder, for tests: fixed identity, no signing, no line-end conversion. */
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Tree, TreeSource } from '../model/tree.ts'
import { findRepository } from './repository.ts'
import type { Repository } from './repository.ts'
import { treeSource } from './tree-source.ts'
import { knownAsNew, writtenCommit } from './written-commit.ts'

const identity = {
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.invalid',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.invalid',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  LC_ALL: 'C',
}

/** Written and not asked of git: starting it three times takes longer than most tests. */
const settings = `[commit]
\tgpgsign = false
[core]
\tautocrlf = false
[protocol "file"]
\tallow = always
[maintenance]
\tauto = false
`

/** Runs git as a user would, in a folder. */
export function userGit(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const path = process.env['PATH'] ?? ''
  return execFileSync('git', args, { cwd, env: { PATH: path, HOME: cwd, ...identity, ...env }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Path → content; undefined: a folder. By the arguments of `git init`. */
const fresh = new Map<string, readonly (readonly [path: string, content: Uint8Array | undefined])[]>()

/** As `git init` on a branch main, without its samples of hooks. Git is asked once; writing what it made is quicker. */
export function initialised(root: string, initArgs: readonly string[] = []): void {
  const key = initArgs.join(' ')
  const known = fresh.get(key) ?? madeByGit(initArgs)
  fresh.set(key, known)
  for (const [path, content] of known) {
    if (content === undefined) mkdirSync(join(root, '.git', path), { recursive: true })
    else writeFileSync(join(root, '.git', path), content)
  }
}

/** Folders come before what is in them. */
function madeByGit(initArgs: readonly string[]): readonly (readonly [path: string, content: Uint8Array | undefined])[] {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-fresh-'))
  try {
    userGit(folder, ['init', '-q', '-b', 'main', ...initArgs])
    const git = join(folder, '.git')
    const paths = readdirSync(git, { recursive: true, encoding: 'utf8' }).filter((path) => !path.endsWith('.sample'))
    return ['', ...paths.toSorted()].map((path) => [path, statSync(join(git, path)).isDirectory() ? undefined : readFileSync(join(git, path))] as const)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export class ScratchRepository {
  readonly root: string

  constructor(initArgs: readonly string[] = []) {
    this.root = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-scratch-')))
    initialised(this.root, initArgs)
    appendFileSync(join(this.root, '.git/config'), settings)
    if (initArgs.length === 0) knownAsNew(this.root)
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true })
  }

  git(...args: string[]): string {
    return userGit(this.root, args)
  }

  path(...parts: string[]): string {
    return join(this.root, ...parts)
  }

  write(files: Readonly<Record<string, string | Uint8Array>>): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(this.path(path)), { recursive: true })
      writeFileSync(this.path(path), content)
    }
  }

  commit(files: Readonly<Record<string, string | Uint8Array>> = {}, message = 'a commit'): string {
    this.write(files)
    const written = writtenCommit(this.root, message, `Test <test@example.invalid> ${Math.floor(Date.now() / 1000)} +0000`)
    if (written !== undefined) return written
    this.git('add', '-A')
    this.git('commit', '-q', '--allow-empty', '-m', message)
    return this.git('rev-parse', 'HEAD').trim()
  }

  async repository(): Promise<Repository> {
    return repositoryAt(this.root)
  }

  async trees(): Promise<TreeSource> {
    return treeSource(this.root, await this.repository())
  }

  async look(): Promise<Tree> {
    return (await this.trees()).look()
  }
}

export async function repositoryAt(folder: string): Promise<Repository> {
  const found = await findRepository(folder)
  if (!found.ok || found.value === undefined) throw new Error(`no repository at ${folder}: ${JSON.stringify(found)}`)
  return found.value
}

/** Path → id, for comparing whole trees. */
export const idsOf = (tree: Tree): Readonly<Record<string, string>> => Object.fromEntries(tree.files.map((file) => [file.path, file.id]))
