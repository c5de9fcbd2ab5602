/** The machine that the figures come from, without anything that names it. */
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'

export type Machine = { readonly processor: string; readonly cores: number; readonly memory: string; readonly system: string; readonly kernel: string }

export const thisMachine = (): Machine => ({
  processor: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  system: /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux',
  kernel: release(),
})

/** Of the last minute: how many processes wanted to run. More than there are cores means that the figures are those of a busy machine. */
export const load = (): number => loadavg()[0] ?? Number.NaN
