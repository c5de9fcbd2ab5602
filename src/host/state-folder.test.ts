import { afterEach, expect, test } from 'bun:test'
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { networkFileSystem } from './network-file-system.ts'
import { newCancellation } from '../model/cancellation.ts'
import { runLock } from './run-lock.ts'
import { systemClock } from './system-clock.ts'
import { prepareStateFolder, stateFolderOf } from './state-folder.ts'

const folders: string[] = []
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })))

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-state-'))
  folders.push(folder)
  return folder
}

test('state lies beside the main checkout, inside a bare repository, or below the root outside of git', () => {
  expect(stateFolderOf('/w/linked', '/w/main/.git')).toBe('/w/main/.pawl')
  expect(stateFolderOf('/w/linked', '/w/bare.git')).toBe('/w/bare.git/pawl')
  expect(stateFolderOf('/w/super/sub', '/w/super/.git/modules/sub')).toBe('/w/super/.git/modules/sub/pawl')
  expect(stateFolderOf('/w/plain', undefined)).toBe('/w/plain/.pawl')
})

test('the folder is for this user alone and git does not see it', async () => {
  const root = newFolder()
  const dir = join(root, '.pawl')
  expect(await prepareStateFolder(dir)).toEqual({ ok: true, value: undefined })
  expect(await prepareStateFolder(dir)).toEqual({ ok: true, value: undefined })
  expect(['', 'logs', 'cache'].map((part) => statSync(join(dir, part)).mode & 0o777)).toEqual([0o700, 0o700, 0o700])
  expect(readdirSync(dir).toSorted()).toEqual(['.gitignore', 'cache', 'logs'])
  execFileSync('git', ['init', '-q', root])
  expect(execFileSync('git', ['-C', root, 'status', '--porcelain'], { encoding: 'utf8' })).toBe('')
})

test('a folder that is open to others is closed, and a torn ignore file is mended', async () => {
  const dir = join(newFolder(), '.pawl')
  mkdirSync(dir)
  chmodSync(dir, 0o755)
  writeFileSync(join(dir, '.gitignore'), '')
  expect((await prepareStateFolder(dir)).ok).toBe(true)
  expect(statSync(dir).mode & 0o777).toBe(0o700)
  expect(readFileSync(join(dir, '.gitignore'), 'utf8')).toBe('*\n')
})

async function refusal(dir: string): Promise<string> {
  const prepared = await prepareStateFolder(dir)
  const failure = prepared.ok ? undefined : prepared.failures[0]
  expect(failure?.type).toBe('store.unusable')
  expect(failure?.hint).toBeDefined()
  return failure?.why ?? ''
}

test('links, files in its place and missing parents are refused with a hint', async () => {
  const root = newFolder()
  const elsewhere = newFolder()
  symlinkSync(elsewhere, join(root, 'link'))
  writeFileSync(join(root, 'file'), '')
  mkdirSync(join(root, 'planted'))
  symlinkSync(elsewhere, join(root, 'planted', 'logs'))
  expect(await refusal(join(root, 'link'))).toContain('symbolic link')
  expect(await refusal(join(root, 'file'))).toContain('no folder')
  expect(await refusal(join(root, 'planted'))).toContain('symbolic link')
  expect(readdirSync(elsewhere)).toEqual([])
  expect((await prepareStateFolder(join(root, 'none', '.pawl'))).ok).toBe(false)
})

test.if(process.getuid?.() === 0)('the folder of another user is refused', async () => {
  const dir = join(newFolder(), '.pawl')
  mkdirSync(dir)
  chownSync(dir, 12345, 12345)
  expect(await refusal(dir)).toContain('belongs to user 12345')
  expect(lstatSync(dir).uid).toBe(12345)
})

test('network file systems are known by their type and local ones are not', () => {
  const network = {
    NFS: 0x6969,
    SMB: 0x517b,
    SMB2: 0xfe534d42,
    CIFS: 0xff534d42,
    '9p': 0x01021997,
    FUSE: 0x65735546,
    AFS: 0x5346414f,
    Ceph: 0x00c36400,
    Lustre: 0x0bd00bd0,
    signed: 0xff534d42 | 0,
  }
  const local = { ext4: 0xef53, btrfs: 0x9123683e, xfs: 0x58465342, tmpfs: 0x01021994, overlay: 0x794c7630, zfs: 0x2fc12fc1, apfs: 0x1a }
  expect(Object.entries(network).filter(([, type]) => networkFileSystem(type, 'linux') === undefined)).toEqual([])
  expect(Object.entries(local).filter(([, type]) => networkFileSystem(type, 'linux') !== undefined)).toEqual([])
  expect(networkFileSystem(0x6969, 'darwin')).toBeUndefined()
})

test('a folder in the place of .gitignore or of the record of the holder is moved aside', async () => {
  const dir = join(newFolder(), '.pawl')
  for (const name of ['.gitignore', 'lock.holder']) mkdirSync(join(dir, name, 'kept'), { recursive: true })
  expect((await prepareStateFolder(dir)).ok).toBe(true)
  const lock = runLock(dir, systemClock())
  const acquired = await lock.acquire('pawl', 0, () => undefined, newCancellation())
  expect([acquired.ok, lock.holder()?.command]).toEqual([true, 'pawl'])
  expect(readFileSync(join(dir, '.gitignore'), 'utf8')).toBe('*\n')
  for (const name of ['.gitignore', 'lock.holder']) expect(readdirSync(dir).filter((file) => file.startsWith(`${name}.corrupt-`))).toHaveLength(1)
  if (acquired.ok) acquired.lock.release()
})
