/** Lanes: nobody is lost, nobody waits in a circle, and what shares a file is never worked on at the same time. */
import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import picomatch from 'picomatch'
import type { Clash } from '../model/prompt.ts'
import { formsMeet, globForm } from './globs-meet.ts'
import { lanesOf } from './lanes.ts'

type Laned = Parameters<typeof lanesOf>[0][number]

const globsMeet = (a: string, b: string): boolean => formsMeet(globForm(a), globForm(b))
const prompt = (id: string, more: Partial<Laned> = {}): Laned => ({ id, dependsOn: [], priority: 0, ...more })
const clash = (a: string, b: string, probability: number): Clash => ({ between: [a, b], probability, paths: [] })

test('what clashes or declares the same files is in one lane, in order of need, priority and position', () => {
  const prompts = [
    prompt('a', { files: ['src/a/**'] }),
    prompt('b', { files: ['src/a/x.ts'], priority: 1 }),
    prompt('c', { dependsOn: ['d'] }),
    prompt('d'),
    prompt('e'),
    prompt('f', { files: ['src/b'] }),
    prompt('g', { dependsOn: ['a', 'nobody'], priority: 5, files: ['src/b/new.ts'] }),
  ]
  const clashes = [clash('c', 'd', 0.25), clash('d', 'e', 0.24), clash('e', 'nobody', 1)]
  expect(lanesOf(prompts, clashes)).toEqual([['a', 'b'], ['g', 'f'], ['d', 'c'], ['e']])
  expect(lanesOf(prompts, clashes, 0.24)).toEqual([
    ['a', 'b'],
    ['g', 'f'],
    ['d', 'c', 'e'],
  ])
  expect(lanesOf([], [])).toEqual([])
  expect(lanesOf([prompt('a', { dependsOn: ['b'] }), prompt('b', { dependsOn: ['a'] })], [])).toEqual([['a'], ['b']])
})

const globs = [
  'src/a.ts',
  'src/**',
  '**/*.ts',
  'src/*.{ts,js}',
  'docs',
  'lib/?.ts',
  '!src/a.ts',
  'src/b/',
  '**',
  'src/@(a|b).ts',
  'SRC/A.ts',
  'lib/[ab].ts',
  '*/a.ts',
]
const paths = ['src/a.ts', 'src/b/c.ts', 'src/b.js', 'docs/x.md', 'lib/a.ts', 'lib/ab.ts', 'top.ts', 'src/b']

const wishes = fc
  .array(
    fc.record({
      needs: fc.array(fc.nat(11), { maxLength: 3 }),
      priority: fc.integer({ min: -2, max: 2 }),
      files: fc.option(fc.array(fc.constantFrom(...globs), { maxLength: 2 }), { nil: undefined }),
    }),
    { maxLength: 12 },
  )
  .map((all) =>
    all.map(({ needs, priority, files }, i) =>
      prompt(`p${i}`, {
        priority,
        dependsOn: [...new Set(needs.filter((need) => need < i).map((need) => `p${need}`))],
        ...(files === undefined ? {} : { files }),
      }),
    ),
  )
const clashLists = fc.array(
  fc.tuple(fc.nat(12), fc.nat(12), fc.double({ min: 0, max: 1, noNaN: true })).map(([a, b, p]) => clash(`p${a}`, `p${b}`, p)),
  { maxLength: 8 },
)

/** Begins all that may begin, as long as there is something; a random one of those at work ends next. */
function played(
  prompts: readonly Laned[],
  lanes: readonly (readonly string[])[],
  pick: (count: number) => number,
): { readonly done: ReadonlySet<string>; readonly together: readonly (readonly string[])[] } {
  const done = new Set<string>()
  const live: string[] = []
  const together: (readonly string[])[] = []
  const byId = new Map(prompts.map((one) => [one.id, one]))
  for (;;) {
    for (const lane of lanes) {
      const next = lane.find((id) => !done.has(id))
      if (next !== undefined && !live.includes(next) && (byId.get(next)?.dependsOn ?? []).every((id) => done.has(id))) live.push(next)
    }
    together.push([...live])
    const [ended] = live.splice(pick(live.length), 1)
    if (ended === undefined) return { done, together }
    done.add(ended)
  }
}

