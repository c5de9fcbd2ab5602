import { expect, test } from 'bun:test'
import type { LoadedConfig } from './load.ts'
import { workOf } from './work.ts'

const loaded = { config: { work: { total: { money: 20, turns: 9 }, fallback: ['codex'] } }, placeOf: () => undefined } as unknown as LoadedConfig

test('what a run may spend in all is laid over limit by limit, and who goes on is said as a whole', () => {
  const said = workOf({ total: { usd: 5, timeMs: 10 } }, loaded, [], 'linux')
  expect(said.ok ? [said.value.total, said.value.fallback.map(({ name }) => name)] : said).toEqual([{ usd: 5, turns: 9, timeMs: 10 }, ['codex']])
  const others = workOf({ fallback: ['gemini', 'claude'] }, loaded, [], 'linux')
  expect(others.ok && others.value.fallback.map(({ name }) => name)).toEqual(['gemini', 'claude'])
  const wrong = workOf({ fallback: ['gemni'] }, loaded, [], 'linux')
  expect(wrong.ok ? [] : wrong.failures).toMatchObject([{ type: 'agent.unknown', why: '--fallback names it' }])
})
