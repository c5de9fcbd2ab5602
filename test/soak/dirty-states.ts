/** Random states of a working copy in the middle of work: what people and git leave lying about. */
import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as fc from 'fast-check'

export type Step = { readonly name: string; readonly nth: number }

type Place = {
  readonly root: string
  readonly base: string
  readonly git: (...args: string[]) => void
  readonly write: (path: string, content: string) => void
}

const names = ['a.txt', 'src/b.txt', 'src/deep/c.ts', 'd é ü.txt', 'e\nline.txt', 'f \'quote".txt', 'g.bin']
const nameOf = (nth: number): string => names[nth % names.length] ?? 'a.txt'

/** What git refuses in the state that is reached so far is simply not done. */
const steps: Readonly<Record<string, (place: Place, nth: number) => void>> = {
  edited: ({ write }, nth) => write(nameOf(nth), `edited ${nth}\n`),
  staged: ({ git, write }, nth) => (write(nameOf(nth), `staged ${nth}\n`), git('add', '--', nameOf(nth))),
  'partly staged': ({ git, write }, nth) => (write(nameOf(nth), `staged ${nth}\n`), git('add', '--', nameOf(nth)), write(nameOf(nth), `staged ${nth}\nmore\n`)),
  untracked: ({ write }, nth) => write(`new-${nth}.txt`, 'untracked\n'),
  ignored: ({ write }, nth) => write(`ignored/${nth}`, 'ignored\n'),
  'intent to add': ({ git, write }, nth) => (write(`later-${nth}.txt`, 'later\n'), git('add', '--intent-to-add', '--', `later-${nth}.txt`)),
  deleted: ({ root }, nth) => rmSync(join(root, nameOf(nth)), { force: true }),
  'deleted and staged': ({ git }, nth) => git('rm', '--quiet', '--force', '--', nameOf(nth)),
  'only out of the index': ({ git }, nth) => git('rm', '--quiet', '--cached', '--force', '--', nameOf(nth)),
  renamed: ({ git }, nth) => git('mv', '--', nameOf(nth), `renamed-${nth}.txt`),
  executable: ({ root }, nth) => chmodSync(join(root, nameOf(nth)), 0o755),
  'closed to others': ({ root }, nth) => chmodSync(join(root, nameOf(nth)), 0o600),
  'line ends': ({ git, write }, nth) => (git('config', 'core.autocrlf', nth % 2 === 0 ? 'true' : 'input'), write(nameOf(nth), 'one\r\ntwo\r\n')),
  attributes: ({ write }) => write('.gitattributes', '*.txt text eol=crlf\n*.bin binary\n'),
  'a link': ({ root, git }, nth) => (
    rmSync(join(root, nameOf(nth)), { force: true }),
    symlinkSync(nth % 2 === 0 ? 'a.txt' : 'nowhere', join(root, nameOf(nth))),
    git('add', '--', nameOf(nth))
  ),
  'a dangling link': ({ root }, nth) => symlinkSync('/nonexistent/target', join(root, `dangling-${nth}`)),
  stashed: ({ git, write }, nth) => (write('a.txt', `stashed ${nth}\n`), git('stash', 'push', '--quiet')),
  conflict: ({ git }) => git('merge', '--quiet', '--no-edit', 'other'),
  'in a rebase': ({ git }) => git('rebase', '--quiet', 'other'),
  'in a cherry-pick': ({ git }) => git('cherry-pick', 'other'),
  'in a bisect': ({ git }) => (git('bisect', 'start'), git('bisect', 'bad', 'HEAD')),
  detached: ({ git }) => git('checkout', '--quiet', '--detach'),
  'another branch': ({ git }, nth) => git('checkout', '--quiet', '-b', `branch-${nth}`),
  unborn: ({ git }) => git('symbolic-ref', 'HEAD', 'refs/heads/unborn'),
  'a dirty submodule': ({ root }) => appendFileSync(join(root, 'sub/inside.txt'), 'dirty\n'),
  'a submodule with a commit': ({ root, git }) => git('-C', join(root, 'sub'), 'commit', '--quiet', '--allow-empty', '--message', 'inside'),
  'a nested repository': ({ git, write }, nth) => (git('init', '--quiet', `nested-${nth}`), write(`nested-${nth}/x.txt`, 'x\n')),
  'assumed unchanged': ({ git, write }, nth) => (git('update-index', '--assume-unchanged', '--', nameOf(nth)), write(nameOf(nth), 'hidden\n')),
  'not in the checkout': ({ git }, nth) => git('update-index', '--skip-worktree', '--', nameOf(nth)),
  'a linked worktree': ({ base, git }, nth) => git('worktree', 'add', '--quiet', '--detach', join(base, `linked-${nth}`)),
  'a hook': ({ root }) => writeFileSync(join(root, '.git/hooks/pre-commit'), '#!/bin/sh\nexit 1\n', { mode: 0o755 }),
  'an empty folder': ({ root }, nth) => mkdirSync(join(root, `empty-${nth}`), { recursive: true }),
  'index version 4': ({ git }) => git('update-index', '--index-version', '4'),
  'split index': ({ git }) => git('update-index', '--split-index'),
  'untracked cache': ({ git }) => git('config', 'core.untrackedCache', 'true'),
  'packed refs': ({ git }) => git('pack-refs', '--all'),
  'old times': ({ root }, nth) => void execFileSync('touch', ['-h', '-d', '2001-01-01', join(root, nameOf(nth))]),
}

