/** How many check runs it takes to land the branches of many agents, beyond those that the agents did themselves: bun bench/landing.ts [--seeds 10] [--packages 12] [--branches 20] [--bad 2] [--pairs 1] [--queues composed,batch] [--verbose] */
import { parseArgs } from 'node:util'
import { repositoryAt } from '../src/host/scratch-repository.ts'
import { queues as every } from './landing/queues.ts'
import { sceneOf } from './landing/scene.ts'

const text = { type: 'string' } as const
const { values } = parseArgs({ options: { seeds: text, packages: text, branches: text, bad: text, pairs: text, queues: text, verbose: { type: 'boolean' } } })
const number = (given: string | undefined, usual: number): number => (given === undefined ? usual : Number(given))
const seeds = number(values.seeds, 10)
const size = { packages: number(values.packages, 12), branches: number(values.branches, 20), bad: number(values.bad, 2), pairs: number(values.pairs, 1) }

const out = (line: string): void => void process.stdout.write(`${line}\n`)
/** Beginnings of names. */
const wanted = values.queues?.split(',')
const queues = every.filter(({ name }) => wanted === undefined || wanted.some((one) => name.startsWith(one)))
const names = queues.map(({ name }) => name)
/** Name of a queue → runs, one for each seed; with the bad ones in the queue, and with their own gate keeping them out. */
const runs = { all: new Map<string, number[]>(), gated: new Map<string, number[]>() }
const own: number[] = []
const ours: number[] = []

for (let seed = 1; seed <= seeds; seed++) {
  const scene = sceneOf(seed, size)
  using repo = scene.repo
  const repository = await repositoryAt(repo.root)
  for (const queue of queues) {
    for (const kind of ['all', 'gated'] as const) {
      const candidates = kind === 'all' ? scene.candidates : scene.candidates.filter(({ id }) => !scene.bad.includes(id))
      const began = performance.now()
      const outcome = await queue.land(scene, candidates, repository)
      if (queue === queues[0] && kind === 'all') ours.push(performance.now() - began)
      if (outcome.landed.toSorted().join() !== scene.landable.join())
        throw new Error(`seed ${seed}: ${queue.name} landed ${outcome.landed.join()} instead of ${scene.landable.join()}`)
      if (values.verbose === true) out(`seed ${seed}, ${queue.name}, ${kind === 'all' ? 'bad ones in the queue' : 'kept out'}: ${outcome.runs}`)
      runs[kind].set(queue.name, [...(runs[kind].get(queue.name) ?? []), outcome.runs])
      if (outcome.own !== undefined && kind === 'all' && queue === queues[0]) own.push(outcome.own)
    }
  }
}

const mean = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0) / all.length
const cell = (all: readonly number[]): string => `${mean(all).toFixed(1)} (${Math.min(...all)}–${Math.max(...all)})`.padStart(24)
out(
  `${size.packages} packages, ${size.packages * 3} checks, ${size.branches} branches, ${size.bad} bad alone, ${size.pairs} bad only in pairs; ${seeds} seeds; mean (least–most)`,
)
out(`| ${'check runs beyond those of the agents'.padEnd(38)} | ${'bad ones in the queue'.padStart(24)} | ${'kept out by own gate'.padStart(24)} |`)
out(`|${'-'.repeat(40)}|${'-'.repeat(25)}:|${'-'.repeat(25)}:|`)
for (const name of names) out(`| ${name.padEnd(38)} | ${cell(runs.all.get(name) ?? [])} | ${cell(runs.gated.get(name) ?? [])} |`)
out('every queue landed exactly what can land')
if (own.length > 0) out(`the agents themselves ran ${cell(own).trim()} checks; one landing took pawl ${(mean(ours) / 1000).toFixed(1)} s`)
