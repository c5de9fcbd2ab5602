import { expect, setDefaultTimeout, test } from 'bun:test'
import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs'
import type { Candidate, Chain } from '../model/landing.ts'
import { chainOf } from './merge-train.ts'
import { ScratchRepository } from './scratch-repository.ts'

// Dozens of git processes each, also on a busy machine.
setDefaultTimeout(60_000)

type Files = Readonly<Record<string, string>>

/** A repository whose branches each begin at main, or at another branch, and change some files. */
class Branches extends ScratchRepository {
  readonly base: string
  readonly tips = new Map<string, string>()

  constructor(files: Files, branches: Readonly<Record<string, Files | { readonly on: string; readonly files: Files }>>, initArgs: readonly string[] = []) {
    super(initArgs)
    this.base = this.commit(files, 'the base')
    for (const [name, given] of Object.entries(branches)) {
      const { on, files: changes } =
        'on' in given && typeof given['on'] === 'string' ? (given as { on: string; files: Files }) : { on: 'main', files: given as Files }
      this.git('checkout', '-q', '-b', name, on)
      this.tips.set(name, this.commit(changes, `work of ${name}`))
    }
    this.git('checkout', '-q', 'main')
  }

  candidates(...names: string[]): Candidate[] {
    return names.map((id) => ({ id, commit: this.tips.get(id) ?? '', message: `Merge ${id}\n\nIts facts.` }))
  }

  async chain(...names: string[]): Promise<Chain> {
    const chain = await chainOf(await this.repository(), this.base, this.candidates(...names))
    if (!chain.ok) throw new Error(JSON.stringify(chain.failures))
    return chain.value
  }

  show(commit: string, path: string): string {
    return this.git('show', `${commit}:${path}`)
  }

  /** All that must not change: refs, index, files, HEAD. */
  state(): string {
    return [this.git('for-each-ref'), this.git('ls-files', '-s'), this.git('status', '--porcelain', '--ignored=no'), this.git('rev-parse', 'HEAD')].join('\n')
  }
}

const lines = (...changed: [number, string][]): string => Array.from({ length: 30 }, (_, i) => changed.find(([at]) => at === i)?.[1] ?? `line ${i}`).join('\n')

test('candidates are merged in order, each with two parents, and the checkout notices nothing', async () => {
  using repo = new Branches({ 'a.txt': lines() }, { one: { 'a.txt': lines([1, 'one']) }, two: { 'a.txt': lines([20, 'two']) }, three: { 'c.txt': 'three' } })
  const before = repo.state()
  const { tip, tree, merged, conflicts } = await repo.chain('one', 'two', 'three')
  expect(repo.state()).toBe(before)
  expect(conflicts.size).toBe(0)
  expect([...merged.keys()]).toEqual(['one', 'two', 'three'])
  expect(merged.get('three')).toBe(tip)
  expect(repo.show(tip, 'a.txt')).toBe(lines([1, 'one'], [20, 'two']))
  expect(repo.git('rev-parse', `${tip}^{tree}`).trim()).toBe(tree)
  const parents = repo
    .git('rev-list', '--first-parent', '--parents', `${repo.base}..${tip}`)
    .trim()
    .split('\n')
    .map((line) => line.split(' ').slice(1))
  expect(parents.toReversed()).toEqual([
    [repo.base, repo.tips.get('one') ?? ''],
    [merged.get('one') ?? '', repo.tips.get('two') ?? ''],
    [merged.get('two') ?? '', repo.tips.get('three') ?? ''],
  ])
  expect(repo.git('log', '-1', '--format=%B', tip)).toBe('Merge three\n\nIts facts.\n\n')
  repo.git('fsck', '--strict')
})

test('the same base and candidates give the same commits, whenever they are merged', async () => {
  using repo = new Branches({ 'a.txt': 'a' }, { one: { 'b.txt': 'b' }, two: { 'c.txt': 'c' } })
  expect(await repo.chain('one', 'two')).toEqual(await repo.chain('one', 'two'))
  expect((await repo.chain('two', 'one')).tree).toBe((await repo.chain('one', 'two')).tree)
})

