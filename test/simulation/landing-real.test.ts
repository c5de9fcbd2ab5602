/** Landing on real repositories: the machine, git's merges, a compare-and-swap branch, somebody else who pushes meanwhile, and an oracle that looks at files. */
import { expect, test } from 'bun:test'
import { execFileSync } from 'node:child_process'
import { land } from '../../src/engine/landing.ts'
import { advance } from '../../src/host/advance-branch.ts'
import { branchTouches, concerns } from '../../src/host/branch-touches.ts'
import { chainOf } from '../../src/host/merge-train.ts'
import type { Repository } from '../../src/host/repository.ts'
import { ScratchRepository } from '../../src/host/scratch-repository.ts'
import { failed, ok, type Result } from '../../src/model/failure.ts'
import type { Candidate, LandingWorld } from '../../src/model/landing.ts'
import { taskId, type TaskId } from '../../src/model/task.ts'
import { dice, type Dice } from './dice.ts'

const repositories = Number(process.env['LANDING_REPOSITORIES'] ?? 3)
const ref = 'refs/heads/target'
const checks = ['a', 'b'].map((name) => taskId(name))

/** Branches write files of their own into folder a or b, or the same line of a shared file. BAD fails alone, LEFT and RIGHT together. */
function branchesOf(repo: ScratchRepository, random: Dice, names: readonly string[]): ReadonlyMap<string, string> {
  const file = (path: string, text: string): string => `M 100644 inline ${JSON.stringify(path)}\ndata ${Buffer.byteLength(text)}\n${text}\n`
  const commit = (name: string, from: string, files: string): string =>
    `commit refs/heads/${name}\ncommitter Test <test@example.invalid> 1700000000 +0000\ndata ${name.length}\n${name}\n${from}${files}\n`
  const words = ['fine', 'fine', 'fine', 'BAD', 'LEFT', 'RIGHT']
  const work = names.map((name) => {
    const folder = random.pick(['a', 'b'])
    const shared = random.chance(0.3) ? file(`${folder}/shared.txt`, `${name}\n`) : ''
    return commit(name, 'from refs/heads/target\n', file(`${folder}/ünï ${name}`, random.pick(words)) + shared)
  })
  execFileSync('git', ['fast-import', '--quiet'], {
    cwd: repo.root,
    input: commit('target', '', file('a/shared.txt', 'a\n') + file('b/shared.txt', 'b\n')) + work.join(''),
  })
  repo.git('symbolic-ref', 'HEAD', 'refs/heads/nobody')
  const refs = repo.git('for-each-ref', '--format=%(refname:short) %(objectname)').trim().split('\n')
  return new Map(refs.map((line) => line.split(' ')).map(([name = '', id = '']) => [name, id]))
}

function redOn(repo: ScratchRepository, commit: string): readonly TaskId[] {
  return checks.filter((check) => {
    const text = repo
      .git('ls-tree', '-r', '-z', '--format=%(objectname)', commit, '--', `${check}/`)
      .split('\0')
      .map((id) => (id === '' ? '' : (texts.get(id) ?? remember(id, repo.git('cat-file', 'blob', id)))))
      .join('\n')
    return text.includes('BAD') || (text.includes('LEFT') && text.includes('RIGHT'))
  })
}

const texts = new Map<string, string>()
function remember(id: string, text: string): string {
  texts.set(id, text)
  return text
}

function worldOver(repo: ScratchRepository, repository: Repository, pushes: string[]): LandingWorld {
  return {
    target: async () => ok(repo.git('rev-parse', ref).trim()),
    chain: (base, candidates) => chainOf(repository, base, candidates),
    async judge(commit, only = checks) {
      const red = redOn(repo, commit).filter((check) => only.includes(check))
      return ok({ red: red.map((check) => ({ check, summary: 'bad words' })), ran: only, known: [] })
    },
    async concerns(check, { commit }, base) {
      return concerns(valueOf(await branchTouches(repository, base, commit)), [`${check}/**`])
    },
    async advance(from, to) {
      const other = pushes.pop()
      // Somebody else is faster.
      if (other !== undefined)
        repo.git('update-ref', ref, valueOf(await chainOf(repository, from, [{ id: other, commit: other, message: 'pushed' }])).tip, from)
      return advance(repository, ref, from, to)
    },
  }
}

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.failures))
  return result.value
}

test(
  `${repositories} real repositories: what lands is green and nothing is lost, and what is held cannot land`,
  async () => {
    for (let seed = 1; seed <= repositories; seed++) {
      const random = dice(seed)
      using repo = new ScratchRepository()
      const names = Array.from({ length: 2 + random.roll(4) }, (_, i) => `task-${i}`)
      const tips = branchesOf(repo, random, [...names, 'pushed'])
      const candidates: Candidate[] = names.map((id) => ({ id, commit: tips.get(id) ?? '', message: id }))
      const [pushed, repository] = [tips.get('pushed') ?? '', await repo.repository()]
      const pushes = random.chance(0.4) ? [pushed] : []
      const pushing = pushes.length > 0
      const landing = valueOf(await land(candidates, worldOver(repo, repository, pushes), {}))
      const end = repo.git('rev-parse', ref).trim()
      const shows = `seed ${seed}: ${JSON.stringify(landing)}`
      const holds = (commit: string): boolean => repo.git('merge-base', end, commit).trim() === commit
      expect([landing.landed.length + landing.held.length, landing.tip], shows).toEqual([names.length, end])
      if (pushing && pushes.length === 0) expect(holds(pushed), shows).toBe(true)
      const endRed = redOn(repo, end)
      if (!pushing) expect(endRed, shows).toEqual([])
      for (const { id } of landing.landed) expect(holds(tips.get(id) ?? ''), shows).toBe(true)
      for (const candidate of candidates.filter(({ id }) => landing.held.some((one) => one.id === id))) {
        const chain = valueOf(await chainOf(repository, end, [candidate]))
        expect(chain.conflicts.size > 0 || redOn(repo, chain.tip).length > 0, `${candidate.id} is innocent; ${shows}`).toBe(true)
      }
    }
  },
  240_000 + repositories * 10_000,
)

test('what git cannot do is a Failure of the landing, and nothing moves', async () => {
  using repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'a' })
  const world = worldOver(repo, await repo.repository(), [])
  const lost: LandingWorld = { ...world, target: async () => failed({ type: 'repo.bad-ref', what: 'there is no branch' }) }
  expect((await land([{ id: 'x', commit: '1'.repeat(40), message: '' }], lost)).ok).toBe(false)
  repo.git('branch', 'target')
  const landing = valueOf(await land([{ id: 'x', commit: '1'.repeat(40), message: '' }], world))
  expect(landing.held.map(({ held }) => held.reason)).toEqual(['broken'])
})
