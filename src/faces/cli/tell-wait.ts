/** Tells on standard error for whom a command waits. */
import type { Holder } from '../../model/lock.ts'
import { safeLine } from '../reporters/safe-text.ts'

export const tellWait = (holder: Holder | undefined): void => console.error(`pawl: waiting for ${holderText(holder)}`)

function holderText(holder: Holder | undefined): string {
  if (holder === undefined) return 'another run in this repository'
  if (holder.pid === 0) return 'another run in this repository, which has just begun'
  const seconds = Math.max(0, Math.round((Date.now() - holder.since) / 1000))
  const stopped = holder.state === 'stopped' ? '; it is stopped (suspended), continue or end it' : ''
  return `another run in this repository: process ${holder.pid}, '${safeLine(holder.command)}', since ${seconds} s${stopped}`
}
