/** A real agent program in a home and a repository of its own, against a scripted model on loopback, by its adapter or by pawl fix. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { agentOf } from '../../src/agents/by-kind.ts'
import { pointedAt } from '../../src/agents/pointed-at.ts'
import { modelServer, type ModelServer, type ScriptedStep } from '../../src/host/model-server.ts'
import { systemProcesses } from '../../src/host/system-processes.ts'
import type { AgentKind, AgentNews, AgentTurn, TurnEnd } from '../../src/model/agent.ts'
import { newCancellation } from '../../src/model/cancellation.ts'

const modules = join(import.meta.dirname, 'node_modules')

/** Native programs, not their launchers: a launcher swallows signals. */
const programs: Readonly<Record<string, readonly string[]>> = {
  claude: [join(modules, '@anthropic-ai/claude-code-linux-x64/claude')],
  codex: [join(modules, '@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex')],
  gemini: [process.env['PAWL_NODE'] ?? 'node', join(modules, '@google/gemini-cli/bundle/gemini.js')],
  opencode: [join(modules, 'opencode-linux-x64/bin/opencode')],
}

/** Which programs are played: slow ones only when they are asked for. */
export const isPlayed = (kind: string): boolean => {
  const asked = process.env['PAWL_AGENTS']
  return asked === undefined ? kind === 'claude' || kind === 'codex' : asked === 'all' || asked.split(',').includes(kind)
}

export function argvOf(kind: string): readonly string[] {
  const argv = programs[kind] ?? []
  const file = argv.at(-1) ?? kind
  if (!existsSync(file)) throw new Error(`${file} is missing: npm run test:agents installs it`)
  return argv
}

export type Turned = { readonly end: TurnEnd; readonly news: readonly AgentNews[]; readonly raw: string }
export type Wish = Partial<AgentTurn> & { readonly silenceMs?: number; readonly argv?: readonly string[] }

export type Rig = {
  readonly server: ModelServer
  readonly folder: string
  /** Variables by which the program finds its home and the server. */
  readonly env: Readonly<Record<string, string>>
  readonly model: string | undefined
  turn(wish?: Wish): Promise<Turned>
  read(path: string): string
  exists(path: string): boolean
  [Symbol.asyncDispose](): Promise<void>
}

const processes = systemProcesses({ graceMs: 2000 })
let count = 0

/** `by`: how it is spoken to; default: by its own adapter. */
export async function agentRig(kind: AgentKind, steps: readonly ScriptedStep[], by: AgentKind = kind): Promise<Rig> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-agent-')))
  const [folder, home] = [join(base, 'work/tree'), join(base, 'home')]
  const server = await modelServer(steps)
  const pointed = pointedAt(kind, server.url, home)
  if (pointed === undefined) throw new Error(`nobody knows how ${kind} is pointed at a server`)
  const files = Object.entries({ ...pointed.files, '.gitconfig': '' }).map(([path, text]) => [join(home, path), text] as const)
  for (const [path, text] of [...files, [join(folder, 'a.txt'), 'alpha\nBUG\n'] as const, [join(base, 'brief.md'), 'Mend a.txt: BUG must go.\n'] as const]) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  const env = { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', TMPDIR: join(base, 'tmp'), ...pointed.env }
  mkdirSync(env.TMPDIR)
  for (const args of [
    ['init', '--quiet', '--initial-branch=main'],
    ['add', '--all'],
  ])
    execFileSync('git', args, { cwd: folder, env })
  return {
    server,
    folder,
    env: pointed.env,
    model: pointed.model,
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    exists: (path) => existsSync(join(folder, path)),
    async turn({ silenceMs = 200_000, argv, ...wish } = {}) {
      const news: AgentNews[] = []
      let raw = ''
      const turn: AgentTurn = {
        brief: readFileSync(join(base, 'brief.md'), 'utf8'),
        briefFile: join(base, 'brief.md'),
        folder,
        env,
        timeoutMs: 200_000,
        budget: {},
        access: 'edit',
        tag: `test-agent-${process.pid}-${++count}`,
        cancellation: newCancellation(),
        news: (one) => void news.push(one),
        output: (chunk) => void (raw += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()),
        ...wish,
      }
      const choice = { name: kind, kind: by, argv: argv ?? argvOf(kind), env: [], silenceMs, ...(pointed.model === undefined ? {} : { model: pointed.model }) }
      return { end: await agentOf(choice).turn(turn, processes), news, raw }
    },
    [Symbol.asyncDispose]: async () => {
      await server.close()
      rmSync(base, { recursive: true, force: true })
    },
  }
}
