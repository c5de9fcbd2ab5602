/** T32: pushes that are rejected, declined, cut off, never answered, or want a password. None asks anybody, hangs, or moves a branch of the remote back. */
import { createServer, type Server } from 'node:http'
import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pushBranch, remoteOf } from '../../src/host/push-branch.ts'
import { ScratchRepository, userGit } from '../../src/host/scratch-repository.ts'
import type { Failure } from '../../src/model/failure.ts'
import { eachCase, spread, type SoakResult, type SoakRow, type SoakSize } from './soak-row.ts'

export const rows: readonly SoakRow[] = [
  { id: 'T32', title: 'pushes that cannot succeed: each ends in time and says why, and the remote keeps what it had', run: played },
]

type Scene = { readonly repo: ScratchRepository; readonly bare: string; readonly base: string; readonly httpPort: number }
type Case = {
  /** An answer that is a commit is what is to be pushed; else it is the tip of main. */
  readonly prepare: (scene: Scene) => unknown
  /** Absent: it arrives. */
  readonly failure?: Failure['type']
  readonly branch?: string
}

const work = 'pawl/work'
const hook = ({ bare }: Scene, name: string, text: string): void => {
  writeFileSync(join(bare, 'hooks', name), `#!/bin/sh\n${text}\n`)
  chmodSync(join(bare, 'hooks', name), 0o755)
}
const program = ({ base, repo }: Scene, text: string): void => {
  const path = join(base, 'other-side')
  writeFileSync(path, `#!/bin/sh\n${text}\n`)
  chmodSync(path, 0o755)
  for (const key of ['receivepack', 'uploadpack']) repo.git('config', `remote.origin.${key}`, path)
}
/** The remote has gone on under the same name. */
const elsewhere = ({ repo, bare }: Scene): void => {
  const other = userGit(bare, ['commit-tree', '-p', 'main', '-m', 'of somebody else', 'main^{tree}']).trim()
  userGit(bare, ['update-ref', `refs/heads/${work}`, other])
  repo.git('commit', '-q', '--allow-empty', '-m', 'ours')
}

const cases: Readonly<Record<string, Case>> = {
  'a new branch': { prepare: () => undefined },
  'a branch that goes on': {
    prepare: ({ repo }) => {
      repo.git('push', '-q', 'origin', `main:${work}`)
      return repo.commit({ 'a.txt': 'b\n' })
    },
  },
  'somebody else was there first': { prepare: elsewhere, failure: 'push.rejected' },
  'a hook declines': { prepare: (scene) => hook(scene, 'pre-receive', 'echo no >&2; exit 1'), failure: 'push.rejected' },
  'a hook declines one branch': { prepare: (scene) => hook(scene, 'update', 'exit 1'), failure: 'push.rejected' },
  'the line is cut at once': { prepare: (scene) => program(scene, 'exit 1'), failure: 'push.unreachable' },
  'the line is cut half-way': { prepare: (scene) => program(scene, `head -c 40 > /dev/null; printf 0; exit 1`), failure: 'push.unreachable' },
  'the other side is killed when all has arrived': { prepare: (scene) => hook(scene, 'post-receive', 'kill -9 $PPID') },
  'nobody answers': { prepare: (scene) => program(scene, 'exec sleep 300'), failure: 'push.unreachable' },
  'nobody answers any more': { prepare: (scene) => hook(scene, 'pre-receive', 'sleep 300'), failure: 'push.unreachable' },
  'a password is wanted': {
    prepare: ({ repo, httpPort }) => repo.git('remote', 'set-url', 'origin', `http://127.0.0.1:${httpPort}/x.git`),
    failure: 'push.unreachable',
  },
  'nobody is at that address': {
    prepare: ({ repo }) => repo.git('remote', 'set-url', 'origin', 'http://127.0.0.1:9/x.git'),
    failure: 'push.unreachable',
  },
  'a key with a pass phrase is wanted': {
    prepare: ({ repo }) => repo.git('remote', 'set-url', 'origin', 'ssh://127.0.0.1:9/x.git'),
    failure: 'push.unreachable',
  },
  'settings that would overwrite': {
    prepare: (scene) => {
      scene.repo.git('config', 'remote.origin.push', '+refs/heads/*:refs/heads/*')
      scene.repo.git('config', 'push.default', 'matching')
      elsewhere(scene)
    },
    failure: 'push.rejected',
  },
  'a mirror': {
    prepare: (scene) => {
      scene.repo.git('config', 'remote.origin.mirror', 'true')
      elsewhere(scene)
    },
    failure: 'push.rejected',
  },
  'the branch that all begin with': { prepare: ({ repo }) => repo.commit({ 'a.txt': 'b\n' }), branch: 'main', failure: 'push.refused' },
  'a branch of releases': { prepare: ({ repo }) => repo.commit({ 'a.txt': 'b\n' }), branch: 'release/1', failure: 'push.refused' },
}

const repetitions = 3
const patienceMs = 4000

async function played(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  const names = Object.keys(cases)
  const server = createServer((_, answer) => answer.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end())
  const httpPort = await listening(server)
  const times: number[] = []
  try {
    const count = size === 'full' ? names.length * repetitions : 6
    const result = await eachCase(count, 2, async (index) => {
      const name = names[size === 'full' ? index % names.length : (index * 3 + 2) % names.length] ?? ''
      return (await play(cases[name] ?? { prepare: () => undefined }, httpPort, times)).map((line) => `${name}: ${line}`)
    })
    report(`a push that fails ends after ${spread(times, 'ms')}, where ${patienceMs} ms are waited for an answer`)
    return result
  } finally {
    server.close()
  }
}

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })

async function play({ prepare, failure, branch = work }: Case, httpPort: number, times: number[]): Promise<readonly string[]> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-pushes-')))
  using repo = new ScratchRepository()
  try {
    const bare = join(base, 'bare.git')
    userGit(base, ['init', '-q', '--bare', '-b', 'main', bare])
    for (const [key, value] of [
      ['user.name', 'x'],
      ['user.email', 'x@example.invalid'],
    ] as const)
      userGit(bare, ['config', key, value])
    repo.commit({ 'a.txt': 'a\n' })
    repo.git('remote', 'add', 'origin', bare)
    repo.git('push', '-q', '-u', 'origin', 'main')
    const prepared = prepare({ repo, bare, base, httpPort })
    const commit = typeof prepared === 'string' && /^[0-9a-f]{40}$/.test(prepared) ? prepared : repo.git('rev-parse', 'main').trim()
    const refs = (): string => userGit(bare, ['for-each-ref', '--format=%(refname) %(objectname)'])
    const before = refs()
    const at = performance.now()
    const told = await pushed(repo, commit, branch)
    if (told !== undefined) times.push(performance.now() - at)
    const arrived = refs().includes(`refs/heads/${branch} ${commit}`)
    if (failure === undefined) return told === undefined && arrived ? [] : [`it did not arrive: ${told?.type} ${told?.why}`]
    const broken = told?.type === failure ? [] : [`it was to be told as ${failure}: ${told?.type} ${told?.why}`]
    if (refs() !== before) broken.push('the remote has changed')
    return broken
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
}

async function pushed(repo: ScratchRepository, commit: string, branch: string): Promise<Failure | undefined> {
  const repository = await repo.repository()
  const remote = await remoteOf(repository, 'main')
  if (!remote.ok) return remote.failures[0]
  return pushBranch(repository, { remote: remote.value, branch, commit, timeoutMs: patienceMs })
}
