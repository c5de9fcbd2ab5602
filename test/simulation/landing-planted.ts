/** Bugs planted into landing, each with the promise that must catch it. */
import { land } from '../../src/engine/landing.ts'
import { ok } from '../../src/model/failure.ts'
import type { LandingWorld } from '../../src/model/landing.ts'
import type { LandingPromise } from './landing-promises.ts'

export type PlantedLanding = { readonly bug: string; readonly caughtBy: LandingPromise; readonly land: typeof land }

/** The same machine, which sees the world through a bug. */
const seeing =
  (blur: (world: LandingWorld) => Partial<LandingWorld>): typeof land =>
  (candidates, world, options) =>
    land(candidates, { ...world, ...blur(world) }, options)

const green = ok({ red: [], ran: [], known: [] })

export const plantedLandings: readonly PlantedLanding[] = [
  {
    bug: 'lands without judging the tip',
    caughtBy: 'what lands was judged whole and is green',
    land: seeing(() => ({ judge: async () => green })),
  },
  {
    bug: 'judges parts of the gate only',
    caughtBy: 'what lands was judged whole and is green',
    land: seeing((world) => ({
      judge: async (commit, only, again) => {
        const answer = await world.judge(commit, only, again)
        return answer.ok && only === undefined ? ok({ ...answer.value, red: answer.value.red.filter((one) => one.check === 'check-0') }) : answer
      },
    })),
  },
  {
    bug: 'takes a gate that stopped at a flaky check for a whole one',
    caughtBy: 'what lands was judged whole and is green',
    land: seeing((world) => ({
      judge: async (commit, only, again) => {
        const answer = await world.judge(commit, only, again)
        return answer.ok ? ok({ ...answer.value, unjudged: [] }) : answer
      },
    })),
  },
  {
    bug: 'holds the first that is concerned, whoever it was',
    caughtBy: 'nothing innocent is held',
    land: seeing((world) => {
      let base = ''
      return {
        target: async () => {
          const answer = await world.target()
          if (answer.ok) base = answer.value
          return answer
        },
        judge: async (commit, only, again) =>
          only === undefined || commit === base
            ? world.judge(commit, only, again)
            : ok({ red: only.map((check) => ({ check, summary: '' })), ran: [], known: [] }),
      }
    }),
  },
  {
    bug: 'stops at the first conflict',
    caughtBy: 'nothing innocent is held',
    land: seeing((world) => ({
      chain: async (base, candidates) => {
        const whole = await world.chain(base, candidates)
        const at = whole.ok ? candidates.findIndex(({ id }) => whole.value.conflicts.has(id)) : -1
        if (at === -1) return whole
        const part = await world.chain(base, candidates.slice(0, at))
        const rest = candidates.slice(at).map(({ id }) => [id, { files: [], beside: [] }] as const)
        return part.ok ? ok({ ...part.value, conflicts: new Map(rest) }) : part
      },
    })),
  },
  {
    bug: 'moves the branch wherever it is',
    caughtBy: 'nothing that the branch held is lost',
    land: seeing((world) => ({
      advance: async (from, to) => {
        const moved = await world.advance(from, to)
        if (moved !== 'stale') return moved
        const now = await world.target()
        return now.ok ? world.advance(now.value, to) : moved
      },
    })),
  },
  {
    bug: 'forgets to judge anew after it held one',
    caughtBy: 'what lands was judged whole and is green',
    land: seeing((world) => {
      let held = false
      return {
        judge: async (commit, only, again) => {
          if (only !== undefined) held = true
          return held && only === undefined ? green : world.judge(commit, only, again)
        },
      }
    }),
  },
  {
    bug: 'believes a check that fails once',
    caughtBy: 'nothing innocent is held',
    land: seeing((world) => ({ judge: async (commit, only) => world.judge(commit, only, false) })),
  },
  {
    bug: 'gives up when the branch has moved',
    caughtBy: 'nothing innocent is held',
    land: seeing((world) => ({
      advance: async (from, to) => {
        const moved = await world.advance(from, to)
        return moved === 'stale' ? { type: 'land.restless', what: 'the branch moved' } : moved
      },
    })),
  },
  {
    bug: 'says that it landed what others hold back',
    caughtBy: 'every candidate is accounted for once',
    land: async (candidates, world, options) => {
      const answer = await land(candidates, world, options)
      if (!answer.ok) return answer
      const { landed, held, tip } = answer.value
      return ok({ ...answer.value, landed: [...landed, ...held.map(({ id }) => ({ id, commit: tip }))], held: [] })
    },
  },
  {
    bug: 'tries for ever',
    caughtBy: 'it ends',
    land: (candidates, world, options) =>
      land(
        candidates,
        {
          ...world,
          async advance(from) {
            await world.target()
            return from === '' ? 'moved' : 'stale'
          },
        },
        { ...options, rekeys: Number.POSITIVE_INFINITY },
      ),
  },
]