export const dirtyStates = (count: number, seed: number): readonly (readonly Step[])[] =>
  fc.sample(fc.array(fc.record({ name: fc.constantFrom(...Object.keys(steps)), nth: fc.nat(50) }), { minLength: 1, maxLength: 7 }), { numRuns: count, seed })

export const textOf = (state: readonly Step[]): string => state.map(({ name, nth }) => `${name} ${nth}`).join(', ')

const identity = { GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@example.invalid', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@example.invalid' }

function placeAt(root: string, base: string): Place {
  const env = { PATH: process.env['PATH'] ?? '', HOME: base, GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C', GIT_EDITOR: 'true', ...identity }
  return {
    root,
    base,
    git: (...args) =>
      void execFileSync('git', ['-c', 'protocol.file.allow=always', '-c', 'commit.gpgsign=false', ...args], { cwd: root, env, stdio: 'ignore' }),
    write: (path, content) => {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), content)
    },
  }
}

/** A repository with two branches that conflict and a submodule, from which all states start. */
export function cleanState(root: string, base: string, files: Readonly<Record<string, string>>): void {
  const sub = join(base, 'sub')
  mkdirSync(sub, { recursive: true })
  const inner = placeAt(sub, base)
  inner.git('init', '--quiet', '--initial-branch=main')
  inner.write('inside.txt', 'inside\n')
  inner.git('add', '--all')
  inner.git('commit', '--quiet', '--message', 'inside')
  mkdirSync(root)
  const { git, write } = placeAt(root, base)
  git('init', '--quiet', '--initial-branch=main')
  for (const name of names) write(name, `${name}\n`)
  for (const [path, text] of Object.entries({ ...files, '.gitignore': 'ignored/\n' })) write(path, text)
  git('submodule', 'add', '--quiet', sub, 'sub')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'first')
  git('checkout', '--quiet', '-b', 'other')
  write('a.txt', 'theirs\n')
  git('commit', '--quiet', '--all', '--message', 'theirs')
  git('checkout', '--quiet', 'main')
  write('a.txt', 'ours\n')
  git('commit', '--quiet', '--all', '--message', 'ours')
}

/** Answers with how many of the steps could be taken. */
export function takeSteps(state: readonly Step[], root: string, base: string): number {
  const place = placeAt(root, base)
  return state.filter(({ name, nth }) => taken(() => steps[name]?.(place, nth))).length
}

function taken(work: () => void): boolean {
  try {
    work()
    return true
  } catch (error) {
    // git refused, a conflict stopped it (which is what was wished for), or an earlier step removed the file.
    if (error instanceof Error && ('status' in error || 'code' in error)) return 'status' in error && error.status === 1
    throw error
  }
}
