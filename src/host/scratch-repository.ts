/** A real git repository in a temporary folder, for tests: fixed identity, no signing, no line-end conversion. */
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Tree, TreeSource } from '../model/tree.ts'
import { findRepository } from './repository.ts'
import type { Repository } from './repository.ts'
import { treeSource } from './tree-source.ts'

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

export class ScratchRepository {
  readonly root: string

  constructor(initArgs: readonly string[] = []) {
    this.root = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-scratch-')))
    this.git('init', '-q', '-b', 'main', ...initArgs)
    appendFileSync(join(this.root, '.git/config'), settings)
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
