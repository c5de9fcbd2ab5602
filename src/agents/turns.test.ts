import { afterEach, beforeEach, expect, test } from 'bun:test'
import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { liveProcess } from '../host/proc-table.ts'
import { systemProcesses } from '../host/system-processes.ts'
import { agentKinds, type AgentKind, type AgentNews, type AgentTurn, type TurnEnd } from '../model/agent.ts'
import { newCancellation } from '../model/cancellation.ts'
import { agentOf } from './by-kind.ts'

const processes = systemProcesses({ graceMs: 300 })
const onLinux = process.platform === 'linux'
let base = ''
let count = 0

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-turns-')))
  writeFileSync(join(base, 'brief.md'), 'Mend it.\nAll of it.\n')
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

function script(text: string): string {
  const path = join(base, 'program')
  writeFileSync(path, `#!/bin/sh\n${text}\n`)
  chmodSync(path, 0o755)
  return path
}

type Wish = Partial<AgentTurn> & { readonly silenceMs?: number }
type Turned = { readonly end: TurnEnd; readonly news: readonly AgentNews[]; readonly raw: string }

async function turned(kind: AgentKind, program: string, { silenceMs = 20_000, ...wish }: Wish = {}): Promise<Turned> {
  const news: AgentNews[] = []
  let raw = ''
  const turn: AgentTurn = {
    brief: readFileSync(join(base, 'brief.md'), 'utf8'),
    briefFile: join(base, 'brief.md'),
    folder: base,
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
    timeoutMs: 20_000,
    budget: {},
    access: 'edit',
    tag: `test-turn-${process.pid}-${++count}`,
    cancellation: newCancellation(),
    news: (one) => void news.push(one),
    output: (chunk) => void (raw += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()),
    ...wish,
  }
  const end = await agentOf({ name: kind, kind, argv: [program], env: [], silenceMs }).turn(turn, processes)
  return { end, news, raw }
}

const pidIn = (name: string): number => Number(readFileSync(join(base, name), 'utf8'))
const lives = (pid: number): boolean => (onLinux ? liveProcess(pid) !== undefined : false)
const streaming = agentKinds.filter((kind) => kind !== 'command' && kind !== 'acp')

const done: Readonly<Record<string, string>> = {
  claude: '{"type":"result","subtype":"success","is_error":false,"result":"hi"}',
  codex: '{"type":"turn.completed","usage":{}}',
  gemini: '{"type":"result","status":"success"}',
  opencode: '{"type":"step_finish","sessionID":"s","part":{"reason":"stop"}}',
  copilot: '{"type":"result","exitCode":0,"sessionId":"s"}',
}

test.each(agentKinds.filter((kind) => kind !== 'acp'))('%s: its input is never left open, and it gets the brief', async (kind) => {
  const { end } = await turned(kind, script(`cat > got; printf '%s' "$*" > words; echo '${done[kind] ?? 'done'}'`))
  expect(end.outcome).toBe('ok')
  const [got, words] = ['got', 'words'].map((name) => readFileSync(join(base, name), 'utf8'))
  expect(kind === 'copilot' ? words : got).toContain('All of it.')
  // Others can read the words of a program.
  if (kind !== 'copilot') expect(words).not.toContain('All of it.')
})

test.each(streaming)('%s: exit code 0 without the last event is no end', async (kind) => {
  const { end } = await turned(kind, script('echo "{}"; echo hello'))
  expect(end).toMatchObject({ outcome: 'protocol', why: 'it ended with exit code 0: hello' })
})

test.each(streaming)('%s: half a line is no event', async (kind) => {
  const { end } = await turned(kind, script(`printf '%s' '${(done[kind] ?? '').slice(0, 30)}'; exit 3`))
  expect(end.outcome).toBe('crashed')
})

test.each(streaming)('%s: the last line needs no end, and may come in pieces', async (kind) => {
  const line = done[kind] ?? ''
  const { end } = await turned(kind, script(`printf '%s' '${line.slice(0, 10)}'; printf '%s' '${line.slice(10)}'`))
  expect(end.outcome).toBe('ok')
})

test.each(streaming)('%s: ended by a signal it was killed', async (kind) => {
  const { end } = await turned(kind, script('kill -9 $$'))
  expect(end.outcome).toBe('killed')
})

test.each([
  [145, 'auth'],
  [173, 'quota'],
  [41, 'auth'],
  [1, 'crashed'],
] as const)('gemini: exit code %d without an event means %s', async (code, outcome) => {
  const { end } = await turned('gemini', script(`echo 'Error: no' >&2; exit ${code}`))
  expect(end).toMatchObject({ outcome, why: `it ended with exit code ${code}: Error: no` })
})

test('gemini: what it tells on its standard error while it waits is news', async () => {
  const { news } = await turned('gemini', script(`echo 'Attempt 1 failed with status 429. Retrying' >&2; echo '${done['gemini']}'`))
  expect(news).toEqual([{ kind: 'retry', cause: '429', attempt: 1 }])
})

test('claude: a refused login ends it at once', async () => {
  const retry = '{"type":"system","subtype":"api_retry","error_status":401,"error":"authentication_failed"}'
  const { end } = await turned('claude', script(`echo '${retry}'; exec sleep 30`))
  expect(end.outcome).toBe('auth')
  expect(end.spent.timeMs).toBeLessThan(15_000)
})

test.each(streaming)('%s: one that has told its end and does not go has ended', async (kind) => {
  const { end } = await turned(kind, script(`echo '${done[kind]}'; exec sleep 30`), { silenceMs: 400 })
  expect(end.outcome).toBe('ok')
})

