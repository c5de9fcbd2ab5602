/** A PortLease is a block of consecutive ports that one checkout, or one service, has to itself as long as it is worked with. */

/** Numbers of TCP ports: `first`, and the `count - 1` that follow it. */
export type PortLease = { readonly first: number; readonly count: number }

/** Ports of a block. */
export const usualPortCount = 10

/** From `first` to `last`, both included. */
export type PortRange = { readonly first: number; readonly last: number }

/** Below 32768, where most systems begin to give out ports by themselves, and away from those that well-known servers listen on. */
export const leasedRange: PortRange = { first: 20_000, last: 26_999 }

/** The blocks of the range in order, without those that overlap with ports which the system gives out by itself. */
export function portBlocks(count: number, ephemeral: PortRange, range: PortRange = leasedRange): readonly PortLease[] {
  const blocks: PortLease[] = []
  for (let first = range.first; first + count - 1 <= range.last; first += count) {
    const isApart = first + count - 1 < ephemeral.first || first > ephemeral.last
    if (isApart) blocks.push({ first, count })
  }
  return blocks
}

export const portsOf = ({ first, count }: PortLease): readonly number[] => Array.from({ length: count }, (_, at) => first + at)

/** What programs are told: PORT, which many servers listen on by themselves, the same as PAWL_PORT, and all of them in PAWL_PORTS. */
export function portVariables(lease: PortLease): Readonly<Record<string, string>> {
  return { PORT: String(lease.first), PAWL_PORT: String(lease.first), PAWL_PORTS: portsOf(lease).join(',') }
}
