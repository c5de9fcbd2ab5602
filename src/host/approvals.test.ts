import { expect, test } from 'bun:test'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { approvalsFile, readApprovals, saveApprovals } from './approvals.ts'

const one = { repository: '/r/.git', path: '.mcp.json', digest: 'a'.repeat(64), at: 1 }

async function inFolder(play: (base: string, file: string) => Promise<void>): Promise<void> {
  const base = mkdtempSync(join(tmpdir(), 'pawl-trust-'))
  try {
    mkdirSync(join(base, 'repo'))
    await play(base, approvalsFile({ HOME: base }))
  } finally {
    rmSync(base, { recursive: true })
  }
}

test('approvals are kept for the user alone, outside of every repository', async () => {
  await inFolder(async (base, file) => {
    expect(file).toBe(join(base, '.local/state/pawl/trust.json'))
    expect(approvalsFile({ HOME: base, XDG_STATE_HOME: '/s' })).toBe('/s/pawl/trust.json')
    expect(approvalsFile({ HOME: base, XDG_STATE_HOME: 'relative' })).toBe(file)
    expect(readApprovals(file)).toEqual({ ok: true, value: [] })
    expect((await saveApprovals(file, join(base, 'repo'), [one])).ok).toBe(true)
    expect(readApprovals(file)).toEqual({ ok: true, value: [one] })
    expect([statSync(dirname(file)).mode & 0o777, statSync(file).mode & 0o777]).toEqual([0o700, 0o600])
  })
})

test('what is damaged, of a newer pawl, open to others or a link approves of nothing', async () => {
  await inFolder(async (base, file) => {
    await saveApprovals(file, join(base, 'repo'), [one])
    const whole = readFileSync(file, 'utf8')
    for (const text of ['', whole.slice(0, -9), whole.replace('"v": 1', '"v": 2'), '{"v":1,"approvals":[{"path":1}]}', '[]']) {
      writeFileSync(file, text)
      expect([text, readApprovals(file).ok]).toEqual([text, false])
    }
    writeFileSync(file, whole)
    chmodSync(file, 0o666)
    expect(readApprovals(file).ok).toBe(false)
    rmSync(file)
    writeFileSync(join(base, 'repo/trust.json'), whole)
    symlinkSync(join(base, 'repo/trust.json'), file)
    expect(readApprovals(file).ok).toBe(false)
  })
})

test('a repository cannot hold what approves of it', async () => {
  await inFolder(async (base) => {
    const file = approvalsFile({ XDG_STATE_HOME: join(base, 'repo/state') })
    expect(await saveApprovals(file, join(base, 'repo'), [one])).toMatchObject({ ok: false, failures: [{ type: 'store.unusable' }] })
  })
})
