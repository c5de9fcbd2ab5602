/** Four ways to bring branches onto a main branch, each with real merges in the same repository. */
import { land } from '../../src/engine/landing.ts'
import { advance } from '../../src/host/advance-branch.ts'
import { branchTouches, concerns } from '../../src/host/branch-touches.ts'
import { chainOf } from '../../src/host/merge-train.ts'
import type { Repository } from '../../src/host/repository.ts'
import { ok } from '../../src/model/failure.ts'
import type { Candidate, Chain, LandingWorld } from '../../src/model/landing.ts'
import type { TaskId } from '../../src/model/task.ts'
import { gateOver, Verdicts, type Gate } from './gate.ts'
import type { Scene } from './scene.ts'

/** `own`: runs of the agents themselves, before the queue. */
export type Outcome = { readonly landed: readonly string[]; readonly runs: number; readonly own?: number }
export type Queue = { readonly name: string; land(scene: Scene, candidates: readonly Candidate[], repository: Repository): Promise<Outcome> }

export const queues: readonly Queue[] = [
  { name: 'composed verdicts (pawl)', land: (scene, candidates, repository) => composed(scene, candidates, repository, { hasty: true }) },
  { name: 'the same, all checks at once', land: (scene, candidates, repository) => composed(scene, candidates, repository, { hasty: false }) },
  { name: 'the same, each prefix judged', land: (scene, candidates, repository) => composed(scene, candidates, repository, { hasty: true, each: true }) },
  { name: 'rebase + full gate each', land: oneByOne },
  { name: 'batch and bisect', land: batchAndBisect },
  { name: 'speculative prefixes', land: speculativePrefixes },
]

async function composed(
  scene: Scene,
  candidates: readonly Candidate[],
  repository: Repository,
  { hasty, each = false }: { hasty: boolean; each?: boolean },
): Promise<Outcome> {
  const branch = await branchFor(scene, repository, 'composed')
  const gate = gateOver(repository, scene.checks)
  const verdicts = new Verdicts(gate)
  // The main branch was green before, and every agent has run the checks on its own branch.
  for (const commit of [scene.base, ...candidates.map((candidate) => candidate.commit)]) await verdicts.judge(commit, undefined, false)
  const own = gate.runs()
  const inputs = new Map(scene.checks.map(({ id, inputs }) => [id, inputs.map((folder) => `${folder}/**`)]))
  const touches = new Map<string, readonly string[]>()
  const isConcerned = async (check: TaskId, { id, commit }: Candidate, base: string): Promise<boolean> => {
    const key = `${id} ${base}`
    const paths = touches.get(key) ?? valueOf(await branchTouches(repository, base, commit))
    touches.set(key, paths)
    return concerns(paths, inputs.get(check) ?? ['**'])
  }
  // What most candidates could have spoiled together comes first.
  const weights = await Promise.all(
    scene.checks.map(async ({ id }) => ({ id, weight: (await Promise.all(candidates.map((one) => isConcerned(id, one, scene.base)))).filter(Boolean).length })),
  )
  const order = weights.toSorted((a, b) => b.weight - a.weight).map(({ id }) => id)
  const world: LandingWorld = {
    target: async () => ok(branch.at()),
    chain: (base, some) => chainOf(repository, base, some),
    async judge(commit, only, again = false) {
      const { red, ran, known, unjudged } = await verdicts.judge(commit, only, again, { order, hasty })
      return ok({ red: red.map((check) => ({ check, summary: 'red' })), ran, known, unjudged })
    },
    knownRed: async (commit) => (await verdicts.knownRed(commit)).map((check) => ({ check, summary: 'red' })),
    concerns: isConcerned,
    advance: branch.advance,
  }
  const landing = valueOf(await land(candidates, world, { each }))
  if (landing.ran !== gate.runs() - own) throw new Error(`${landing.ran} runs were counted, ${gate.runs() - own} happened`)
  return { landed: landing.landed.map(({ id }) => id), runs: landing.ran, own }
}

