/** What an agent has made so far is shown elsewhere as git would take it, and nothing that lies outside of its clone ever with it. */
import { expect, test } from 'bun:test'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newCancellation } from '../model/cancellation.ts'
import { leaseClone, treeOfClone, type LeasedClone } from './leased-clone.ts'
import { sandboxTrouble } from './sandbox.ts'
import { ScratchRepository } from './scratch-repository.ts'
import { borrowing, showWork } from './shown-work.ts'
import { systemProcesses } from './system-processes.ts'

const shutIn = test.if((await sandboxTrouble()) === undefined)
const secret = 'SECRET of the user\n'

async function places() {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-shown-')))
  const repo = new ScratchRepository()
  repo.commit({ '.gitignore': 'ignored\n', 'src/a.txt': 'a\n', 'src/deep/b.txt': 'b\n', 'c.txt': 'c\n', 'd.txt': 'd\n' })
  const repository = await repo.repository()
  const clone = async (prompt: string): Promise<LeasedClone> => {
    const leased = await leaseClone(repository, repo.path('.pawl'), { prompt, run: 1, base: 'HEAD' })
    if (!leased.ok) throw new Error(JSON.stringify(leased.failures))
    return leased.value
  }
  const [work, place] = [await clone('work'), await clone('place')]
  await borrowing(work, place)
  for (const folder of ['home', 'user']) mkdirSync(join(base, folder))
  writeFileSync(join(base, 'user/a.txt'), secret)
  const processes = systemProcesses({ guarded: false })
  return {
    base,
    work,
    place,
    agent: (line: string) => execFileSync('sh', ['-c', line], { cwd: work.lease.folder, env: { PATH: '/usr/bin:/bin', U: join(base, 'user') } }),
    show: () => showWork(work, place, { processes, home: join(base, 'home'), tag: `shown-${crypto.randomUUID()}`, cancellation: newCancellation() }),
    [Symbol.dispose]() {
      repo[Symbol.dispose]()
      rmSync(base, { recursive: true, force: true })
    },
  }
}

const states: Readonly<Record<string, string>> = {
  nothing: 'true',
  'edits, new files and lost ones': 'echo more >> src/a.txt; echo new > src/new.txt; rm c.txt; mkdir -p x/y; echo z > "x/y/odd \n name"',
  'a name that is no text': 'printf x > "$(printf "odd-\\377")"',
  'what git ignores': 'echo x > ignored; echo y >> src/a.txt',
  'modes and links': 'chmod +x c.txt; ln -s src/a.txt link; ln -s "$U" away; rm d.txt; ln -s "$U/a.txt" d.txt',
  'a file in the place of a folder': 'rm -r src; echo s > src',
  'a folder in the place of a file': 'rm c.txt; mkdir -p c.txt/deep; echo x > c.txt/deep/file',
  'a link in the place of a folder': 'rm -r src; ln -s "$U" src',
  'a pipe in the place of a file': 'rm c.txt; mkfifo c.txt src/pipe',
  'a repository within': 'git init -q within; echo x > within/file; echo y > src/z',
  'a git of its own': 'rm -f .git; git init -q .; git add -A; git config core.fsmonitor "touch $U/run"',
}

/** git takes none of them; what lies beside them is shown all the same. */
const refused = new Set(['a pipe in the place of a file', 'a repository within'])

shutIn('it holds what git would take of the work, state after state, and back again', async () => {
  using all = await places()
  const { work, place } = all
  for (const [state, line] of [...Object.entries(states), ['nothing again', 'true'] as const]) {
    all.agent(line)
    expect([state, await all.show()]).toEqual([state, undefined])
    if (!refused.has(state)) expect([state, await treeOfClone(place)]).toEqual([state, await treeOfClone(work)])
    expect(existsSync(join(place.lease.folder, 'ignored'))).toBe(false)
    all.agent('rm -rf -- * ..?* .[!.g]* && git --git-dir=../own --work-tree=. checkout-index -qaf')
  }
  expect(readdirSync(join(all.base, 'user'))).toEqual(['a.txt'])
})

const many = Array.from({ length: 300 }, (_, i) => `${i}.txt`)

shutIn('what is changed all the time shows nothing from outside', async () => {
  using all = await places()
  const { work, place } = all
  for (const name of many) writeFileSync(join(all.base, 'user', name), secret)
  all.agent(`cd src; for f in ${many.join(' ')}; do echo mine > $f; done`)
  // The folder is now itself, now a link to that of the user.
  const swaps =
    "my ($user) = @ARGV; for (;;) { rename 'src', 'ignored'; symlink $user, 'src'; select undef, undef, undef, 0.001; unlink 'src'; rename 'ignored', 'src'; select undef, undef, undef, 0.001 }"
  const swapper = spawn('perl', ['-e', swaps, join(all.base, 'user')], { cwd: work.lease.folder })
  try {
    for (let i = 0; i < 8; i += 1) {
      // It may say that it could not: the next one counts anew.
      await all.show()
      // grep follows no link that it finds.
      const found = spawnSync('grep', ['-r', 'SECRET', place.lease.folder], { encoding: 'utf8' })
      expect([found.status, found.stdout]).toEqual([1, ''])
    }
  } finally {
    swapper.kill('SIGKILL')
  }
})
