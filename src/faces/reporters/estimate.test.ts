/** How long a run will still take, as far as that is known. */
import { expect, test } from 'bun:test'
import { taskId } from '../../model/task.ts'
import { estimateMs } from './estimate.ts'
import { passed, samplePlan, startedAt, story, type Story } from './sample.test.ts'

const estimate = ({ plan, run, facts, at }: Story): number | undefined => estimateMs(plan, run, facts.expectedMs, startedAt + at)

test('the longest chain or the work shared by the slots, whichever is longer', () => {
  const chain = story(samplePlan({ a: {}, b: { needs: ['a'] }, c: { after: [taskId('b')] } })).begins({ expectedMs: { a: 1000, b: 2000, c: 4000 } })
  expect(estimate(chain)).toBe(7000)
  const wide = story(samplePlan({ a: {}, b: {}, c: {} })).begins({ expectedMs: { a: 4000, b: 4000, c: 4000 } })
  expect(estimate(wide)).toBe(6000)
})

test('what is done or running counts no more, and what takes longer than before counts as about to end', () => {
  const told = story(samplePlan({ a: {}, b: { needs: ['a'] } }))
    .begins({ expectedMs: { a: 1000, b: 2000 } })
    .starts('a')
  told.at += 400
  expect(estimate(told)).toBe(2600)
  told.at += 5000
  expect(estimate(told)).toBe(2000)
  expect(estimate(told.runs('a', passed()))).toBe(2000)
})

test('nothing is said when the time of one open check is not known', () => {
  const told = story(samplePlan({ a: {}, b: {} })).begins({ expectedMs: { a: 1000 } })
  expect(estimate(told)).toBeUndefined()
  expect(estimate(told.runs('b', passed()))).toBe(1000)
})
