/** T10: the state lies on a network file system, is open to others or belongs to somebody else. */
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { networkFileSystem } from '../../src/host/network-file-system.ts'
import { prepareStateFolder } from '../../src/host/state-folder.ts'
import { faultRepo, type FaultRepo } from './fault-repo.ts'
import { inState } from './lock-holding.ts'
import { oneLine, wrongEnding } from './program.ts'
import { eachCase, missingProgram, skippedRow, together, type SoakResult, type SoakRow, type SoakSize } from './soak-row.ts'

export const rows: readonly SoakRow[] = [
  {
    id: 'T10',
    title: 'state on network file systems is refused and on local ones used, by type; a folder open to others is closed, that of another user refused',
    run: async (size) => together(await types(size), await owners(), ...(size === 'full' ? [await realFuse()] : [])),
  },
]

/** Numbers from `man 2 statfs`, written down here once more: the table under test must not judge itself. */
const fileSystems: readonly (readonly [name: string, type: number, local: boolean])[] = [
  ['NFS', 0x6969, false],
  ['SMB', 0x517b, false],
  ['SMB2', 0xfe534d42, false],
  ['CIFS', 0xff534d42, false],
  ['9p', 0x01021997, false],
  ['FUSE', 0x65735546, false],
  ['Ceph', 0x00c36400, false],
  ['AFS', 0x5346414f, false],
  ['ext4', 0xef53, true],
  ['xfs', 0x58465342, true],
  ['btrfs', 0x9123683e, true],
  ['tmpfs', 0x01021994, true],
  ['overlay', 0x794c7630, true],
  ['zfs', 0x2fc12fc1, true],
  ['f2fs', 0xf2f52010, true],
]

/** The kernel's answer is changed on its way: pawl sees another file system. The small size takes every fourth that way. */
async function types(size: SoakSize): Promise<SoakResult> {
  const missing = process.platform === 'linux' ? missingProgram('strace') : 'strace is for Linux'
  const table = await eachCase(fileSystems.length, 1, async (index) => {
    const [name, type, local] = fileSystems[index] ?? ['', 0, true]
    return (networkFileSystem(type, 'linux') === undefined) === local ? [] : [`${name} is taken for ${local ? 'a network file system' : 'local'}`]
  })
  if (missing !== undefined) return together(table, skippedRow(`types as the kernel tells them: ${missing}`))
  const chosen = fileSystems.filter((_, index) => size === 'full' || index % 4 === 1)
  const played = await eachCase(chosen.length, 2, async (index) => {
    await using repo = await smallRepo()
    const [name, type, local] = chosen[index] ?? ['', 0, true]
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64LE(BigInt(type))
    const through = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=statfs', '-e', `inject=statfs:poke_exit=@arg2=${bytes.toString('hex')}`]
    const end = await repo.runs([], { through })
    const wrong = wrongEnding(end, [local ? 0 : 2]).map((line) => `${name}: ${line}`)
    if (!local && !/network file system/.test(end.text)) return [...wrong, `${name}: it does not say why: ${oneLine(end.text)}`]
    return local || !repo.exists('.pawl/store.db') ? wrong : [...wrong, `${name}: a database was made there`]
  })
  return together(table, played)
}

async function smallRepo(): Promise<FaultRepo> {
  const repo = await faultRepo({ 'a.txt': '0\n' })
  repo.write({ 'pawl.yaml': 'detect: false\ndiskFree: 1\nchecks: { fine: { command: ["true"] } }\n' })
  return repo
}

async function owners(): Promise<SoakResult> {
  const modes = [0o755, 0o770, 0o707, 0o777, 0o701]
  const opened = await eachCase(modes.length, 1, (index) =>
    inState(async (state) => {
      chmodSync(state, modes[index] ?? 0o755)
      const prepared = await prepareStateFolder(state)
      const mode = statSync(state).mode & 0o777
      return prepared.ok && mode === 0o700 ? [] : [`a folder with mode ${(modes[index] ?? 0).toString(8)} is left with ${mode.toString(8)}`]
    }),
  )
  if (process.getuid?.() !== 0) return together(opened, skippedRow('folders of another user: only root can make one'))
  const parts = ['', 'logs', 'cache']
  const foreign = await eachCase(parts.length, 1, (index) =>
    inState(async (state) => {
      const part = join(state, parts[index] ?? '')
      mkdirSync(part, { recursive: true })
      chownSync(part, 12_345, 12_345)
      const prepared = await prepareStateFolder(state)
      return prepared.ok ? [`a folder of another user is used: ${parts[index] ?? ''}`] : []
    }),
  )
  return together(opened, foreign)
}

async function realFuse(): Promise<SoakResult> {
  const missing = missingProgram('bindfs', 'umount')
  if (missing !== undefined) return skippedRow(`a real FUSE: ${missing}`)
  await using repo = await smallRepo()
  const mounted = mkdtempSync(join(repo.base, 'fuse-'))
  if (spawnSync('bindfs', [repo.root, mounted]).status !== 0) return skippedRow('a real FUSE: it cannot be mounted here')
  try {
    const end = await repo.runs([], { cwd: mounted })
    return { cases: 1, broken: [...wrongEnding(end, [2]), ...(/FUSE/.test(end.text) ? [] : [`FUSE is not named: ${oneLine(end.text)}`])] }
  } finally {
    spawnSync('umount', [mounted])
    rmSync(mounted, { recursive: true, force: true })
  }
}
