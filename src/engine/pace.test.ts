/** How many tasks at a time: down at once, up with patience, never below one, and no flapping in between. */
import { expect, test } from 'bun:test'
import { fullPace, nextPace, type Pace, type Scene } from './pace.ts'

const gib = 1024 ** 3
const at = (
  now: number,
  availableGib: number,
  more: Partial<Scene> & { readonly stall?: number; readonly cpu?: number; readonly load?: number } = {},
): Scene => ({
  pressure: {
    availableBytes: availableGib * gib,
    totalBytes: 16 * gib,
    processors: 4,
    ...(more.stall === undefined ? {} : { memoryStall: more.stall }),
    ...(more.cpu === undefined ? {} : { cpuStall: more.cpu }),
    ...(more.load === undefined ? {} : { load: more.load }),
  },
  fresh: true,
  now,
  wanted: 8,
  used: 0,
  promisedBytes: 0,
  next: [],
  ...more,
})
const paces = (...scenes: readonly Scene[]): number[] => {
  let pace: Pace = fullPace(8)
  return scenes.map((scene) => (pace = nextPace(pace, scene)).slots)
}
const one = (scene: Scene): Pace => nextPace(fullPace(8), scene)

test('with room for all, all run', () => expect(paces(at(0, 12), at(500, 12, { cpu: 50, load: 8 }), at(1000, 3))).toEqual([8, 8, 8]))

test('nearly no memory: one at a time, at once, with the reason', () => {
  expect(one(at(0, 0.3))).toMatchObject({ slots: 1, reason: 'memory is short: 307.2 MiB of 16.0 GiB are available' })
  expect(one(at(0, 12, { stall: 55 })).slots).toBe(1)
})

test('little memory: one less with each look, down to one', () =>
  expect(paces(...Array.from({ length: 9 }, (_, i) => at(i * 500, 0.9)))).toEqual([7, 6, 5, 4, 3, 2, 1, 1, 1]))

test('between tight and calm nothing changes, however long', () =>
  expect(paces(at(0, 0.9), at(5000, 1.5), at(50_000, 1.9), at(90_000, 1.2))).toEqual([7, 7, 7, 7]))

test('room comes back step by step, and only when it lasts', () =>
  expect(paces(at(0, 0.3), at(500, 12), at(1500, 12), at(2000, 12), at(2500, 12), at(4000, 12), at(6000, 12), at(8000, 12), at(10_000, 12))).toEqual([
    1, 1, 1, 2, 2, 3, 4, 6, 8,
  ]))

test('memory that comes and goes from look to look does not make the number flap', () => {
  const flapping = paces(...Array.from({ length: 20 }, (_, i) => at(i * 500, i % 2 === 0 ? 0.3 : 12)))
  expect(flapping).toEqual(flapping.map(() => 1))
})

test('busy processors halve the number, and never make it one at a time', () => {
  expect(paces(...Array.from({ length: 8 }, (_, i) => at(i * 500, 12, { cpu: 95 }))).at(-1)).toBe(4)
  expect(paces(...Array.from({ length: 8 }, (_, i) => at(i * 500, 12, { load: 17 }))).at(-1)).toBe(4)
  expect(one(at(0, 12, { load: 17, wanted: 2 })).slots).toBe(2)
})

test('a task that is known to need much memory waits until it fits, and never when nothing else runs', () => {
  const big = { weight: 1, expectedBytes: 3 * gib }
  expect(one(at(0, 8, { next: [big, big, big, big] })).slots).toBe(2)
  expect(one(at(0, 8, { used: 2, promisedBytes: 6 * gib, next: [big] }))).toMatchObject({
    slots: 2,
    reason: 'the next task took 3.0 GiB lately and 1.5 GiB are free for it',
  })
  expect(one(at(0, 2.5, { next: [big, big] })).slots).toBe(1)
  expect(one(at(0, 8, { next: [{ weight: 1 }, { weight: 1, expectedBytes: 1000 }, big] })).slots).toBe(8)
})

test('between two looks only what starts next is weighed', () => {
  const tight = { fresh: false, next: [{ weight: 1, expectedBytes: 9 * gib }], used: 3 }
  expect(paces(at(0, 12), at(10, 0.1, { fresh: false }), at(20, 6, tight), at(30, 6, { fresh: false }), at(600, 6, { fresh: false }))).toEqual([8, 8, 3, 3, 8])
})
