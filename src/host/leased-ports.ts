/** Leases blocks of ports, so that two programs which pawl started never get the same: the kernel holds each lease, and lets go when pawl ends, in whatever way. */
import { lstatSync, mkdirSync, readFileSync, type Stats } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import { portBlocks, portsOf, usualPortCount, type PortLease, type PortRange } from '../model/port-lease.ts'
import { holdFile, type FileHold } from './file-hold.ts'
import { isPortFree } from './free-port.ts'
import { codeOf, StateUnusable, stateTrouble } from './state-trouble.ts'

export type HeldPorts = { readonly lease: PortLease; release(): void }

/** `folder`: where leases are noted; the same for all that must not meet. Defaults: that of this user, and the blocks of this machine. */
export type PortWish = { readonly folder?: string; readonly blocks?: readonly PortLease[] }

/**
 * The first block that nobody else has leased and on whose ports nothing listens.
 * A program that outlived its pawl still holds its ports, so a block that looks given back is tried before it is given out again.
 */
export async function leasePorts({ folder = userFolder(), blocks = portBlocks(usualPortCount, ephemeralPorts()) }: PortWish = {}): Promise<Result<HeldPorts>> {
  try {
    const refusal = made(folder)
    if (refusal !== undefined) return failed(refusal)
    for (const lease of blocks) {
      // The file stays: a lock on one that somebody deletes would be two locks.
      const hold: FileHold | 'busy' = holdFile(join(folder, `${lease.first}.db`), 0)
      if (hold === 'busy') continue
      if (await areFree(lease, hold)) return ok({ lease, release: () => hold.release() })
      hold.release()
    }
  } catch (error) {
    if (error instanceof StateUnusable || codeOf(error) !== undefined) return failed(stateTrouble(folder, error).failure)
    throw error
  }
  return failed(exhausted(blocks))
}

async function areFree(lease: PortLease, hold: FileHold): Promise<boolean> {
  try {
    for (const port of portsOf(lease)) if (!(await isPortFree(port))) return false
    return true
  } catch (error) {
    hold.release()
    throw error
  }
}

function exhausted(blocks: readonly PortLease[]): Failure {
  const [first, last] = [blocks[0], blocks.at(-1)]
  return {
    type: 'port.unleasable',
    what: 'no block of ports is left to be leased',
    why:
      first === undefined || last === undefined
        ? 'the system gives out all ports of the range by itself'
        : `each of the ${blocks.length} blocks from ${first.first} to ${last.first + last.count - 1} is leased by another pawl, or something listens on one of its ports`,
    hint: 'let fewer agents work at a time, or end what listens there',
  }
}

/** One for each user. On a local disk, unlike some homes, and whatever TMPDIR says: all that this user starts must meet there. */
function userFolder(): string {
  const user = process.getuid?.()
  return user === undefined ? join(tmpdir(), 'pawl-ports') : `/tmp/pawl-ports-${user}`
}

/** Whoever may write to it could keep ports from this user, or lead what is written elsewhere. */
function made(folder: string): Failure | undefined {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const stat = lstatSync(folder)
  if (isOwn(stat)) return undefined
  return {
    type: 'port.unleasable',
    what: `${folder}, in which leases of ports are noted, is not safe`,
    why: 'it is a link or no folder, or others may write to it',
    hint: `remove ${folder}; pawl makes it anew`,
  }
}

function isOwn(stat: Stats): boolean {
  const user = process.getuid?.()
  return stat.isDirectory() && (user === undefined || (stat.uid === user && (stat.mode & 0o022) === 0))
}

/** The ports that the system gives to whoever asks for any. Where it does not tell, the usual ones of Linux: others begin further above. */
function ephemeralPorts(): PortRange {
  const usual: PortRange = { first: 32_768, last: 60_999 }
  if (process.platform !== 'linux') return usual
  try {
    const [first = usual.first, last = usual.last] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').trim().split(/\s+/).map(Number)
    return Number.isInteger(first) && Number.isInteger(last) ? { first, last } : usual
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return usual
  }
}
