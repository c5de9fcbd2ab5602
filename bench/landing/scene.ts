/** A repository of packages with branches that change one or two of them; some are bad alone, two only together. */
import { execFileSync } from 'node:child_process'
import { dice } from '../../test/simulation/dice.ts'
import { ScratchRepository } from '../../src/host/scratch-repository.ts'
import type { Candidate } from '../../src/model/landing.ts'
import { taskId, type TaskId } from '../../src/model/task.ts'

export type Size = { readonly packages: number; readonly branches: number; readonly bad: number; readonly pairs: number }

export type Check = { readonly id: TaskId; readonly kind: 'lint' | 'types' | 'test'; readonly inputs: readonly string[] }

export type Scene = {
  readonly repo: ScratchRepository
  readonly base: string
  readonly candidates: readonly Candidate[]
  readonly checks: readonly Check[]
  /** Ids of those that a perfect queue lands. */
  readonly landable: readonly string[]
  readonly bad: readonly string[]
}

export type Branch = { readonly id: string; readonly packages: readonly number[]; text: string }

export type Plan = {
  readonly branches: readonly Branch[]
  readonly checks: readonly Check[]
  readonly landable: readonly string[]
  readonly bad: readonly string[]
}

/** The same seed gives the same branches and imports. */
export function planOf(seed: number, size: Size): Plan {
  const random = dice(seed)
  const closures = importClosures(random, size.packages)
  const branches: Branch[] = Array.from({ length: size.branches }, (_, i) => {
    const one = random.roll(size.packages)
    return { id: `task-${String(i).padStart(2, '0')}`, packages: random.chance(0.5) ? [one] : [...new Set([one, random.roll(size.packages)])], text: 'fine' }
  })
  for (let n = 0; n < size.bad; n++) random.pick(branches.filter(({ text }) => text === 'fine')).text = `BAD-${random.pick(['lint', 'types', 'test'])}`
  const bad = branches.filter(({ text }) => text !== 'fine').map(({ id }) => id)
  const later = Array.from({ length: size.pairs }, (_, n) => spoilPair(random, branches, closures, n))
  const checks = closures.flatMap((closure, p): Check[] => {
    const folders = closure.map((one) => `packages/p${one}`)
    return [
      { id: taskId(`lint-${p}`), kind: 'lint', inputs: [`packages/p${p}`] },
      { id: taskId(`types-${p}`), kind: 'types', inputs: folders },
      { id: taskId(`test-${p}`), kind: 'test', inputs: folders },
    ]
  })
  return { branches, checks, landable: branches.map(({ id }) => id).filter((id) => !bad.includes(id) && !later.includes(id)), bad }
}

/** The plan as commits. */
export function sceneOf(seed: number, size: Size): Scene {
  const { branches, ...plan } = planOf(seed, size)
  const repo = new ScratchRepository()
  const tips = imported(repo, size.packages, branches)
  const candidates = branches.map(({ id }) => ({ id, commit: tips.get(id) ?? '', message: `Land ${id}` }))
  return { ...plan, repo, base: tips.get('main') ?? '', candidates }
}

type Random = ReturnType<typeof dice>

/** A package imports up to two of those before it. Each closure holds the package itself. */
function importClosures(random: Random, packages: number): readonly (readonly number[])[] {
  const closures: number[][] = []
  for (let p = 0; p < packages; p++) {
    const imports = p === 0 ? [] : Array.from({ length: random.roll(3) }, () => random.roll(p))
    closures.push([...new Set([p, ...imports.flatMap((one) => closures[one] ?? [])])].toSorted((a, b) => a - b))
  }
  return closures
}

/** Two branches below one test, each fine alone; the answer is the one that comes later. */
function spoilPair(random: Random, branches: Branch[], closures: readonly (readonly number[])[], n: number): string {
  for (;;) {
    const closure = random.pick(closures)
    const able = branches.filter(({ packages, text }) => text === 'fine' && packages.some((one) => closure.includes(one)))
    if (able.length < 2) continue
    const [a, b] = [random.roll(able.length), random.roll(able.length)].toSorted((x, y) => x - y).map((i) => able[i])
    if (a === undefined || b === undefined || a === b) continue
    a.text = `LEFT-${n}`
    b.text = `RIGHT-${n}`
    return b.id
  }
}

/** One stream for git instead of hundreds of commands. */
function imported(repo: ScratchRepository, packages: number, branches: readonly Branch[]): ReadonlyMap<string, string> {
  const file = (path: string, text: string): string => `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`
  const commit = (ref: string, from: string | undefined, files: string): string =>
    `commit refs/heads/${ref}\ncommitter Bench <bench@example.invalid> 1700000000 +0000\ndata ${ref.length}\n${ref}\n${from === undefined ? '' : `from ${from}\n`}${files}\n`
  const sources = Array.from({ length: packages }, (_, p) =>
    Array.from({ length: 10 }, (_, f) => file(`packages/p${p}/src/file-${f}.ts`, `export const n = ${p * 100 + f}\n`)).join(''),
  )
  const work = branches.map(({ id, packages: own, text }) =>
    commit(id, 'refs/heads/main', own.map((p) => file(`packages/p${p}/src/${id}.ts`, `// ${text}\n`)).join('')),
  )
  execFileSync('git', ['fast-import', '--quiet'], { cwd: repo.root, input: commit('main', undefined, sources.join('')) + work.join('') })
  repo.git('symbolic-ref', 'HEAD', 'refs/heads/nobody')
  const refs = repo.git('for-each-ref', '--format=%(refname:short) %(objectname)', 'refs/heads').trim().split('\n')
  return new Map(refs.map((line) => line.split(' ')).map(([name = '', id = '']) => [name, id]))
}
