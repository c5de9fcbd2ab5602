/** What watching promises, held against the events of the real file system, and against looking every so often where there are none. */
import { expect, test } from 'bun:test'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { folderWatching } from '../../src/host/folder-watching.ts'
import { findRepository } from '../../src/host/repository.ts'
import { systemWatch, type WatchFolder } from '../../src/host/watched-folders.ts'
import type { Failure } from '../../src/model/failure.ts'
import type { Watching } from '../../src/model/watching.ts'

type Bench = {
  readonly root: string
  readonly watching: Watching
  readonly polling: readonly Failure[]
  /** Folders that are watched now, relative to the root. */
  watched(): readonly string[]
  /** Does it, and resolves when the watching has stirred because of something that happened since. */
  stirsAt(act: () => void): Promise<void>
  /** All that was heard of what happened so far has been delivered. */
  drained(): Promise<void>
  stirs(): number
  write(path: string, text?: string): void
  git(...args: string[]): void
  [Symbol.dispose](): void
}

const none: WatchFolder = () => {
  throw Object.assign(new Error('no more watches'), { code: 'ENOSPC' })
}

async function bench(
  files: readonly string[],
  options: { readonly git?: boolean; readonly watchFolder?: WatchFolder; readonly ignore?: string } = {},
): Promise<Bench> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-contract-')))
  const root = join(base, 'repo')
  const write = (path: string, text = 'x'): void => {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  mkdirSync(root)
  const git = (...args: string[]): void =>
    void execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], { cwd: root, stdio: 'ignore' })
  if (options.git !== false) git('init', '--quiet', '--initial-branch=main')
  if (options.ignore !== undefined) write('.gitignore', options.ignore)
  for (const path of files) write(path)
  if (options.git !== false) {
    git('add', '--all')
    git('commit', '--quiet', '--message', 'first')
  }
  const repository = await findRepository(root)
  if (!repository.ok) throw new Error('no repository')
  let count = 0
  let next = Promise.withResolvers<void>()
  const polling: Failure[] = []
  const open = new Map<object, string>()
  const sentinels = new Map<string, () => void>()
  const watchFolder: WatchFolder = (path, heard) => {
    const watcher = (options.watchFolder ?? systemWatch)(path, (change, name) => {
      heard(change, name)
      sentinels.get(name ?? '')?.()
    })
    open.set(watcher, path.slice(root.length + 1))
    return {
      on: (...args: Parameters<typeof watcher.on>) => watcher.on(...args),
      close: () => {
        open.delete(watcher)
        watcher.close()
      },
    } as ReturnType<WatchFolder>
  }
  const stirred = (): void => {
    count += 1
    next.resolve()
    next = Promise.withResolvers()
  }
  const watching = folderWatching(root, repository.value, { stirred, polling: (why) => polling.push(why) }, { watchFolder, pollEveryMs: 5 })
  await watching.caughtUp()
  let sentinel = 0
  return {
    root,
    watching,
    polling,
    watched: () => [...open.values()].filter((path) => !path.startsWith('.git')).toSorted(),
    stirsAt: (act) => {
      const { promise } = next
      act()
      return promise
    },
    drained: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const name = `sentinel-${sentinel++}`
      sentinels.set(name, resolve)
      mkdirSync(join(root, name))
      return promise
    },
    stirs: () => count,
    write,
    git,
    [Symbol.dispose]: () => {
      watching.close()
      rmSync(base, { recursive: true })
    },
  }
}

const ways: Readonly<Record<string, WatchFolder>> = { 'by events': systemWatch, 'by looking every so often': none }

for (const [way, watchFolder] of Object.entries(ways)) {
  const polls = watchFolder === none
  test(`watching ${way} stirs at a new, a changed, a replaced, a moved and a deleted file`, async () => {
    using at = await bench(['src/deep/a.ts'], { watchFolder })
    const path = (name: string): string => join(at.root, 'src/deep', name)
    const acts: (() => void)[] = [
      () => at.write('src/deep/new.ts'),
      () => at.write('src/deep/a.ts', 'changed'),
      // An atomic save, twice: what replaced the file is followed, too.
      () => (at.write('src/deep/a.ts.tmp', 'saved'), renameSync(path('a.ts.tmp'), path('a.ts'))),
      () => (at.write('src/deep/a.ts.tmp', 'again'), renameSync(path('a.ts.tmp'), path('a.ts'))),
      () => at.write('src/deep/a.ts', 'in place after a replacement'),
      // Vim: a probe, a backup, a new file.
      () => (at.write('src/deep/4913'), rmSync(path('4913')), renameSync(path('a.ts'), path('a.ts~')), at.write('src/deep/a.ts', 'vim'), rmSync(path('a.ts~'))),
      () => renameSync(path('a.ts'), path('b.ts')),
      () => rmSync(path('b.ts')),
    ]
    for (const act of acts) {
      if (!polls) await at.drained()
      await at.stirsAt(act)
      await at.watching.caughtUp()
    }
  })

  test(`watching ${way} says whether it can hear`, async () => {
    using at = await bench(['a.ts'], { watchFolder })
    expect(at.polling.map(({ type, hint }) => [type, hint?.includes('max_user_watches')])).toEqual(polls ? [['watch.polling', true]] : [])
  })
}