test('a conflict leaves the chain, says which files and beside whom, and the rest goes on', async () => {
  using repo = new Branches(
    { 'a.txt': 'a\n', 'b.txt': 'b\n' },
    { one: { 'a.txt': 'one\n' }, other: { 'z.txt': 'z' }, two: { 'a.txt': 'two\n', 'c.txt': 'c' }, three: { 'b.txt': 'three\n' } },
  )
  const { merged, conflicts, tip } = await repo.chain('one', 'other', 'two', 'three')
  expect([...merged.keys()]).toEqual(['one', 'other', 'three'])
  expect([...conflicts]).toEqual([['two', { files: ['a.txt'], beside: ['one'] }]])
  expect([repo.show(tip, 'a.txt'), repo.show(tip, 'b.txt')]).toEqual(['one\n', 'three\n'])
})

test('a conflict with the base itself is beside nobody', async () => {
  using repo = new Branches({ 'a.txt': 'a\n' }, { one: { 'a.txt': 'one\n' }, two: { 'b.txt': 'two' } })
  const moved = repo.commit({ 'a.txt': 'moved\n' })
  const chain = await chainOf(await repo.repository(), moved, repo.candidates('two', 'one'))
  expect(chain.ok && [...chain.value.conflicts]).toEqual([['one', { files: ['a.txt'], beside: [] }]])
})

test('a branch that stands on another is merged as what it adds, in either order', async () => {
  const branches = { below: { 'a.txt': 'below\n' }, above: { on: 'below', files: { 'a.txt': 'above\n' } } }
  using repo = new Branches({ 'a.txt': 'a\n' }, branches)
  for (const order of [
    ['below', 'above'],
    ['above', 'below'],
  ]) {
    const { tip, merged, conflicts } = await repo.chain(...order)
    expect([repo.show(tip, 'a.txt'), merged.size, conflicts.size]).toEqual(['above\n', 2, 0])
  }
})

test('one that could not be merged is in the chain after all when one that stands on it was', async () => {
  using repo = new Branches({ 'a.txt': 'a\n' }, { one: { 'a.txt': 'one\n' }, two: { 'a.txt': 'two\n' } })
  repo.git('checkout', '-q', '-b', 'both', 'one')
  repo.git('merge', '-q', '-s', 'ours', '-m', 'settled', 'two')
  repo.tips.set('both', repo.git('rev-parse', 'HEAD').trim())
  repo.git('checkout', '-q', 'main')
  const { merged, conflicts, tip } = await repo.chain('one', 'two', 'both')
  expect([conflicts.size, merged.get('two')]).toEqual([0, tip])
})

test('what the base holds already is merged as the base, and nothing to merge gives the base', async () => {
  using repo = new Branches({ 'a.txt': 'a' }, { one: { 'b.txt': 'b' } })
  repo.git('merge', '-q', '--no-ff', '-m', 'by hand', 'one')
  const base = repo.git('rev-parse', 'HEAD').trim()
  const chain = await chainOf(await repo.repository(), base, repo.candidates('one'))
  expect(chain.ok && [chain.value.tip, chain.value.merged.get('one'), chain.value.tree]).toEqual([base, base, repo.git('rev-parse', 'HEAD^{tree}').trim()])
  expect((await repo.chain()).tip).toBe(repo.base)
})

