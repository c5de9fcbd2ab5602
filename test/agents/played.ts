/** The course that every real agent program is put through: by its adapter, and once by pawl fix. */
import { expect, test } from 'bun:test'
import { newRepo, type Ended } from '../journeys/rig.ts'
import { modelServer } from '../../src/host/model-server.ts'
import { pointedAt } from '../../src/agents/pointed-at.ts'
import type { AgentKind } from '../../src/model/agent.ts'
import { newCancellation } from '../../src/model/cancellation.ts'
import { agentRig, argvOf, isPlayed } from './agent-rig.ts'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export type Course = {
  readonly kind: AgentKind
  /** Tokens of one answer of the scripted model, and of the second turn of a conversation. */
  readonly perAnswer: number
  /** What a turn tells that was to write outside of its folder. */
  readonly tool: string
  /** Its own name for the tool of pawl's server; absent: it can be given none. */
  readonly ownTool?: string
  /** What becomes of it when nobody answers at its address, and when that is told. Absent: it takes minutes. */
  readonly down?: string
}

const mended = { write: { path: 'a.txt', content: 'alpha\n' } } as const
const node = process.env['PAWL_NODE'] ?? 'node'

export function play({ kind, perAnswer, tool, ownTool, down }: Course): void {
  if (!isPlayed(kind)) return test.todo(`${kind} is played only with PAWL_AGENTS=${kind} or --all`)

  test('it edits, says so, and tells what it used', async () => {
    await using rig = await agentRig(kind, [mended, { say: 'It is mended.' }])
    const { end, news } = await rig.turn()
    expect(end).toMatchObject({ outcome: 'ok', said: 'It is mended.', spent: { tokens: 2 * perAnswer } })
    expect(rig.read('a.txt')).toBe('alpha\n')
    expect(news.some(({ kind: what }) => what === 'activity')).toBe(true)
    expect(rig.server.asked[0]).toContain('BUG must go')
  })

  test('a conversation goes on, and only what is new is counted', async () => {
    await using rig = await agentRig(kind, [{ say: 'The first answer.' }, { say: 'The second answer.' }])
    const first = await rig.turn({ sessionId: crypto.randomUUID() })
    const session = first.end.session
    if (session === undefined) throw new Error(`no conversation was told: ${JSON.stringify(first.end)}\n${first.raw}`)
    expect(first.news[0]).toEqual({ kind: 'session', id: session.id })
    const second = await rig.turn({ resume: session })
    expect(second.end).toMatchObject({ outcome: 'ok', said: 'The second answer.', spent: { tokens: perAnswer }, session: { id: session.id } })
    expect(rig.server.asked.at(-1)).toContain('The first answer.')
  })

  test('outside of its folder it writes nothing, and that it wanted to is told where the program tells it', async () => {
    await using rig = await agentRig(kind, [{ write: { path: '../outside.txt', content: 'x' } }, { say: 'I could not.' }])
    const { news } = await rig.turn()
    expect(rig.exists('../outside.txt')).toBe(false)
    const denied = news.flatMap((one) => (one.kind === 'denied' ? [one.tool] : []))
    // Of a command that its sandbox refuses with "Read-only file system" Codex prints nothing at all.
    if (kind === 'codex' && denied.length === 0) return
    expect(denied).toEqual([tool])
  })

  test('to work, it may run commands', async () => {
    await using rig = await agentRig(kind, [{ run: 'touch made' }, { say: 'Done.' }])
    expect((await rig.turn({ access: 'work' })).end.outcome).toBe('ok')
    expect(rig.exists('made')).toBe(true)
  })

  if (ownTool !== undefined)
    test('it calls the tools of the server that it is given, also when it may only edit', async () => {
      await using rig = await agentRig(kind, [{ calls: [{ tool: ownTool, input: { what: 'x' } }] }, { say: 'Done.' }])
      const { end } = await rig.turn({ tools: [node, join(import.meta.dirname, 'small-server.mjs'), rig.folder] })
      expect(end.outcome).toBe('ok')
      expect(rig.read('called')).toBe('{"what":"x"}')
    })

  test('a rate limit that passes is waited for', async () => {
    await using rig = await agentRig(kind, [{ status: 429, type: 'rate_limit_error', times: 2, retryAfter: 1 }, { say: 'Done.' }])
    expect((await rig.turn()).end.outcome).toBe('ok')
    expect(rig.server.asked).toHaveLength(3)
  })

  test('a refused login is told', async () => {
    await using rig = await agentRig(kind, [{ status: 401, type: 'authentication_error', times: 50 }])
    expect((await rig.turn()).end.outcome).toBe('auth')
  })

  if (down !== undefined)
    test('a model that cannot be reached is told', async () => {
      await using rig = await agentRig(kind, [])
      await rig.server.close()
      expect((await rig.turn()).end.outcome).toBe(down as 'overloaded')
    })

  test('a model that never answers: the turn has stalled, and nothing of it is left', async () => {
    await using rig = await agentRig(kind, [{ hang: true }])
    expect((await rig.turn({ silenceMs: 15_000 })).end.outcome).toBe('stalled')
  })

  test('what nobody wants any more is ended, with the commands that it runs', async () => {
    await using rig = await agentRig(kind, [{ run: 'touch begun; sleep 600' }])
    const cancellation = newCancellation()
    const ended = rig.turn({ access: 'work', cancellation, timeoutMs: 200_000, silenceMs: 200_000 })
    const begun = async (): Promise<void> => {
      while (!rig.exists('begun') && !cancellation.requested) await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await Promise.race([begun(), ended])
    cancellation.request('enough')
    expect((await ended).end.outcome).toBe('cancelled')
  })

  test('pawl fix: what it mends is kept, and a done that is not true is not believed', async () => {
    const repo = await newRepo({ 'src/a.txt': 'alpha\nBUG one\n' })
    const home = mkdtempSync(join(tmpdir(), 'pawl-agent-home-'))
    // Codex can do nothing where its home lies in the folder for temporary files.
    mkdirSync(join(home, 'tmp'))
    const server = await modelServer([{ say: 'All is solved and verified.' }, { write: { path: 'src/a.txt', content: 'alpha\n' } }, { say: 'Now it is.' }])
    try {
      const pointed = pointedAt(kind, server.url, home)
      for (const [path, text] of Object.entries(pointed?.files ?? {})) {
        mkdirSync(dirname(join(home, path)), { recursive: true })
        writeFileSync(join(home, path), text)
      }
      const command = JSON.stringify(argvOf(kind))
      const model = pointed?.model === undefined ? '' : `, model: ${pointed.model}`
      repo.write({
        'pawl.yaml': `detect: false
checks: { lint: { command: [${repo.script('lint', 'grep -rn BUG src && exit 1; exit 0')}], inputs: ["src/**"] } }
agents: { ${kind}: { command: ${command}${model}, env: ["XDG_*"], silence: 4m } }
aiFix: { agent: ${kind} }
`,
      })
      repo.commit('config')
      const fix = (): Promise<Ended> => repo.start(['fix', '--yes', '--json'], { env: { ...pointed?.env, TMPDIR: join(home, 'tmp') } }).ended
      const untrue = await fix()
      expect(untrue.stdout).toContain('"summary":"it changed nothing; it says: All is solved and verified."')
      expect(untrue.code).toBe(1)
      expect((await fix()).code).toBe(0)
      expect(repo.read('src/a.txt')).toBe('alpha\n')
    } finally {
      await server.close()
      await repo[Symbol.asyncDispose]()
      rmSync(home, { recursive: true, force: true })
    }
  })
}
