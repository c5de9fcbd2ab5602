import { expect, test } from 'bun:test'
import { settingsFrom } from './settings-from.ts'
import { tasksOf } from './tasks.ts'

test('what a preset gets wrong is told, too, although there is no place', () => {
  const settings = settingsFrom({
    flags: {},
    environment: { request: {}, from: {} },
    loaded: { config: {}, placeOf: () => undefined },
    ci: false,
    processors: 2,
  })
  if (!settings.ok) throw new Error('no settings')
  const result = tasksOf(
    { a: { command: 'x', timeout: 'soon', ttl: 'never', needs: ['b'], silence: 0 }, c: { command: 'y' } },
    settings.value.settings,
    () => undefined,
    'linux',
  )
  expect(result.ok ? [] : result.failures.map((failure) => [failure.what, failure.place])).toEqual<unknown>([
    ["'checks.a.silence' must be a duration, not '0'", undefined],
    ["'a' needs 'b', which is not a task", undefined],
    ["'checks.a.ttl' must be a duration, not 'never'", undefined],
    ["'checks.a.timeout' must be a duration, not 'soon'", undefined],
  ])
})
