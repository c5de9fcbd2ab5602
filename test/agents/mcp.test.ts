/** Claude Code itself, given `pawl mcp` and a scripted model on loopback: it calls the tools, and the model is told what they answer. */
import { expect, test } from 'bun:test'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment, newRepo, pawlCommand } from '../journeys/rig.ts'
import { modelServer } from '../../src/host/model-server.ts'

const program = join(import.meta.dirname, 'node_modules/@anthropic-ai/claude-code-linux-x64/claude')
if (!existsSync(program)) throw new Error(`${program} is missing: npm run test:agents installs it`)

test('it has its work checked, is told the finding, mends it, and reports', async () => {
  await using repo = await newRepo({ 'src/a.txt': 'alpha\nBUG one\n' })
  const base = join(repo.root, '..')
  repo.write({
    'pawl.yaml': `detect: false\nchecks: { lint: { command: [${repo.script('lint', 'grep -rn BUG src && exit 1; exit 0')}], inputs: ["src/**"] } }\n`,
  })
  repo.commit('config')
  const server = await modelServer([
    { calls: [{ tool: 'mcp__pawl__check', input: { all: true } }] },
    { calls: [{ tool: 'Read', input: { file_path: join(repo.root, 'src/a.txt') } }] },
    { calls: [{ tool: 'Edit', input: { file_path: join(repo.root, 'src/a.txt'), old_string: 'BUG one\n', new_string: '' } }] },
    { calls: [{ tool: 'mcp__pawl__check', input: {} }] },
    { calls: [{ tool: 'mcp__pawl__report_done', input: { summary: 'the bug is gone' } }] },
    { say: 'Done.' },
  ])
  const job = join(base, 'jobs/one')
  mkdirSync(job, { recursive: true })
  const [command = '', ...args] = pawlCommand(['mcp'])
  const config = join(base, 'mcp.json')
  writeFileSync(config, JSON.stringify({ mcpServers: { pawl: { command, args, env: { PAWL_JOB: job } } } }))
  const env = {
    ...environment(base),
    ANTHROPIC_BASE_URL: server.url,
    ANTHROPIC_API_KEY: 'dummy-key-for-tests',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    DISABLE_AUTOUPDATER: '1',
  }
  const words = ['-p', 'mend it', '--mcp-config', config, '--strict-mcp-config', '--allowedTools', 'Read,Edit,mcp__pawl']
  const child = spawn(program, words, { cwd: repo.root, env, stdio: ['ignore', 'pipe', 'inherit'] })
  const code = await new Promise((resolve) => child.on('close', resolve))
  await server.close()
  expect([code, repo.read('src/a.txt')]).toEqual([0, 'alpha\n'])
  const [offered = '', first = '', , , second = '', third = ''] = server.asked
  expect(offered).toContain('mcp__pawl__claim_files')
  expect(first).toContain('BUG one')
  expect(first).toContain('src/a.txt')
  expect(second).toMatch(/passed/)
  expect(third).toContain('ecorded')
  expect(readFileSync(join(job, 'records.jsonl'), 'utf8')).toContain('"summary":"the bug is gone"')
  // In the checkout of a job anything may lie that is in no commit: what passed there proves nothing to others.
  expect((await repo.pawl()).shown).toContain('1 check: 1 passed')
})
