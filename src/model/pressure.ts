/** Pressure is how short the machine, or the container around pawl, is of memory and processor time. */

export type Pressure = {
  /** What new work may take: of the machine or of the tightest limit around pawl, whichever is less. */
  readonly availableBytes: number
  readonly totalBytes: number
  readonly processors: number
  /** Percent of the last ten seconds in which some task waited for memory. Absent where the system does not tell. */
  readonly memoryStall?: number
  /** The same for processor time. */
  readonly cpuStall?: number
  /** Tasks that ran or wanted to, on average over a minute. */
  readonly load?: number
}

/** Looks at the machine now. Undefined where it cannot be looked at: then nothing is assumed. */
export type PressureGauge = () => Pressure | undefined
