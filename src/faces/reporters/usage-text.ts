/** What tasks took of the machine, and how many may run at a time, as people read it. */
import { durationText } from '../../model/duration.ts'
import type { Event } from '../../model/event.ts'
import { sizeText } from '../../model/size.ts'
import type { Usage } from '../../model/usage.ts'

/** "4.1 s of processor time, 312.0 MiB of memory": only what was measured. */
export function usageText({ cpuMs, peakBytes }: Usage): string {
  const parts = [cpuMs === undefined ? '' : `${durationText(cpuMs)} of processor time`, peakBytes === undefined ? '' : `${sizeText(peakBytes)} of memory`]
  return parts.filter((part) => part !== '').join(', ')
}

export function slotsText({ pool, slots, reason }: Extract<Event, { type: 'slots.changed' }>): string {
  const many = slots === 1 ? 'one task at a time' : `${slots} tasks at a time`
  return `${many}${pool === 'cpu' ? '' : ` in ${pool}`}: ${reason}`
}