test('once it has caught up, everything below a new folder is heard, however fast it was filled', async () => {
  using at = await bench(['a.ts'])
  await at.stirsAt(() => at.write('new/deep/er/first.ts'))
  await at.watching.caughtUp()
  expect(at.watched()).toEqual(['', 'new', 'new/deep', 'new/deep/er'])
  await at.drained()
  await at.stirsAt(() => at.write('new/deep/er/second.ts'))
})

test('a moved folder is followed under its new name; a replaced one is the new one', async () => {
  using at = await bench(['a/one/x.ts', 'b/y.ts'])
  await at.stirsAt(() => renameSync(join(at.root, 'a'), join(at.root, 'moved')))
  await at.drained()
  await at.watching.caughtUp()
  expect(at.watched().filter((path) => !path.startsWith('sentinel'))).toEqual(['', 'b', 'moved', 'moved/one'])
  await at.drained()
  await at.stirsAt(() => at.write('moved/one/x.ts', 'after the move'))

  await at.stirsAt(() => (rmSync(join(at.root, 'b'), { recursive: true }), at.write('b/y.ts', 'anew')))
  await at.drained()
  await at.watching.caughtUp()
  await at.drained()
  await at.stirsAt(() => at.write('b/y.ts', 'in the new folder'))
})

test('a change of thousands of files and folders at once leaves nothing unheard afterwards', async () => {
  using at = await bench(['a.ts'])
  await at.stirsAt(() => {
    for (let i = 0; i < 1500; i++) at.write(`mass/part-${i % 100}/file-${i}.ts`)
  })
  await at.drained()
  await at.watching.caughtUp()
  expect(at.watched().filter((path) => path.startsWith('mass/'))).toHaveLength(100)
  await at.drained()
  await at.stirsAt(() => at.write('mass/part-99/file-99.ts', 'later'))
})

test('what git ignores is not watched, unless git tracks files in it or it counts all the same', async () => {
  using at = await bench(['src/a.ts', 'node_modules/lib/index.js', 'logs/today.log', 'empty/.keep'], { ignore: 'node_modules/\n*.log\nforced/\n' })
  at.write('forced/in/tracked.ts')
  at.write('forced/other/x.ts')
  at.git('add', '--force', 'forced/in/tracked.ts')
  at.write('.gitignore', 'node_modules/\n*.log\nforced/\n# again\n')
  at.watching.also(['node_modules/.package-lock.json'])
  await at.drained()
  await at.watching.caughtUp()
  expect(at.watched().filter((path) => !path.startsWith('sentinel'))).toEqual(['', 'empty', 'forced', 'forced/in', 'logs', 'node_modules', 'src'])
  await at.drained()
  await at.stirsAt(() => at.write('node_modules/.package-lock.json'))
  await at.drained()
  const before = at.stirs()
  at.write('node_modules/other.js')
  await at.drained()
  // The sentinel alone.
  expect(at.stirs()).toBe(before + 1)
})

test('a file that git ignores stirs once, then no more', async () => {
  using at = await bench(['logs/a.ts'], { ignore: '*.log\n' })
  await at.stirsAt(() => at.write('logs/today.log'))
  await at.drained()
  await at.watching.caughtUp()
  // What was learnt is known when git has answered a later question.
  await at.watching.caughtUp()
  for (;;) {
    const before = at.stirs()
    at.write('logs/today.log', 'more')
    await at.drained()
    await at.watching.caughtUp()
    if (at.stirs() === before + 1) break
  }
})

test('another branch, commit or index of git stirs', async () => {
  using at = await bench(['a.ts'])
  for (const args of [
    ['checkout', '--quiet', '-b', 'other'],
    ['commit', '--quiet', '--allow-empty', '--message', 'next'],
    ['reset', '--quiet', '--soft', 'main'],
  ]) {
    await at.drained()
    await at.stirsAt(() => at.git(...args))
  }
})

test('while git writes, or stands in a rebase, that is said', async () => {
  using at = await bench(['a.ts'])
  expect(at.watching.gitWork()).toBeUndefined()
  writeFileSync(join(at.root, '.git/index.lock'), '')
  expect(at.watching.gitWork()).toBe('writing')
  rmSync(join(at.root, '.git/index.lock'))
  mkdirSync(join(at.root, '.git/rebase-merge'))
  expect(at.watching.gitWork()).toBe('between-steps')
})

test('without git the folders that tools fill are left out', async () => {
  using at = await bench(['src/a.ts', 'node_modules/lib/x.js', '.pawl/logs/x'], { git: false })
  expect(existsSync(join(at.root, '.git'))).toBe(false)
  expect(at.watched()).toEqual(['', 'src'])
  await at.stirsAt(() => at.write('src/a.ts', 'y'))
})
