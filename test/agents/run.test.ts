/** `pawl agents run` with the real programs against a scripted model on loopback: what lands, what does not, and going on after a crash. */
import { expect, test } from 'bun:test'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pointedAt } from '../../src/agents/pointed-at.ts'
import { sandboxTrouble } from '../../src/host/sandbox.ts'
import { modelServer, type ModelServer, type ScriptedStep } from '../../src/host/model-server.ts'
import type { AgentKind } from '../../src/model/agent.ts'
import { newRepo, type Ended, type Repo, type Running } from '../journeys/rig.ts'
import { endingsIn, eventsIn, factsOf } from '../journeys/scripted-agent.ts'
import { argvOf, isPlayed } from './agent-rig.ts'

const kinds: readonly AgentKind[] = ['claude', 'codex', 'gemini', 'opencode']

type Played = Repo & { readonly server: ModelServer; begin(...args: string[]): Running; run(...args: string[]): Promise<Ended> }

/** One prompt; a check that wants no BUG anywhere. */
async function playedBy(kind: AgentKind, steps: readonly ScriptedStep[]): Promise<Played> {
  const repo = await newRepo({ 'src/a.txt': 'alpha\n', 'add.md': '# Add a line\n\nWrite src/b.txt.\n' })
  const server = await modelServer(steps)
  const home = join(repo.root, '..', 'agent-home')
  const pointed = pointedAt(kind, server.url, home)
  if (pointed === undefined) throw new Error(`nobody knows how ${kind} is pointed at a server`)
  for (const [path, text] of Object.entries(pointed.files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true })
    writeFileSync(join(home, path), text)
  }
  // Codex wants no temporary folder above its home.
  const temporary = join(repo.root, '..', 'tmp')
  mkdirSync(temporary)
  const env = Object.fromEntries(Object.entries({ ...pointed.env, TMPDIR: temporary }).filter(([name]) => name !== 'HOME'))
  repo.write({
    'pawl.yaml': `detect: false
checks: { lint: { command: [${repo.script('lint', 'grep -rn BUG src && exit 1; exit 0')}], inputs: ["src/**"] } }
agents: { played: { kind: ${kind}, command: ${JSON.stringify(argvOf(kind))}, silence: 60s, env: ${JSON.stringify(Object.keys(env))}${pointed.model === undefined ? '' : `, model: ${pointed.model}`} } }
work: { agent: played, delay: 1s }
`,
  })
  repo.git('config', 'user.name', 'Journey')
  repo.git('config', 'user.email', 'journey@example.invalid')
  repo.commit('config')
  const disposed = repo[Symbol.asyncDispose]
  const begin = (...args: string[]): Running => repo.start([...args, '--json'], { env })
  return {
    ...repo,
    server,
    begin,
    run: (...args) => begin('agents', 'run', ...args).ended,
    [Symbol.asyncDispose]: async () => {
      await server.close()
      await disposed()
    },
  }
}

/** The folder that it works in stands in what the model is asked. */
const folderIn = (asked: string): string =>
  /(\/[^"'`\\\s]+\/\.pawl\/(?:worktrees\/add-\d+-[0-9a-f]{4}|clones\/add-\d+-[0-9a-f]{8}\/tree))/.exec(asked)?.[1] ?? ''
const writes = (content: string) => (asked: string) => ({ write: { path: join(folderIn(asked), 'src/b.txt'), content } })

for (const kind of kinds.filter(isPlayed)) {
  test(`${kind}: red work is mended in the same conversation, and lands`, async () => {
    await using repo = await playedBy(kind, [writes('BUG\n'), { say: 'Done.' }, writes('beta\n'), { say: 'Mended.' }])
    const ended = await repo.run('add.md')
    expect(endingsIn(ended)).toEqual({ 'work:add': 'passed', 'land:add': 'passed' })
    expect(repo.git('show', 'pawl/integration:src/b.txt')).toBe('beta\n')
    // What was said before is asked again in the second turn.
    expect(repo.server.asked.at(-1)).toContain('Done.')
    const spent = factsOf(ended, 'work:add').flatMap((fact) => (fact.kind === 'turn-ended' ? [fact['spent'] as { tokens?: number }] : []))
    expect(spent).toHaveLength(2)
    // Each turn alone, also where the program counts the whole conversation.
    expect(spent[0]?.tokens).toBe(spent[1]?.tokens)
  })

  test(`${kind}: a done that is not true lands nothing`, async () => {
    await using repo = await playedBy(kind, [{ say: 'All is done and verified.' }])
    const ended = await repo.run('add.md', '--mends', '0')
    expect(endingsIn(ended)).toEqual({ 'work:add': 'failed', 'land:add': 'blocked' })
    expect(repo.git('rev-parse', 'pawl/integration')).toBe(repo.git('rev-parse', 'main'))
  })

  test(`${kind}: after kill -9 of pawl the work goes on in the same checkout`, async () => {
    await using repo = await playedBy(kind, [writes('half\n'), { hang: true }, writes('whole\n'), { say: 'Done.' }])
    const first = repo.begin('agents', 'run', 'add.md')
    while (repo.server.asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 50))
    first.process.kill('SIGKILL')
    await first.ended
    const ended = await repo.begin('retry').ended
    expect(endingsIn(ended)).toEqual({ 'work:add': 'passed', 'land:add': 'passed' })
    expect(repo.git('show', 'pawl/integration:src/b.txt')).toBe('whole\n')
    expect(eventsIn(ended).filter(({ fact }) => fact?.kind === 'committed')).toHaveLength(1)
  })
}

test.if(isPlayed('claude') && (await sandboxTrouble()) === undefined)(
  'claude in the sandbox has its work checked by pawl, and what passed is not run again',
  async () => {
    const check = { calls: [{ tool: 'mcp__pawl__check', input: {} }] }
    await using repo = await playedBy('claude', [writes('BUG\n'), check, writes('beta\n'), check, { say: 'Done.' }])
    const ended = await repo.run('add.md', '--sandbox')
    expect(endingsIn(ended)).toEqual({ 'work:add': 'passed', 'land:add': 'passed' })
    expect(repo.git('show', 'pawl/integration:src/b.txt')).toBe('beta\n')
    const [offered = '', , red = '', , green = ''] = repo.server.asked
    expect(offered).toContain('mcp__pawl__declare_no_change')
    expect([red.includes('1 error in 1 file'), green.includes('the same content needs no second run')]).toEqual([true, true])
    expect(eventsIn(ended).filter(({ type, text }) => type === 'attempt.noted' && text?.startsWith('judged ') === true)).toEqual([])
    expect(factsOf(ended, 'work:add').find(({ kind }) => kind === 'judged-together')).toMatchObject({ ran: 0 })
  },
)
