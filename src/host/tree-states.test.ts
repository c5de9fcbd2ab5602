import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import type { Tree } from '../model/tree.ts'
import { stampOf } from './content-id.ts'
import { ScratchRepository, idsOf } from './scratch-repository.ts'

type Ids = Readonly<Record<string, string>>
type Step = {
  readonly what: 'write' | 'link' | 'delete' | 'exec' | 'stage' | 'stage-all' | 'intent' | 'unstage' | 'commit' | 'branch' | 'forget' | 'assume'
  readonly path: string
  readonly content: string
}

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom('write', 'write', 'write', 'link', 'delete', 'exec', 'stage', 'stage-all', 'intent', 'unstage', 'commit', 'branch', 'forget', 'assume'),
  path: fc.constantFrom('a', 'b', 'dir/a', 'dir/ü', 'dir', '-x', '.pawl/s', '__proto__'),
  content: fc.constantFrom('1', '2', '33'),
})

const runs = Number(process.env['PAWL_SOAK'] ?? 12)

test('whatever somebody does to a working copy, a look tells what is on disk, changes nothing, and differences are exact', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }), async (phases) => {
      using repo = new ScratchRepository()
      const trees = await repo.trees()
      const seen: { readonly tree: Tree; readonly ids: Ids }[] = []
      for (const steps of phases) {
        for (const each of steps) apply(repo, each)
        const state = stateOf(repo)
        const tree = await trees.look()
        expect(stateOf(repo)).toEqual(state)
        const ids = oracle(repo)
        expect(idsOf(tree)).toEqual(ids)
        const head = headIds(repo)
        // git claims that HEAD has a file that was announced with `add -N` and then deleted: one difference too many.
        const delta = Object.entries(tree.mark.delta).filter(([path, id]) => id !== null || Object.hasOwn(head, path))
        expect(Object.fromEntries(delta)).toEqual(deltaOf(head, ids))
        if (delta.length === Object.keys(tree.mark.delta).length) seen.push({ tree, ids })
      }
      for (const a of seen) for (const b of seen) expect(await trees.changedSince(a.tree.mark, b.tree)).toEqual(Object.keys(deltaOf(a.ids, b.ids)).toSorted())
    }),
    { numRuns: runs, ...(process.env['PAWL_SOAK'] === undefined ? { seed: 11 } : {}), endOnFailure: true },
  )
}, 600_000)

/** Steps that are impossible in a state (staging nothing, a folder in the way) leave it as it is. */
function apply(repo: ScratchRepository, { what, path, content }: Step): void {
  try {
    if (what === 'write') repo.write({ [path]: content })
    if (what === 'link') symlinkSync(content, repo.path(path))
    if (what === 'delete') rmSync(repo.path(path), { recursive: true })
    if (what === 'exec') chmodSync(repo.path(path), lstatSync(repo.path(path)).mode ^ 0o111)
    if (what === 'stage') repo.git('add', '--', path)
    if (what === 'stage-all') repo.git('add', '-A')
    if (what === 'intent') repo.git('add', '-N', '--', path)
    if (what === 'unstage') repo.git('reset', '-q', '--', path)
    if (what === 'commit') repo.git('commit', '-q', '-m', 'x')
    if (what === 'branch') repo.git('checkout', '-q', '-b', `branch-${content}`)
    if (what === 'forget') repo.git('rm', '-q', '--cached', '--', path)
    if (what === 'assume') repo.git('update-index', '--assume-unchanged', '--', path)
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error || 'status' in error)) throw error
  }
}

function stateOf(repo: ScratchRepository) {
  const index = lstatSync(repo.path('.git/index'), { bigint: true, throwIfNoEntry: false })
  const bytes =
    index === undefined
      ? ''
      : createHash('sha1')
          .update(readFileSync(repo.path('.git/index')))
          .digest('hex')
  return {
    bytes,
    stamp: String(index?.ctimeNs),
    status: repo.git('--no-optional-locks', 'status', '--porcelain=v2', '--branch'),
    refs: repo.git('for-each-ref'),
  }
}

/** Every file that git lists and the disk has, hashed here from its bytes. */
function oracle(repo: ScratchRepository): Ids {
  const names = repo
    .git('ls-files', '-z', '--cached', '--others')
    .split('\0')
    .filter((name) => name !== '' && !name.startsWith('.pawl/'))
  const entries = names.flatMap((name) => {
    const stat = stampOf(repo.path(name))
    if (stat === undefined || stat.isDirectory()) return []
    const content = stat.isSymbolicLink() ? Buffer.from(readlinkSync(repo.path(name))) : readFileSync(repo.path(name))
    const mode = stat.isSymbolicLink() ? '120000' : (stat.mode & 0o100n) === 0n ? '100644' : '100755'
    return [[name, `${mode}:${createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex')}`] as const]
  })
  return Object.fromEntries(entries)
}

function headIds(repo: ScratchRepository): Ids {
  if (repo.git('for-each-ref') === '') return {}
  const lines = repo
    .git('ls-tree', '-r', '-z', 'HEAD')
    .split('\0')
    .filter((line) => line !== '' && !line.split('\t')[1]?.startsWith('.pawl/'))
  return Object.fromEntries(lines.map((line) => [line.slice(line.indexOf('\t') + 1), `${line.slice(0, 6)}:${line.slice(12, 52)}`]))
}

function deltaOf(before: Ids, after: Ids): Readonly<Record<string, string | null>> {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))]
  return Object.fromEntries(
    [...new Set([...old.keys(), ...now.keys()])].filter((path) => old.get(path) !== now.get(path)).map((path) => [path, now.get(path) ?? null]),
  )
}