/** Each is brought up to date and judged whole, one after the other. */
async function oneByOne(scene: Scene, candidates: readonly Candidate[], repository: Repository): Promise<Outcome> {
  const [branch, gate] = [await branchFor(scene, repository, 'one-by-one'), gateOver(repository, scene.checks)]
  const landed: string[] = []
  for (const candidate of candidates) if (await landsWhole([candidate], branch, gate, repository)) landed.push(candidate.id)
  return { landed, runs: gate.runs() }
}

/** All at once; what is red is halved, and each half is tried upon what has landed by then. */
async function batchAndBisect(scene: Scene, candidates: readonly Candidate[], repository: Repository): Promise<Outcome> {
  const [branch, gate] = [await branchFor(scene, repository, 'bisect'), gateOver(repository, scene.checks)]
  const landed: string[] = []
  const batches = [candidates]
  for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
    if (batch.length === 0) continue
    if (await landsWhole(batch, branch, gate, repository)) landed.push(...batch.map(({ id }) => id))
    else if (batch.length > 1) batches.unshift(batch.slice(0, batch.length >> 1), batch.slice(batch.length >> 1))
  }
  return { landed, runs: gate.runs() }
}

/** Every prefix of the queue is judged whole at the same time; behind one that is red all others begin anew. A tree is judged once. */
async function speculativePrefixes(scene: Scene, candidates: readonly Candidate[], repository: Repository): Promise<Outcome> {
  const [branch, gate] = [await branchFor(scene, repository, 'prefixes'), gateOver(repository, scene.checks)]
  let [queue, landed]: [readonly Candidate[], readonly Candidate[]] = [candidates, []]
  while (queue.length > 0) {
    const chain = await chainUpon(branch.at(), queue, repository)
    const green: boolean[] = []
    for (const { id } of queue) green.push(await wholeIsGreen(chain.merged.get(id) ?? '', gate))
    const red = green.indexOf(false)
    const lands = red === -1 ? queue : queue.slice(0, red)
    const tip = chain.merged.get(lands.at(-1)?.id ?? '')
    if (tip !== undefined && (await branch.advance(branch.at(), tip)) !== 'moved') throw new Error('the branch did not move')
    landed = [...landed, ...lands]
    queue = red === -1 ? [] : queue.slice(red + 1)
  }
  return { landed: landed.map(({ id }) => id), runs: gate.runs() }
}

type Branch = { at(): string; advance: LandingWorld['advance'] }

async function branchFor(scene: Scene, repository: Repository, name: string): Promise<Branch> {
  const ref = `refs/heads/queue/${name}`
  scene.repo.git('update-ref', ref, scene.base)
  let commit = scene.base
  return {
    at: () => commit,
    async advance(from, to) {
      const moved = await advance(repository, ref, from, to)
      if (moved === 'moved') commit = to
      return moved
    },
  }
}

async function landsWhole(batch: readonly Candidate[], branch: Branch, gate: Gate, repository: Repository): Promise<boolean> {
  const chain = await chainUpon(branch.at(), batch, repository)
  return (await wholeIsGreen(chain.tip, gate)) && (await branch.advance(branch.at(), chain.tip)) === 'moved'
}

async function chainUpon(base: string, batch: readonly Candidate[], repository: Repository): Promise<Chain> {
  const chain = valueOf(await chainOf(repository, base, batch))
  if (chain.conflicts.size > 0) throw new Error('the branches of the bench never conflict')
  return chain
}

async function wholeIsGreen(commit: string, gate: Gate): Promise<boolean> {
  let green = true
  for (const check of gate.checks) if ((await gate.run(check, commit)) === 'red') green = false
  return green
}

function valueOf<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failures: readonly unknown[] }): T {
  if (!result.ok) throw new Error(JSON.stringify(result.failures))
  return result.value
}
