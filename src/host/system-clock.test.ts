import { expect, test } from 'bun:test'
import { newCancellation } from '../model/cancellation.ts'
import { systemClock } from './system-clock.ts'

const clock = systemClock()

test('a sleep lasts as long as it should', async () => {
  const before = clock.elapsed()
  await clock.sleep(30)
  expect(clock.elapsed() - before).toBeGreaterThanOrEqual(29)
})

test('a sleep ends at once when it is cancelled', async () => {
  const cancellation = newCancellation()
  const before = clock.elapsed()
  const sleeping = clock.sleep(60_000, cancellation)
  cancellation.request('enough')
  await sleeping
  expect(clock.elapsed() - before).toBeLessThan(5000)
})

test('a sleep after a cancellation does not begin', async () => {
  const cancellation = newCancellation()
  cancellation.request('enough')
  await clock.sleep(60_000, cancellation)
})

test('a sleep that is longer than any timer does not end at once', async () => {
  const cancellation = newCancellation()
  let over = false
  const sleeping = clock.sleep(2 ** 40, cancellation).then(() => (over = true))
  await clock.sleep(20)
  expect(over).toBe(false)
  cancellation.request('enough')
  await sleeping
})

test('a pause of nothing is over at once', async () => {
  await clock.sleep(0)
  await clock.sleep(-5)
})

test('the time of the wall is that of the system', () => {
  expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1000)
})