test('no merge driver runs, wherever it is named, and its files are merged as text', async () => {
  using repo = new Branches(
    { '.gitattributes': '* merge=evil\n*.union merge=union\nlock -merge\n', 'a.txt': lines(), 'a.union': 'a\n', lock: lines() },
    {
      one: { 'a.txt': lines([1, 'one']), 'a.union': 'a\none\n', '.gitattributes': '* merge=evil\n* filter=evil\n# one\n' },
      two: { 'a.txt': lines([20, 'two']), 'a.union': 'a\ntwo\n' },
      three: { lock: lines([1, 'x']) },
      four: { lock: lines([20, 'x']) },
    },
  )
  const marker = repo.path('marker')
  const program = repo.path('evil.sh')
  writeFileSync(program, `#!/bin/sh\necho ran >> '${marker}'\n`)
  chmodSync(program, 0o755)
  for (const key of ['merge.evil.driver', 'filter.evil.clean', 'filter.evil.smudge', 'core.fsmonitor', 'diff.evil.textconv', 'gpg.program'])
    repo.git('config', key, `${program} %A`)
  repo.git('config', 'merge.default', 'evil')
  repo.git('config', 'commit.gpgsign', 'true')
  writeFileSync(repo.path('.git/info/attributes'), '* merge=evil diff=evil\n')
  for (const hook of ['pre-merge-commit', 'post-merge', 'pre-commit', 'post-index-change', 'reference-transaction']) {
    writeFileSync(repo.path('.git/hooks', hook), `#!/bin/sh\necho ${hook} >> '${marker}'\n`)
    chmodSync(repo.path('.git/hooks', hook), 0o755)
  }
  const { tip, conflicts } = await repo.chain('one', 'two', 'three', 'four')
  expect(existsSync(marker)).toBe(false)
  expect(repo.show(tip, 'a.txt')).toBe(lines([1, 'one'], [20, 'two']))
  expect(repo.show(tip, 'a.union')).toBe('a\none\ntwo\n')
  // A file that is not to be merged as text is not, however far apart the changes are.
  expect([...conflicts]).toEqual([['four', { files: ['lock'], beside: ['three'] }]])
})

test('file names are data: line breaks, quotes, options and bytes that are no text', async () => {
  const names = ['line\nbreak', 'tab\t"quote"', '--upload-pack=x', 'ünï/cödé 日本', '$(touch x)', ':(glob)**']
  const files = (text: string): Files => Object.fromEntries(names.map((name) => [name, text]))
  using repo = new Branches(files('a\n'), { one: files('one\n'), two: files('two\n') })
  const { conflicts } = await repo.chain('one', 'two')
  expect([...(conflicts.get('two')?.files ?? [])].toSorted()).toEqual(names.toSorted())
  expect(conflicts.get('two')?.beside).toEqual(['one'])
})

test('a message is data', async () => {
  using repo = new Branches({ 'a.txt': 'a' }, { one: { 'b.txt': 'b' } })
  const message = `--amend $(touch x) \u0000 "quoted"\n\n# no comment\nünï`
  const chain = await chainOf(await repo.repository(), repo.base, [{ id: 'one', commit: repo.tips.get('one') ?? '', message }])
  expect(chain.ok && repo.git('log', '-1', '--format=%B', chain.value.tip).trimEnd()).toBe(message.replace('\0', ''))
})

test('submodules and files of LFS are flagged, and two changes of one are a conflict', async () => {
  const pointer = (id: string): string => `version https://git-lfs.github.com/spec/v1\noid sha256:${id.repeat(64)}\nsize 12\n`
  using repo = new Branches({ 'a.txt': 'a' }, { one: { 'big.bin': pointer('a') }, two: { 'big.bin': pointer('b') } })
  for (const [name, at] of [
    ['sub-one', 'one'],
    ['sub-two', 'two'],
  ] as const) {
    repo.git('checkout', '-q', '-b', name, 'main')
    repo.git('update-index', '--add', '--cacheinfo', `160000,${repo.tips.get(at) ?? ''},sub`)
    repo.git('commit', '-q', '-m', name)
    repo.tips.set(name, repo.git('rev-parse', 'HEAD').trim())
  }
  repo.git('checkout', '-q', '-f', 'main')
  const { pointers, conflicts } = await repo.chain('one', 'sub-one', 'two', 'sub-two')
  expect(pointers).toEqual([
    { path: 'big.bin', kind: 'lfs' },
    { path: 'sub', kind: 'submodule' },
  ])
  expect([...conflicts]).toEqual([
    ['two', { files: ['big.bin'], beside: ['one'] }],
    ['sub-two', { files: ['sub'], beside: ['sub-one'] }],
  ])
})