const stubborn = (line = ''): string =>
  `trap '' TERM\n(setsid sh -c 'trap "" TERM; echo $$ > child; while :; do sleep 1; done') &\n${line}\nwhile :; do sleep 1; done`

test.each(streaming)('%s: one that ignores TERM is gone after the time limit, with all that it has started', async (kind) => {
  const begun = kind === 'claude' ? `echo '{"type":"system","subtype":"init","session_id":"s1"}'` : ''
  const { end } = await turned(kind, script(stubborn(begun)), { timeoutMs: 700, sessionId: 's1' })
  expect(end).toMatchObject({ outcome: 'timed-out', why: 'it took longer than it may' })
  if (kind === 'claude') expect(end.session).toEqual({ id: 's1' })
  expect(lives(pidIn('child'))).toBe(false)
})

test('one that says nothing has stalled', async () => {
  const { end } = await turned('codex', script('exec sleep 30'), { silenceMs: 300 })
  expect(end.outcome).toBe('stalled')
})

test('a conversation that nobody wants to keep is not told', async () => {
  const begun = `echo '{"type":"thread.started","thread_id":"t1"}'; echo '${done['codex']}'; printf '%s' "$*" > words`
  const forgotten = await turned('codex', script(begun))
  expect([forgotten.news, forgotten.end.session]).toEqual([[], undefined])
  expect(readFileSync(join(base, 'words'), 'utf8')).toContain('--ephemeral')
  const kept = await turned('codex', script(begun), { sessionId: 'x' })
  expect(kept.news).toEqual([{ kind: 'session', id: 't1' }])
  expect(kept.end.session).toEqual({ id: 't1' })
})

test('a program that is not there is missing', async () => {
  for (const kind of agentKinds) expect((await turned(kind, join(base, 'nowhere'))).end.outcome).toBe('missing')
})

test('a turn that nobody wants any more is cancelled, whatever it has told', async () => {
  const cancellation = newCancellation()
  const ended = turned('codex', script(`echo '${done['codex']}'; echo here; exec sleep 30`), {
    cancellation,
    output: () => cancellation.request('enough'),
  })
  expect((await ended).end.outcome).toBe('cancelled')
})

/** A small agent of the protocol, in shell: it answers by the order of what it is asked. */
const acpProgram = (afterPrompt: string, atEnd = ''): string => `
read line; echo '{"jsonrpc":"2.0","id":0,"result":{"protocolVersion":1,"agentCapabilities":{"loadSession":true}}}'
read line; echo "$line" > opened; echo '{"jsonrpc":"2.0","id":1,"result":{"sessionId":"a1"}}'
read line; echo "$line" > prompt
${afterPrompt}
while read line; do echo "$line" >> after; ${atEnd} done
echo ended > ended`
const answer = (reason: string): string => `echo '{"jsonrpc":"2.0","id":2,"result":{"stopReason":"${reason}"}}'`

test('acp: a conversation from its opening to the end of its input', async () => {
  const { end, news } = await turned('acp', script(acpProgram(answer('end_turn'))))
  expect(end).toMatchObject({ outcome: 'ok', session: { id: 'a1' } })
  expect(news).toEqual([{ kind: 'session', id: 'a1' }])
  expect(readFileSync(join(base, 'prompt'), 'utf8')).toContain('All of it.')
  expect(existsSync(join(base, 'ended'))).toBe(true)
})

test('acp: it asks, and is answered', async () => {
  const ask = (path: string): string =>
    `echo '{"jsonrpc":"2.0","id":9,"method":"session/request_permission","params":{"toolCall":{"toolCallId":"c${path.length}","kind":"edit","title":"Write","locations":[{"path":"${path}"}]},"options":[{"optionId":"y","kind":"allow_once"},{"optionId":"n","kind":"reject_once"}]}}'; read line; echo "$line" >> answers`
  const { end, news } = await turned('acp', script(acpProgram(`${ask('/etc/passwd')}\n${ask('a.txt')}\n${answer('end_turn')}`)))
  expect(end.outcome).toBe('ok')
  const answers = readFileSync(join(base, 'answers'), 'utf8').trim().split('\n')
  expect(answers.map((line) => (JSON.parse(line) as { result: { outcome: { optionId: string } } }).result.outcome.optionId)).toEqual(['n', 'y'])
  expect(news.slice(1)).toEqual([
    { kind: 'denied', tool: 'Write', why: '/etc/passwd is outside of its folder' },
    { kind: 'activity', text: 'Write' },
    { kind: 'touched', path: 'a.txt' },
  ])
})

test('acp: one that does not end with its input is ended', async () => {
  const { end } = await turned('acp', script(acpProgram(`${answer('end_turn')}\n${stubborn()}`)))
  expect(end.outcome).toBe('ok')
  expect(lives(pidIn('child'))).toBe(false)
})

test('acp: over its time it is asked to stop, and the limit is what is told', async () => {
  const { end } = await turned('acp', script(acpProgram('', `${answer('cancelled')};`)), { timeoutMs: 700 })
  expect(end).toMatchObject({ outcome: 'timed-out', session: { id: 'a1' } })
  expect(readFileSync(join(base, 'after'), 'utf8')).toContain('session/cancel')
  expect(existsSync(join(base, 'ended'))).toBe(true)
})

test.each([
  ['exit 0', 'protocol'],
  ['exit 4', 'crashed'],
  ['kill -9 $$', 'killed'],
] as const)('acp: one that goes before it has answered (%s): %s', async (way, outcome) => {
  const { end } = await turned('acp', script(acpProgram(way)))
  expect(end).toMatchObject({ outcome, session: { id: 'a1' } })
})
