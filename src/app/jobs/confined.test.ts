import { expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { lendLogins } from '../../host/lent-logins.ts'
import { leaseClone } from '../../host/leased-clone.ts'
import { sandboxTrouble } from '../../host/sandbox.ts'
import { ScratchRepository } from '../../host/scratch-repository.ts'
import { systemProcesses } from '../../host/system-processes.ts'
import type { AgentChoice, AgentKind } from '../../model/agent.ts'
import { newCancellation } from '../../model/cancellation.ts'
import { loginFiles, shutInAgent } from './confined.ts'

const shutIn = test.if((await sandboxTrouble()) === undefined)
const choice = (kind: AgentKind): AgentChoice => ({ name: kind, kind, argv: ['sh'], env: [], silenceMs: 10_000 })

const logins = {
  claude: '.claude/.credentials.json',
  codex: '.codex/auth.json',
  gemini: '.gemini/oauth_creds.json',
  opencode: '.local/share/opencode/auth.json',
  copilot: '.copilot/config.json',
} as const
const secrets = ['.ssh/id_ed25519', '.aws/credentials', '.npmrc', '.netrc', '.config/gh/hosts.yml', '.claude/settings.json', '.claude.json']

async function place() {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-logins-')))
  const user = join(base, 'user')
  for (const path of [...Object.values(logins), ...secrets]) {
    mkdirSync(dirname(join(user, path)), { recursive: true })
    writeFileSync(join(user, path), `secret of ${path}\n`)
  }
  const repo = new ScratchRepository()
  repo.commit({ a: 'a\n' })
  const clone = await leaseClone(await repo.repository(), repo.path('.pawl'), { prompt: 'p', run: 1, base: 'HEAD' })
  if (!clone.ok) throw new Error(JSON.stringify(clone.failures))
  const [home, papers] = [join(base, 'home'), join(base, 'papers')]
  for (const folder of [home, papers]) mkdirSync(folder)
  return {
    base,
    user,
    home,
    async run(kind: AgentKind, line: string, env: Readonly<Record<string, string>> = { HOME: user }) {
      const shown = lendLogins(home, loginFiles(choice(kind), env))
      if (!shown.ok) return shown.failures[0]?.type
      const given = { PATH: '/usr/bin:/bin', ...env }
      const processes = shutInAgent(systemProcesses({ guarded: false }), choice(kind), given, clone.value, { papers, home, logins: shown.value })
      const ended = await processes.run({
        argv: ['sh', '-c', line],
        cwd: clone.value.lease.folder,
        env: given,
        timeoutMs: 20_000,
        tag: `login-${crypto.randomUUID()}`,
        cancellation: newCancellation(),
      })
      return ended.ok ? ended.exit.stdout : ended.failure.why
    },
    [Symbol.dispose]() {
      repo[Symbol.dispose]()
      rmSync(base, { recursive: true, force: true })
    },
  }
}

shutIn('each program sees its own login, cannot write it, and sees nothing else of the home', async () => {
  for (const [kind, file] of Object.entries(logins) as [keyof typeof logins, string][]) {
    using all = await place()
    const line = `cat ~/${file}; echo more 2>/dev/null >> ~/${file} && echo WROTE; rm -f ~/${file} 2>/dev/null && echo REMOVED; cd ~; find . -type f; ls -d ${all.user} 2>/dev/null`
    expect(await all.run(kind, line)).toBe(`secret of ${file}\n./${file}\n`)
  }
  using all = await place()
  for (const kind of ['command', 'acp'] as const) expect(await all.run(kind, 'cd ~; find . -type f')).toBe('')
})

shutIn('a folder of settings that a variable names is the usual one inside', async () => {
  using all = await place()
  const own = join(all.base, 'elsewhere')
  mkdirSync(own)
  writeFileSync(join(own, 'auth.json'), 'mine\n')
  expect(await all.run('codex', 'cat ~/.codex/auth.json; echo "[$CODEX_HOME]"', { HOME: all.user, CODEX_HOME: own })).toBe('mine\n[]\n')
})

shutIn('a link that an earlier turn put in the way leads nowhere', async () => {
  using all = await place()
  expect(await all.run('codex', `cd ~; mv .codex gone; ln -s ${all.user}/.ssh .codex; ls -A`)).toBe('.codex\ngone\n')
  for (const path of ['.claude', '.gemini/oauth_creds.json']) {
    mkdirSync(dirname(join(all.home, path)), { recursive: true })
    symlinkSync(join(all.user, '.ssh'), join(all.home, path))
  }
  for (const kind of ['codex', 'claude', 'gemini'] as const) expect(await all.run(kind, 'true')).toBe('agent.no-sandbox')
})
