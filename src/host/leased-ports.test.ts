import { afterEach, expect, test } from 'bun:test'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { portsOf, type PortLease } from '../model/port-lease.ts'
import { isPortFree } from './free-port.ts'
import { leasePorts, type HeldPorts } from './leased-ports.ts'

const folders: string[] = []
const children: ChildProcess[] = []
const servers: Server[] = []
const leases: HeldPorts[] = []
afterEach(() => {
  leases.splice(0).forEach((lease) => lease.release())
  children.splice(0).forEach((child) => child.kill('SIGKILL'))
  servers.splice(0).forEach((server) => server.close())
  folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true }))
})

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-ports-test-'))
  folders.push(folder)
  return folder
}

/** Apart from the range that pawl itself uses. */
const blocks: readonly PortLease[] = [0, 1, 2, 3].map((at) => ({ first: 18_400 + 3 * at, count: 3 }))

async function leased(folder: string, of = blocks): Promise<PortLease> {
  const held = await leasePorts({ folder, blocks: of })
  if (!held.ok) throw new Error(JSON.stringify(held.failures))
  leases.push(held.value)
  return held.value.lease
}

async function listening(port: number, host: string): Promise<void> {
  const server = createServer()
  servers.push(server)
  server.listen({ port, host, exclusive: true })
  await once(server, 'listening')
}

/** Leases so many blocks, says which, and keeps them. */
async function leasingChild(folder: string, count: number): Promise<{ readonly child: ChildProcess; readonly firsts: readonly number[] }> {
  const script = join(newFolder(), 'lease.mjs')
  writeFileSync(
    script,
    `
    const { leasePorts } = await import(process.argv[2])
    globalThis.held = []
    for (let at = 0; at < ${count}; at++) globalThis.held.push(await leasePorts({ folder: process.argv[3], blocks: ${JSON.stringify(blocks)} }))
    console.log(JSON.stringify(globalThis.held.map((one) => one.value?.lease.first)))
    setInterval(() => {}, 1000)
  `,
  )
  const child = spawn(process.execPath, [script, join(import.meta.dir, 'leased-ports.ts'), folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  return { child, firsts: JSON.parse(String((await once(child.stdout, 'data'))[0])) as number[] }
}

test('each lease is a block of its own; one that is given back is given out again', async () => {
  const folder = newFolder()
  expect(await leased(folder)).toEqual({ first: 18_400, count: 3 })
  expect(await leased(folder)).toEqual({ first: 18_403, count: 3 })
  leases.shift()?.release()
  expect(await leased(folder)).toEqual({ first: 18_400, count: 3 })
})

test('two processes at once never get the same; when one is killed, what it had is free', async () => {
  const folder = newFolder()
  const [one, two] = await Promise.all([leasingChild(folder, 2), leasingChild(folder, 2)])
  expect([...one.firsts, ...two.firsts].toSorted((a, b) => a - b)).toEqual(blocks.map(({ first }) => first))
  expect((await leasePorts({ folder, blocks })).ok).toBe(false)
  one.child.kill('SIGKILL')
  await once(one.child, 'exit')
  expect(one.firsts).toContain((await leased(folder)).first)
  expect(one.firsts).toContain((await leased(folder)).first)
  expect((await leasePorts({ folder, blocks })).ok).toBe(false)
})

test.each(['127.0.0.1', '::1'])('a block on one of whose ports something listens at %s is passed over', async (host) => {
  const folder = newFolder()
  await listening(18_402, host)
  expect(await isPortFree(18_402)).toBe(false)
  expect(await leased(folder)).toEqual({ first: 18_403, count: 3 })
})

test('what was leased can be listened on', async () => {
  for (const port of portsOf(await leased(newFolder()))) await listening(port, '127.0.0.1')
})

test('when nothing is left, the failure says what was looked at', async () => {
  const folder = newFolder()
  for (const block of blocks) await leased(folder, [block])
  const refused = await leasePorts({ folder, blocks })
  expect(refused).toMatchObject({ ok: false, failures: [{ type: 'port.unleasable', what: 'no block of ports is left to be leased' }] })
  expect(refused.ok ? '' : refused.failures[0]?.why).toContain('each of the 4 blocks from 18400 to 18411')
  expect(await leasePorts({ folder, blocks: [] })).toMatchObject({ ok: false, failures: [{ type: 'port.unleasable' }] })
})

test('a folder for leases that others may write to, or that is a link, is refused', async () => {
  const open = join(newFolder(), 'open')
  mkdirSync(open)
  chmodSync(open, 0o777)
  expect(await leasePorts({ folder: open, blocks })).toMatchObject({ ok: false, failures: [{ type: 'port.unleasable' }] })
  const link = join(newFolder(), 'link')
  symlinkSync(newFolder(), link)
  expect(await leasePorts({ folder: link, blocks })).toMatchObject({ ok: false, failures: [{ type: 'port.unleasable' }] })
})
