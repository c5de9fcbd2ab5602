/** A Usage is what the whole process tree of an attempt took of the machine: measured, or absent; never assumed. */

export type Usage = {
  /** Processor time of all processes together. */
  readonly cpuMs?: number
  /** The most memory that all processes held at one moment, as far as it was seen. */
  readonly peakBytes?: number
}

/** Of calls that ran one after the other. What is not known of one of them is not known of the whole. */
export function joinedUsage(parts: readonly (Usage | undefined)[]): Usage | undefined {
  const cpu = known(parts.map((part) => part?.cpuMs))
  const peak = known(parts.map((part) => part?.peakBytes))
  if (cpu === undefined && peak === undefined) return undefined
  return {
    ...(cpu === undefined ? {} : { cpuMs: cpu.reduce((sum, one) => sum + one, 0) }),
    ...(peak === undefined ? {} : { peakBytes: Math.max(...peak) }),
  }
}

function known(values: readonly (number | undefined)[]): readonly number[] | undefined {
  const there = values.filter((value) => value !== undefined)
  return there.length === values.length && there.length > 0 ? there : undefined
}
