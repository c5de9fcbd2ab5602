import { afterEach, beforeEach, expect, test } from 'bun:test'
import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pushBranch, remoteOf, withoutLogin, type Remote } from './push-branch.ts'
import { ScratchRepository, userGit } from './scratch-repository.ts'

let base = ''
let bare = ''
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-push-')))
  bare = join(base, 'bare.git')
  userGit(base, ['init', '-q', '--bare', '-b', 'main', bare])
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

const there = (ref: string): string => userGit(bare, ['for-each-ref', '--format=%(objectname)', ref]).trim()

function scratch(): ScratchRepository {
  const repo = new ScratchRepository()
  repo.commit({ 'a.txt': 'a\n' })
  repo.git('remote', 'add', 'origin', bare)
  repo.git('push', '-q', '-u', 'origin', 'main')
  repo.git('branch', 'pawl/work')
  return repo
}

const isAlive = (pid: string): boolean => existsSync(`/proc/${pid}/stat`) && !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))

/** The other side of the line, instead of git's own. */
function otherSide(repo: ScratchRepository, script: string): void {
  const path = join(base, 'receive-pack')
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  repo.git('config', 'remote.origin.receivepack', path)
}

async function pushed(repo: ScratchRepository, commit = repo.git('rev-parse', 'pawl/work').trim(), branch = 'pawl/work', timeoutMs = 20_000) {
  const repository = await repo.repository()
  const remote = await remoteOf(repository, 'main')
  if (!remote.ok) return remote.failures[0]
  return pushBranch(repository, { remote: remote.value, branch, commit, timeoutMs })
}

test('a branch arrives, and nothing else: no tag, no hook, no setting', async () => {
  using repo = scratch()
  repo.git('tag', '-a', 'v1', '-m', 'v1')
  repo.git('config', 'push.followTags', 'true')
  repo.write({ '.git/hooks/pre-push': `#!/bin/sh\necho ran > ${join(base, 'ran')}\nexit 1\n` })
  chmodSync(repo.path('.git/hooks/pre-push'), 0o755)
  const before = readFileSync(repo.path('.git/config'), 'utf8')
  expect(await pushed(repo)).toBeUndefined()
  expect(there('refs/heads/pawl/work')).toBe(repo.git('rev-parse', 'main').trim())
  expect(there('refs/tags')).toBe('')
  expect(await Bun.file(join(base, 'ran')).exists()).toBe(false)
  expect(readFileSync(repo.path('.git/config'), 'utf8')).toBe(before)
})

test('a branch moves forward, and never back or aside', async () => {
  using repo = scratch()
  const first = repo.git('rev-parse', 'HEAD').trim()
  const second = repo.commit({ 'a.txt': 'b\n' })
  expect(await pushed(repo, second)).toBeUndefined()
  repo.git('checkout', '-q', '--detach', first)
  const aside = repo.commit({ 'a.txt': 'c\n' })
  // A setting that would overwrite is no way around that.
  repo.git('config', 'remote.origin.push', '+refs/heads/*:refs/heads/*')
  expect(await pushed(repo, aside)).toMatchObject({ type: 'push.rejected', kept: expect.stringContaining('origin has what it had') })
  expect(await pushed(repo, first)).toMatchObject({ type: 'push.rejected' })
  expect(there('refs/heads/pawl/work')).toBe(second)
})

test.each(['main', 'master', 'develop', 'release/1.2', 'production'])('%s is not pushed', async (branch) => {
  using repo = scratch()
  const next = repo.commit({ 'a.txt': 'b\n' })
  expect(await pushed(repo, next, branch)).toMatchObject({ type: 'push.refused' })
  expect(there(`refs/heads/${branch}`)).not.toBe(next)
})

test('a hook of the other side that declines is told in its words', async () => {
  using repo = scratch()
  writeFileSync(join(bare, 'hooks/pre-receive'), '#!/bin/sh\necho "no entry on fridays" >&2\nexit 1\n')
  chmodSync(join(bare, 'hooks/pre-receive'), 0o755)
  expect(await pushed(repo)).toMatchObject({ type: 'push.rejected', why: expect.stringContaining('pre-receive hook declined') })
})

test('a line that hangs is given up, and what was started for it is ended', async () => {
  using repo = scratch()
  otherSide(repo, `echo $$ > ${join(base, 'pid')}\nexec sleep 300`)
  repo.git('config', 'remote.origin.uploadpack', join(base, 'receive-pack'))
  const begin = performance.now()
  expect(await pushed(repo, undefined, undefined, 700)).toMatchObject({
    type: 'push.unreachable',
    why: expect.stringContaining('did not answer within 700 ms'),
  })
  expect(performance.now() - begin).toBeLessThan(10_000)
  const pid = readFileSync(join(base, 'pid'), 'utf8').trim()
  while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve))
})

test('a line that is cut before anything arrived is told', async () => {
  using repo = scratch()
  otherSide(repo, 'exit 1')
  expect(await pushed(repo)).toMatchObject({ type: 'push.unreachable', kept: 'pawl/work is kept here' })
})

test('a line that is cut after all has arrived is no trouble', async () => {
  using repo = scratch()
  writeFileSync(join(bare, 'hooks/post-receive'), `#!/bin/sh\necho ran > ${join(base, 'ran')}\nkill -9 $PPID\n`)
  chmodSync(join(bare, 'hooks/post-receive'), 0o755)
  expect(await pushed(repo)).toBeUndefined()
  expect(await Bun.file(join(base, 'ran')).exists()).toBe(true)
  expect(there('refs/heads/pawl/work')).toBe(repo.git('rev-parse', 'pawl/work').trim())
})

test('who needs a password is not asked for one', async () => {
  using server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () => new Response('', { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }),
  })
  using repo = scratch()
  repo.git('remote', 'set-url', 'origin', `http://127.0.0.1:${server.port}/x.git`)
  repo.git('config', 'core.askPass', 'sleep')
  expect(await pushed(repo)).toMatchObject({ type: 'push.unreachable', why: expect.stringContaining('terminal prompts disabled') })
})

test('the remote is the one that the default branch follows, else origin, else the only one', async () => {
  using repo = new ScratchRepository()
  repo.commit()
  const repository = await repo.repository()
  const name = async (): Promise<string | undefined> => {
    const found = await remoteOf(repository, 'main')
    return found.ok ? (found.value satisfies Remote).name : found.failures[0]?.type
  }
  expect(await name()).toBe('push.no-remote')
  repo.git('remote', 'add', 'only', bare)
  expect(await name()).toBe('only')
  repo.git('remote', 'add', 'other', bare)
  expect(await name()).toBe('push.no-remote')
  repo.git('config', 'branch.main.remote', 'other')
  expect(await name()).toBe('other')
})

test('a login in an address is not shown', () => {
  expect(withoutLogin("fatal: unable to access 'https://me:token@host/x.git/'")).toBe("fatal: unable to access 'https://host/x.git/'")
})