test('merges that came to nothing leave no object, and no scratch is left', async () => {
  using repo = new Branches({ 'a.txt': 'a\n' }, { one: { 'a.txt': 'one\n' }, two: { 'a.txt': 'two\n' } })
  await repo.chain('one')
  const before = repo.git('count-objects', '-v')
  await repo.chain('one', 'two')
  expect(repo.git('count-objects', '-v')).toBe(before)
  expect(readdirSync(repo.path('.pawl/landing'))).toEqual([])
  expect(repo.git('status', '--porcelain')).toBe('')
})

test('histories without a common commit, sha256 repositories and linked worktrees can be merged', async () => {
  using repo = new Branches({ 'a.txt': 'a\n' }, { one: { 'b.txt': 'b\n' } }, ['--object-format=sha256'])
  repo.git('checkout', '-q', '--orphan', 'apart')
  repo.git('rm', '-q', '-rf', '.')
  repo.tips.set('apart', repo.commit({ 'c.txt': 'c\n' }))
  repo.git('checkout', '-q', 'main')
  const { tip, merged } = await repo.chain('one', 'apart')
  expect(merged.size).toBe(2)
  expect(repo.git('ls-tree', '-r', '--name-only', tip).trim().split('\n')).toEqual(['a.txt', 'b.txt', 'c.txt'])
})

test('what is no commit is a Failure', async () => {
  using repo = new Branches({ 'a.txt': 'a' }, { one: { 'b.txt': 'b' } })
  const types = async (commit: string) => {
    const chain = await chainOf(await repo.repository(), repo.base, [{ id: 'x', commit, message: 'x' }])
    return chain.ok ? 'ok' : chain.failures.map(({ type }) => type).join()
  }
  expect(await types('--output=x')).toBe('repo.bad-ref')
  expect(await types('one')).toBe('repo.bad-ref')
  expect(await types('1'.repeat(40))).toBe('land.unmergeable')
  expect(await types(repo.git('rev-parse', 'main^{tree}').trim())).toBe('land.unmergeable')
  repo.git('tag', '-a', '-m', 'a tag', 'v1', 'one')
  expect(await types(repo.git('rev-parse', 'v1').trim())).toBe('land.unmergeable')
})

test('what a candidate writes besides is in its merge commit, with the mode that the file has; links and bytes that are no text stay', async () => {
  using repo = new Branches(
    { 'plan [1].md': '- [ ] one\r\n\r\n\r\n- [ ] two\r\n', 'run.sh': 'echo open\n', 'odd.bin': 'x' },
    { one: { 'a.txt': 'a' }, two: { 'plan [1].md': '- [ ] one\r\n\r\n\r\n- [ ] two, more\r\n' } },
  )
  const done = (text: string): string => text.replace('[ ] one', '[x] one')
  const [one, two] = repo.candidates('one', 'two')
  if (one === undefined || two === undefined) throw new Error('no candidates')
  const rewrites = [
    { path: 'plan [1].md', rewritten: done },
    { path: 'none.md', rewritten: () => 'made' },
    { path: 'run.sh', rewritten: () => undefined },
  ]
  const before = repo.state()
  const chain = await chainOf(await repo.repository(), repo.base, [
    { ...one, rewrites },
    { ...two, rewrites: [{ path: 'run.sh', rewritten: () => 'echo done\n' }] },
  ])
  if (!chain.ok) throw new Error(JSON.stringify(chain.failures))
  expect(repo.state()).toBe(before)
  const { tip, merged } = chain.value
  expect(repo.show(merged.get('one') ?? '', 'plan [1].md')).toBe('- [x] one\r\n\r\n\r\n- [ ] two\r\n')
  expect(repo.show(tip, 'plan [1].md')).toBe('- [x] one\r\n\r\n\r\n- [ ] two, more\r\n')
  expect(repo.show(tip, 'run.sh')).toBe('echo done\n')
  expect(repo.git('ls-tree', '--name-only', tip).includes('none.md')).toBe(false)
  const again = await chainOf(await repo.repository(), repo.base, [{ ...one, rewrites }])
  expect(again.ok && again.value.tip).toBe(merged.get('one') ?? '')
})
