/** Landing alone: thousands of seeded landings keep every promise, and every promise has been seen broken by a planted bug. */
import { expect, test } from 'bun:test'
import { land } from '../../src/engine/landing.ts'
import type { Landing } from '../../src/model/landing.ts'
import { dice } from './dice.ts'
import { plantedLandings } from './landing-planted.ts'
import { brokenPromises, type LandingPromise } from './landing-promises.ts'
import { landingScene, type LandingScene } from './landing-scene.ts'
import { Crash, Endless, landingLaboratory, type LandingLaboratory } from './landing-world.ts'

const runs = Number(process.env['LANDING_RUNS'] ?? 1000)
const only = process.env['SIM_SEED']
const seeds = only === undefined ? Array.from({ length: runs }, (_, i) => i + 1) : [Number(only)]

type Trial = { readonly scene: LandingScene; readonly laboratory: LandingLaboratory; readonly landing: Landing | undefined; readonly crashes: number }

/** Lands until it is not killed; each time with the same candidates and nothing but the branch to know from. */
async function trial(seed: number, variant: typeof land): Promise<Trial> {
  const random = dice(seed)
  const scene = landingScene(random)
  const laboratory = landingLaboratory(scene, random)
  for (let crashes = 0; ; crashes++) {
    try {
      const landing = await variant(scene.candidates, laboratory.world, scene.options)
      if (!landing.ok) throw new Error(`seed ${seed}: ${JSON.stringify(landing.failures)}`)
      return { scene, laboratory, landing: landing.value, crashes }
    } catch (error) {
      if (error instanceof Endless) return { scene, laboratory, landing: undefined, crashes }
      if (!(error instanceof Crash)) throw error
    }
  }
}

const violations = ({ scene, laboratory, landing }: Trial): readonly { promise: LandingPromise; shows: string }[] =>
  landing === undefined ? [{ promise: 'it ends', shows: 'too many steps' }] : brokenPromises(scene, laboratory, landing)

test(
  `${seeds.length} seeded landings keep every promise of safety and liveness`,
  async () => {
    const seen = { landed: 0, conflict: 0, 'red-alone': 0, 'red-together': 0, broken: 0, flaky: 0, crashes: 0, moves: 0 }
    for (const seed of seeds) {
      const one = await trial(seed, land)
      const wrong = violations(one)
      if (wrong.length > 0) throw new Error(`seed ${seed}: ${JSON.stringify(wrong)}; look again with SIM_SEED=${seed}`)
      seen.landed += one.landing?.landed.length ?? 0
      seen.flaky += one.landing?.flaky.length ?? 0
      seen.crashes += one.crashes
      seen.moves += one.laboratory.pushed.length
      for (const { held } of one.landing?.held ?? []) if (held.reason in seen) seen[held.reason as keyof typeof seen]++
    }
    // The weather was bad enough to mean something.
    if (only === undefined) expect(Math.min(...Object.values(seen))).toBeGreaterThan(seeds.length / 50)
  },
  60_000 + runs * 100,
)

test('landing what has landed changes nothing and judges nothing', async () => {
  for (const seed of seeds.slice(0, 200)) {
    const { laboratory, landing } = await trial(seed, land)
    const before = laboratory.now()
    const landed = (landing?.landed ?? []).map(({ id }) => ({ id, commit: `commit-${id}`, message: id }))
    const again = await quiet(() => land(landed, laboratory.world))
    if (again === undefined || !again.ok) continue
    expect(again.value.landed.map(({ id }) => id).toSorted()).toEqual(landed.map(({ id }) => id).toSorted())
    expect([again.value.held, again.value.ran]).toEqual([[], 0])
    expect(laboratory.contents(before).isSubsetOf(laboratory.contents(laboratory.now()))).toBe(true)
  }
}, 60_000)

async function quiet<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Crash) return undefined
    throw error
  }
}

for (const { bug, caughtBy, land: variant } of plantedLandings) {
  test(`a landing that ${bug} is caught: ${caughtBy}`, async () => {
    for (let seed = 1; seed <= 2000; seed++) {
      if (violations(await trial(seed, variant)).some(({ promise }) => promise === caughtBy)) return
    }
    throw new Error(`the planted bug was never caught by: ${caughtBy}`)
  }, 60_000)
}
