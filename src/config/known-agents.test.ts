import { expect, test } from 'bun:test'
import type { AgentChoice } from '../model/agent.ts'
import { agentNamed } from './ai-fix.ts'
import { loadConfig } from './load.ts'
import { memoryFiles } from './presets/memory-files.ts'

async function named(name: string, yaml = '{}'): Promise<AgentChoice | string | undefined> {
  const loaded = await loadConfig(memoryFiles({ 'pawl.yaml': yaml }), { importModule: () => Promise.resolve({}) })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.failures))
  const agent = agentNamed(name, '--agent', loaded.value)
  return agent.ok ? agent.value : agent.failures[0]?.what
}

test.each(['claude', 'codex', 'gemini', 'opencode', 'copilot'] as const)('%s is known by its name, also where it is only named in the file', async (name) => {
  const choice = { name, kind: name, argv: [name], env: expect.arrayContaining([]) as string[], silenceMs: 600_000 }
  expect(await named(name)).toEqual(choice)
  expect(await named(name, `agents: { ${name}: {} }`)).toEqual(choice)
  expect(await named(name, `agents: { ${name}: { model: small, command: [/opt/x, --y], env: [MINE], silence: 5s } }`)).toMatchObject({
    kind: name,
    argv: ['/opt/x', '--y'],
    model: 'small',
    env: expect.arrayContaining(['MINE']) as string[],
    silenceMs: 5000,
  })
})

test('a kind brings its program and its variables under any name', async () => {
  expect(await named('second', 'agents: { second: { kind: codex } }')).toMatchObject({
    name: 'second',
    kind: 'codex',
    argv: ['codex'],
    env: ['OPENAI_*', 'CODEX_*'],
  })
  expect(await named('codex', 'agents: { codex: { kind: acp, command: codex-acp } }')).toMatchObject({ kind: 'acp', argv: ['codex-acp'], env: [] })
})

test.each(['acp', 'command'])('which program it is has to be said of the kind %s', async (kind) => {
  expect(await named('mine', `agents: { mine: { kind: ${kind} } }`)).toBe("the agent 'mine' has no 'command'")
})
