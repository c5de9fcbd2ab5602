/** A repository that brings settings for agents, programs that read them as the real ones do, and somebody outside who counts what is sent. */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { faultRepo, type FaultRepo } from './fault-repo.ts'

const home = join(import.meta.dirname, '../..')
const kinds = ['claude', 'codex', 'gemini', 'opencode', 'copilot'] as const

/** The login of the user: nobody else may get it. */
const key = 'CANARY-of-the-user'

export type SettingsRepo = FaultRepo & {
  /** With the mark and the address in the place of `$P` and `$L`. */
  filled(text: string): string
  /** Lets the agent work on task.md. */
  work(agent: string, env?: Readonly<Record<string, string>>): ReturnType<FaultRepo['runs']>
  /** The payload left its mark. */
  hasRun(): boolean
  /** Bytes that reached the address. */
  sent(): number
}

/** `config`: more of pawl.yaml. */
export async function settingsRepo(files: Readonly<Record<string, string>>, config = ''): Promise<SettingsRepo> {
  const repo = await faultRepo({ 'src/a.txt': 'alpha\n' })
  const mark = join(repo.base, 'payload-ran')
  const payload = repo.script('payload', `: >> '${mark}'`)
  let sent = 0
  const server = createServer((socket) => {
    socket.on('data', (chunk) => (sent += chunk.length)).on('error', () => undefined)
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const filled = (text: string): string => text.replaceAll('$P', payload).replaceAll('$L', address)
  const bin = join(repo.base, 'bin')
  mkdirSync(bin)
  for (const kind of [...kinds, 'cursor']) stand(join(bin, kind), kind)
  const lint = repo.script('lint', 'grep -rn BUG src && exit 1; exit 0')
  repo.write({
    'pawl.yaml': `detect: false
diskFree: 1MB
checks:
  lint: { command: [${lint}], inputs: ["src/**"] }
agents: { other: { command: [${join(bin, 'cursor')}] } }
work: { delay: 1s, retries: 0 }
${filled(config)}`,
    ...Object.fromEntries(Object.entries(files).map(([path, text]) => [path, filled(text)])),
  })
  repo.git('config', 'user.name', 'Journey')
  repo.git('config', 'user.email', 'journey@example.invalid')
  repo.commit('settings')
  const runs: FaultRepo['runs'] = (args, { env, ...more } = {}) => repo.runs(args, { ...more, env: { PATH: `${bin}:${process.env['PATH'] ?? ''}`, ...env } })
  const disposed = repo[Symbol.asyncDispose]
  return {
    ...repo,
    runs,
    filled,
    work: (agent, env = {}) => runs(['agents', 'run', '--json', '--agent', agent, '--mends', '1', 'task.md'], { env }),
    hasRun: () => existsSync(mark),
    sent: () => sent,
    [Symbol.asyncDispose]: async () => {
      server.close()
      await disposed()
    },
  }
}

function stand(path: string, kind: string): void {
  const words = [join(home, 'node_modules/.bin/node'), join(import.meta.dirname, 'programs/settings-reader.mjs'), kind, key]
  writeFileSync(path, `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(' ')} "$@"\n`)
  chmodSync(path, 0o755)
}
