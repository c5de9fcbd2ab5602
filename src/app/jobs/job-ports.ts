/** Gives each job of a run ports of its own, from its first checkout to the end of the run: a conflict may bring it back to work at any time. */
import { leasePorts, type HeldPorts } from '../../host/leased-ports.ts'
import { ok, type Result } from '../../model/failure.ts'
import { portVariables } from '../../model/port-lease.ts'

export type JobPorts = {
  /** What the programs of a job are told; the same at each call. */
  of(job: string): Promise<Result<Readonly<Record<string, string>>>>
  /** Gives all of them back. */
  end(): void
}

export function jobPorts(): JobPorts {
  const asked = new Map<string, Promise<Result<HeldPorts>>>()
  const held: HeldPorts[] = []
  const leased = async (): Promise<Result<HeldPorts>> => {
    const lease = await leasePorts()
    if (lease.ok) held.push(lease.value)
    return lease
  }
  return {
    async of(job) {
      const lease = asked.get(job) ?? leased()
      asked.set(job, lease)
      const got = await lease
      if (got.ok) return ok(portVariables(got.value.lease))
      // Others may give theirs back until it is asked for again.
      asked.delete(job)
      return got
    },
    end: () => held.splice(0).forEach((lease) => lease.release()),
  }
}
