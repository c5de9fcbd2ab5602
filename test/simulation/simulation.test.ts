/** The engine alone: thousands of seeded runs keep every promise, and every promise has been seen broken by a planted bug. */
import { expect, test } from 'bun:test'
import { isDeepStrictEqual } from 'node:util'
import { apply, newRun } from '../../src/model/run.ts'
import { dice } from './dice.ts'
import { trial, type Trial } from './laboratory.ts'
import { planted } from './planted.ts'
import { foretold } from './oracle.ts'
import { broken } from './promises.ts'
import { scenario, weather } from './scenario.ts'
import { engineSeconds, wide } from './wide.ts'

const runs = Number(process.env['SIM_RUNS'] ?? 2000)
const only = process.env['SIM_SEED']
const seeds = only === undefined ? Array.from({ length: runs }, (_, i) => i + 1) : [Number(only)]
const again = (seed: number): string => `look again with: npm run sim -- --seed ${seed}`

async function trialOf(seed: number, decide?: (typeof planted)[number]['decide']): Promise<{ scene: ReturnType<typeof scenario>; result: Trial }> {
  const random = dice(seed)
  const scene = scenario(random)
  const cancel = random.chance(0.15) ? { cancelAfter: random.roll(20) } : {}
  const machine = seed % 2 === 0 ? { pressure: weather(dice(seed * 31)) } : {}
  return { scene, result: await trial(scene, random, { ...cancel, ...machine, ...(decide === undefined ? {} : { decide }) }) }
}

test(`${seeds.length} seeded runs keep every promise of safety and liveness`, async () => {
  for (const seed of seeds) {
    const { scene, result } = await trialOf(seed)
    const violations = broken(scene, result)
    if (violations.length > 0) throw new Error(`seed ${seed}: ${JSON.stringify(violations)}; ${again(seed)}`)
  }
}, 120_000)

test('replaying any prefix of the events gives the state that the live run had', async () => {
  for (const seed of seeds.slice(0, 200)) {
    const random = dice(seed)
    const scene = scenario(random)
    const { events, run } = await trial(scene, random, { pressure: weather(dice(seed * 31)) })
    const replayed = newRun()
    const half = newRun()
    const middle = Math.floor(events.length / 2)
    events.forEach((event, i) => {
      apply(scene.plan, replayed, event)
      if (i < middle) apply(scene.plan, half, event)
    })
    for (const event of events.slice(middle)) apply(scene.plan, half, JSON.parse(JSON.stringify(event)))
    if (!isDeepStrictEqual(replayed, run) || !isDeepStrictEqual(half, run)) throw new Error(`seed ${seed}: the replay differs; ${again(seed)}`)
  }
}, 60_000)

test('whatever the pressure does, a run ends as it would have without, and it did change the slots', async () => {
  let changes = 0
  for (const seed of seeds.slice(0, 500)) {
    const scene = scenario(dice(seed))
    // With fail-fast, or a fix that breaks something, the order decides.
    const expected = scene.limits.failFast ? undefined : foretold(scene)
    if (expected === undefined) continue
    const { run, events } = await trial(scene, dice(seed), { pressure: weather(dice(seed * 31)) })
    changes += events.filter((event) => event.type === 'slots.changed').length
    if (run?.verdict !== expected) throw new Error(`seed ${seed}: ${run?.verdict ?? 'no end'} instead of ${expected}; ${again(seed)}`)
  }
  if (only === undefined) expect(changes).toBeGreaterThan(100)
}, 60_000)

test('a crash after any event loses nothing that was proven, and the next run reaches the same verdict', async () => {
  for (const seed of seeds.slice(0, 300)) {
    const scene = scenario(dice(seed))
    if (scene.limits.failFast) continue
    const whole = await trial(scene, dice(seed))
    const proofs = new Set<string>()
    const crashed = await trial(scene, dice(seed + 1), { proofs, crashAfter: dice(seed).roll(12) })
    const known = new Set(proofs)
    // Mended files stay mended: the next run meets the world as the crash left it.
    const resumed = await trial({ ...scene, faults: crashed.faults }, dice(seed + 2), { proofs })
    const last = (t: Trial) => t.events.findLast((event) => event.type === 'run.finished')
    const verdict = (t: Trial) => {
      const e = last(t)
      return e?.type === 'run.finished' ? e.verdict : undefined
    }
    const mended = crashed.events.some((event) => event.type === 'attempt.started' && scene.plan.tasks.get(event.task)?.task.role === 'fix')
    if (!mended && verdict(resumed) !== verdict(whole)) throw new Error(`seed ${seed}: ${verdict(resumed)} instead of ${verdict(whole)}; ${again(seed)}`)
    const repeated = resumed.events.filter(
      (event) => event.type === 'attempt.missed' && known.has(`${event.task}|${[...crashed.faults].sort().join()}`) && event.seq < firstFix(resumed, scene),
    )
    expect(repeated).toEqual([])
  }
}, 60_000)

const firstFix = (result: Trial, scene: ReturnType<typeof scenario>): number =>
  result.events.find((event) => event.type === 'attempt.started' && scene.plan.tasks.get(event.task)?.task.role === 'fix')?.seq ?? Number.POSITIVE_INFINITY

test('ten thousand tasks cost at most 0.2 s of engine time', async () => {
  const fan = wide(10_000)
  const seconds: number[] = []
  for (let n = 0; n < 7; n++) seconds.push(await engineSeconds(fan))
  expect(Math.min(...seconds)).toBeLessThan(0.2)
})

for (const bug of planted) {
  test(`a policy that ${bug.bug} is caught: ${bug.caughtBy}`, async () => {
    for (let seed = 1; seed <= 2000; seed++) {
      try {
        const { scene, result } = await trialOf(seed, bug.decide)
        if (broken(scene, result).some((violation) => violation.promise === bug.caughtBy)) return
      } catch {
        // A planted bug may also break the engine itself; that is another promise's business.
        continue
      }
    }
    throw new Error(`the planted bug was never caught by: ${bug.caughtBy}`)
  }, 60_000)
}