test('every prompt is in one lane, dependencies come first, and working through the lanes never gets stuck', () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], { minLength: 12 }),
      wishes,
      clashLists,
      fc.infiniteStream(fc.nat(100)),
      (shuffle, ordered, clashes, random) => {
        const prompts = shuffle.flatMap((i) => ordered[i] ?? [])
        const lanes = lanesOf(prompts, clashes)
        expect(lanesOf(prompts, clashes)).toEqual(lanes)
        expect(lanes.flat().toSorted()).toEqual(prompts.map(({ id }) => id).toSorted())
        for (const lane of lanes) {
          for (const id of lane)
            for (const need of prompts.find((one) => one.id === id)?.dependsOn ?? [])
              if (lane.includes(need)) expect(lane.indexOf(need)).toBeLessThan(lane.indexOf(id))
        }
        const laneOf = (id: string): number => lanes.findIndex((lane) => lane.includes(id))
        for (const {
          between: [a, b],
          probability,
        } of clashes)
          if (probability >= 0.25 && laneOf(a) !== -1 && laneOf(b) !== -1) expect(laneOf(a)).toBe(laneOf(b))
        const { done, together } = played(prompts, lanes, (count) => (random.next().value ?? 0) % Math.max(1, count))
        expect(done.size).toBe(prompts.length)
        // Nothing that is worked on at the same time has declared one and the same file.
        for (const live of together) {
          const declared = live.map((id) => (prompts.find((one) => one.id === id)?.files ?? []).filter((glob) => !glob.startsWith('!')))
          for (const path of paths)
            expect(declared.filter((list) => list.some((glob) => picomatch.isMatch(path, glob, { dot: true }))).length).toBeLessThanOrEqual(1)
        }
      },
    ),
    { numRuns: 300 },
  )
}, 60_000)

test('circles and odd numbers lose nobody', () => {
  const odd = fc.array(fc.record({ needs: fc.array(fc.nat(6)), priority: fc.double() }), { maxLength: 7 })
  fc.assert(
    fc.property(odd, (all) => {
      const prompts = all.map(({ needs, priority }, i) => prompt(`p${i}`, { priority, dependsOn: needs.map((need) => `p${need}`) }))
      expect(lanesOf(prompts, []).flat().toSorted()).toEqual(prompts.map(({ id }) => id).toSorted())
    }),
  )
})

test('globs that share a path always meet, and plainly different ones do not', () => {
  const part = fc.constantFrom('a', 'b', 'ab', '*', '?', 'a*', '*b', '**', '{a,b}', '[ab]', '@(a|b)', '+(a)', 'a?', '!(a)')
  const glob = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
  const path = fc.array(fc.constantFrom('a', 'b', 'ab', 'bb'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
  fc.assert(
    fc.property(glob, glob, path, (a, b, at) => {
      const matches = (one: string): boolean => picomatch.isMatch(at, one, { dot: true })
      return !(matches(a) && matches(b)) || globsMeet(a, b)
    }),
    { numRuns: 5000 },
  )
  const apart: readonly (readonly [string, string])[] = [
    ['src/a.ts', 'src/b.ts'],
    ['src/**', 'docs/**'],
    ['src/*.ts', 'src/*.js'],
    ['src/a/**', 'src/b/*.{ts,js}'],
    ['src/a.ts', '**/*.md'],
    ['lib/?.ts', 'lib/ab.ts'],
    ['**/*.md', 'src/*.ts'],
  ]
  for (const [a, b] of apart) expect({ a, b, meet: globsMeet(a, b) || globsMeet(b, a) }).toEqual({ a, b, meet: false })
  expect(globsMeet('*'.repeat(2000), 'a*'.repeat(1000))).toBe(true)
}, 60_000)
