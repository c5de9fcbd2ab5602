import { expect, test } from 'bun:test'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { systemProcesses } from '../host/system-processes.ts'
import type { AgentKind, TurnEnd } from '../model/agent.ts'
import { newCancellation } from '../model/cancellation.ts'
import { findSite } from './site.ts'
import { approve, settingsIn } from './trust.ts'
import { trustedAgents } from './trusted-agent.ts'

/** A folder `repo` beside a home, programs on PATH, and one turn of an agent in that folder. */
async function place(programs: Readonly<Record<string, string>>, files: Readonly<Record<string, string>>) {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-trusted-')))
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(base, path)), { recursive: true })
    writeFileSync(join(base, path), text)
    chmodSync(join(base, path), 0o755)
  }
  write('brief.md', 'Do it.\n')
  for (const [path, text] of Object.entries(programs)) write(path, `#!/bin/sh\n${text}\n`)
  mkdirSync(join(base, 'repo'), { recursive: true })
  for (const [path, text] of Object.entries(files)) write(`repo/${path}`, text)
  const folder = join(base, 'repo')
  const env = { HOME: base, PATH: `${join(folder, 'node_modules/.bin')}:${join(base, 'bin')}:${process.env['PATH'] ?? ''}` }
  const site = await findSite(folder, env)
  if (!site.ok) throw new Error(site.failures[0]?.what)
  return {
    base,
    folder,
    site: site.value,
    said: () => readFileSync(join(base, 'said'), 'utf8'),
    turn: (kind: AgentKind, ...argv: readonly string[]): Promise<TurnEnd> =>
      trustedAgents(site.value)({ name: 'a', kind, argv, env: [], silenceMs: 60_000 }).turn(
        {
          brief: 'Do it.\n',
          briefFile: join(base, 'brief.md'),
          folder,
          env,
          timeoutMs: 60_000,
          budget: {},
          access: 'edit',
          tag: `test-trusted-${process.pid}`,
          cancellation: newCancellation(),
          news: () => undefined,
          output: () => undefined,
        },
        systemProcesses(),
      ),
    [Symbol.dispose]: () => rmSync(base, { recursive: true }),
  }
}

const says = (word: string): string => `echo ${word} "$@" > "$HOME/said"`

test('a program with a login is that of the user, not one of the same name in the checkout', async () => {
  using here = await place({ 'bin/claude': says('outside'), 'repo/node_modules/.bin/claude': says('inside') }, {})
  await here.turn('claude', 'claude')
  expect(here.said()).toStartWith('outside ')
})

test('one that only the checkout has is not started with a login until its content is approved of', async () => {
  using here = await place({ 'repo/node_modules/.bin/gemini': says('inside'), 'repo/agent.sh': says('own') }, {})
  const held = await here.turn('gemini', 'gemini')
  expect(held).toMatchObject({ outcome: 'unapproved', spent: { timeMs: 0, turns: 0, tokens: 0, usd: 0 } })
  expect(held.why).toMatch(/^node_modules\/\.bin\/gemini \([0-9a-f]{12}\)$/)
  expect((await here.turn('gemini', 'sh', 'agent.sh')).outcome).toBe('unapproved')
  await here.turn('command', 'sh', 'agent.sh')
  expect(here.said()).toStartWith('own')
})

test('settings hold a program that cannot be kept from them, until exactly these are approved of', async () => {
  using here = await place({ 'bin/gemini': says('ran') }, { '.gemini/settings.json': '{}' })
  expect((await here.turn('gemini', 'gemini')).outcome).toBe('unapproved')
  expect((await approve(here.site, settingsIn(here.site, here.folder, ['gemini']))).ok).toBe(true)
  expect((await here.turn('gemini', 'gemini')).outcome).not.toBe('unapproved')
  writeFileSync(join(here.folder, '.gemini/settings.json'), '{ }')
  expect((await here.turn('gemini', 'gemini')).outcome).toBe('unapproved')
})

test('what is there and not approved of is kept from Claude Code; approved of, it is read', async () => {
  using here = await place({ 'bin/claude': says('ran') }, { '.mcp.json': '{}' })
  await here.turn('claude', 'claude')
  expect(here.said()).toContain('--setting-sources user')
  await approve(here.site, settingsIn(here.site, here.folder, ['claude']))
  await here.turn('claude', 'claude')
  expect(here.said()).not.toContain('--setting-sources')
  expect(here.said()).toContain(`--mcp-config ${join(here.folder, '.mcp.json')} --strict-mcp-config`)
})

test('a program that looks upwards is held by what lies above its checkout in the repository', async () => {
  using here = await place({ 'bin/gemini': says('ran') }, { '.env': 'GEMINI_API_KEY=x\n' })
  const below = join(here.folder, '.pawl/worktrees/one')
  mkdirSync(below, { recursive: true })
  expect(settingsIn(here.site, below, ['gemini']).map(({ path }) => path)).toEqual(['.env'])
  expect(settingsIn(here.site, below, ['claude'])).toEqual([])
})
