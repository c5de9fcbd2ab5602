/** Settings for agents that a repository brings: off, or in the way, until a person approves of exactly their content. */
import { expect } from 'bun:test'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { newRepo, once, type Repo } from './rig.ts'

const server = (word: string): string => JSON.stringify({ mcpServers: { tickets: { command: 'node', args: ['./serve.mjs', word] } } })

async function trustRepo(): Promise<Repo> {
  const repo = await newRepo({ '.mcp.json': server('a'), 'serve.mjs': '1\n', 'CLAUDE.md': 'Be kind.\n', 'task.md': '# Task\n\nDo it.\n', 'src/a.txt': 'a\n' })
  repo.git('config', 'user.name', 'Journey')
  repo.git('config', 'user.email', 'journey@example.invalid')
  const agent = repo.script('agent', 'echo done > src/a.txt')
  repo.write({
    'pawl.yaml': `detect: false\nchecks: { ok: { command: ["true"], inputs: ["src/**"] } }\nagents:\n  mine: { command: [${agent}] }\n  known: { kind: claude, command: [${agent}, --settings, x.json] }\nwork: { retries: 0 }\n`,
  })
  repo.commit('settings')
  return repo
}

once('what a repository brings is shown, approved of by content, listed and taken back', async () => {
  await using repo = await trustRepo()
  const shown = await repo.pawl('trust', '.mcp.json')
  expect(shown.stdout).toMatch(
    /^not approved {2}\.mcp\.json {2}[0-9a-f]{12} {2}for claude, copilot, acp, command\n {2}server tickets: node \.\/serve\.mjs a\n$/,
  )
  expect([shown.code, shown.stderr]).toEqual([2, expect.stringContaining('nobody can be asked whether this is approved') as unknown as string])
  expect((await repo.pawl('trust', 'CLAUDE.md')).stderr).toContain('CLAUDE.md holds no settings for agents')
  expect((await repo.pawl('trust', '.mcp.json', '--yes')).code).toBe(0)
  const kept = join(repo.root, '../.local/state/pawl/trust.json')
  expect(statSync(kept).mode & 0o777).toBe(0o600)
  expect((await repo.pawl('trust', '.mcp.json')).stdout).toStartWith('approved  .mcp.json')
  expect((await repo.pawl('trust', '--list')).stdout).toMatch(/^\.mcp\.json {2}[0-9a-f]{12} /)
  expect((await repo.pawl('doctor')).stdout).toContain('settings for agents, not approved: pawl.yaml; 1 approved')
  // The program that it names is another.
  repo.write({ 'serve.mjs': '2\n' })
  expect((await repo.pawl('trust', '--json')).stdout).toContain('"isApproved": false')
  expect((await repo.pawl('trust', '--revoke')).stdout).toBe('Took back one approval.\n')
  expect((await repo.pawl('trust', '--list')).stdout).toBe('Nothing of this repository is approved.\n')
})

once('an agent that would read them is not started until then, nothing is spent, and the plan says so before', async () => {
  await using repo = await trustRepo()
  const plan = await repo.pawl('agents', 'plan', 'task.md', '--agent', 'mine')
  expect(plan.stdout).toMatch(/note {2}not approved: \.mcp\.json \([0-9a-f]{12}\); mine is not started in a checkout that holds that \(pawl trust\)/)
  const held = await repo.pawl('agents', 'run', 'task.md', '--agent', 'mine')
  expect(held.code).toBe(2)
  expect(held.shown).toContain('mine was not started: it would read settings of this repository that you did not approve of')
  await repo.pawl('trust', '.mcp.json', '--yes')
  expect((await repo.pawl('retry')).code).toBe(0)
  expect(repo.git('show', 'pawl/integration:src/a.txt')).toBe('done\n')
})

once('what pawl.yaml says of an agent with a login is asked for, and can be pinned where nobody can be asked', async () => {
  await using repo = await trustRepo()
  const asked = ['agents', 'run', 'task.md', '--agent', 'known']
  const refused = await repo.pawl(...asked)
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain('agents.known.command says --settings')
  const pin = /PAWL_TRUST=([0-9a-f]{12})/.exec(refused.stderr)?.[1] ?? ''
  expect((await repo.start(asked, { env: { PAWL_TRUST: 'ffffffffffff' } }).ended).code).toBe(2)
  expect((await repo.start(asked, { env: { PAWL_TRUST: pin } }).ended).stderr).not.toContain('you did not approve of it')
  expect((await repo.pawl()).code).toBe(0)
})
