import { expect, test } from 'bun:test'
import type { AgentChoice, AgentKind } from '../model/agent.ts'
import type { Service } from '../model/services.ts'
import { movesIn } from './moved-agents.ts'

const agent = (kind: AgentKind, ...argv: readonly string[]): AgentChoice => ({ name: 'a', kind, argv, env: [], silenceMs: 1 })
const service = (env: Readonly<Record<string, string>>): Service => ({
  name: 's',
  start: { argv: ['x'] },
  ready: { kind: 'log', text: 'x' },
  timeoutMs: 1,
  intervalMs: 1,
  env,
})
const says = (agents: readonly AgentChoice[], services: readonly Service[] = []): readonly string[] => movesIn({ agents, services }).flatMap((one) => one.says)

test('an agent with a login of the user is moved by flags and variables in its command', () => {
  expect(says([agent('claude', 'claude')])).toEqual([])
  expect(says([agent('claude', '/opt/claude')])).toEqual([])
  expect(says([agent('claude', 'env', 'ANTHROPIC_BASE_URL=http://x', 'claude')])).toEqual(['agents.a.command says ANTHROPIC_BASE_URL=http://x'])
  expect(says([agent('codex', 'codex', '-c', 'model_provider=x')])).toEqual(['agents.a.command says -c'])
})

test('a program of the repository is code like a check', () => {
  expect(says([agent('command', './tools/agent.sh', '--flag'), agent('acp', 'env', 'HOME=/x', 'y')])).toEqual([])
})

test('a service that moves the address of a model is told, one that tells of a database is not', () => {
  expect(says([], [service({ DATABASE_URL: 'postgres://x', PORT: '1' })])).toEqual([])
  expect(says([], [service({ ANTHROPIC_BASE_URL: 'http://127.0.0.1:{port}' })])).toEqual(['services.s.env moves ANTHROPIC_BASE_URL to http://127.0.0.1:{port}'])
})

test('each thing has a digest of its own, so that an approval of one is none of another', () => {
  const [one, two] = movesIn({ agents: [], services: [service({ HOME: '/a', PATH: '/b' })] })
  const [other] = movesIn({ agents: [], services: [service({ HOME: '/c' })] })
  expect(new Set([one?.digest, two?.digest, other?.digest]).size).toBe(3)
})
