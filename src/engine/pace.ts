/** How many tasks at a time the machine can bear: fewer while memory or processors are short, more again when there is room. Pure. */
import type { Pressure } from '../model/pressure.ts'
import { sizeText } from '../model/size.ts'

export type Pace = {
  /** What the pressure allows; `slots` may be fewer because of what is known about the next tasks. */
  readonly level: number
  readonly slots: number
  readonly reason: string
  /** Since when there has been room without a change of `level`, and when `slots` last changed; milliseconds of the same clock as `now`. */
  readonly calmSince: number
  readonly slotsAt: number
}

export type Scene = {
  readonly pressure: Pressure
  /** False: the pressure was looked at before; only what is about to start is weighed anew. */
  readonly fresh: boolean
  readonly now: number
  /** The number of slots that was asked for. */
  readonly wanted: number
  readonly used: number
  /** What tasks that began a moment ago will still take; nobody can see it in the pressure yet. */
  readonly promisedBytes: number
  /** The tasks that would start next, in order. */
  readonly next: readonly { readonly weight: number; readonly expectedBytes?: number }[]
}

export const fullPace = (wanted: number): Pace => ({ level: wanted, slots: wanted, reason: '', calmSince: -Infinity, slotsAt: -Infinity })

/** Tasks that need less than this are never waited for. */
export const bigBytes = 64 * 1024 ** 2

/** Room must have lasted this long before more tasks run at a time; and so long a number of slots holds before it grows. */
const calmMs = 2000
const holdMs = 500

export function nextPace(before: Pace, scene: Scene): Pace {
  const { now, wanted } = scene
  const level = scene.fresh ? nextLevel(before, scene) : before
  const { calmSince } = level
  const fit = fitting(scene)
  const slots = Math.max(1, Math.min(wanted, level.level, fit.slots))
  const reason = slots === wanted ? 'there is room again' : fit.slots < level.level ? fit.reason : level.reason
  // Down at once, up with patience: a number that flaps helps nobody.
  if (slots === before.slots || (slots > before.slots && now - before.slotsAt < holdMs))
    return { ...before, level: level.level, calmSince, reason: level.reason }
  return { level: level.level, calmSince, slots, slotsAt: now, reason }
}

type Level = Pick<Pace, 'level' | 'calmSince' | 'reason'>

function nextLevel(before: Pace, { pressure, wanted, now }: Scene): Level {
  const memory = memoryStrain(pressure)
  if (memory === 'short') return { level: 1, calmSince: now, reason: memoryText(pressure) }
  if (memory === 'tight') return { level: Math.max(1, before.level - 1), calmSince: now, reason: memoryText(pressure) }
  // A task that waits for a processor is only slower, one that waits for memory may be killed: so this never goes down to one at a time.
  const least = Math.min(before.level, Math.max(2, Math.ceil(wanted / 2)))
  const processors = processorStrain(pressure)
  if (processors === 'tight') return { level: Math.max(least, before.level - 1), calmSince: now, reason: processorText(pressure) }
  if (memory === 'fair' || processors === 'fair') return { ...before, calmSince: now }
  if (before.level === wanted || now - before.calmSince < calmMs) return before
  return { level: Math.min(wanted, before.level + Math.max(1, before.level >> 1)), calmSince: now, reason: 'there is more room' }
}

type Strain = 'calm' | 'fair' | 'tight' | 'short'

/** Between calm and tight nothing changes: without that band the number would flap. */
function memoryStrain({ availableBytes, totalBytes, memoryStall = 0 }: Pressure): Strain {
  const below = (part: number, most: number): boolean => availableBytes < Math.min(totalBytes * part, most * 1024 ** 3)
  if (below(0.05, 0.5) || memoryStall >= 40) return 'short'
  if (below(0.1, 1) || memoryStall >= 10) return 'tight'
  return below(0.2, 2) || memoryStall >= 5 ? 'fair' : 'calm'
}

function processorStrain({ processors, cpuStall = 0, load = 0 }: Pressure): Strain {
  if (cpuStall >= 90 || load > processors * 4) return 'tight'
  return cpuStall >= 60 || load > processors * 3 ? 'fair' : 'calm'
}

/** Ready tasks of which it is known that they need much memory start only as far as it reaches. Unknown counts as nothing. */
function fitting({ pressure, promisedBytes, used, next }: Scene): { readonly slots: number; readonly reason: string } {
  const reserve = Math.min(pressure.totalBytes * 0.05, 0.5 * 1024 ** 3)
  let room = pressure.availableBytes - reserve - promisedBytes
  let slots = used
  for (const { weight, expectedBytes = 0 } of next) {
    if (expectedBytes >= bigBytes && expectedBytes > room)
      return { slots, reason: `the next task took ${sizeText(expectedBytes)} lately and ${sizeText(Math.max(0, Math.floor(room)))} are free for it` }
    room -= expectedBytes
    slots += weight
  }
  return { slots: Infinity, reason: '' }
}

function memoryText({ availableBytes, totalBytes, memoryStall = 0 }: Pressure): string {
  const stall = memoryStall >= 10 ? `, and tasks wait for memory ${Math.round(memoryStall)} % of the time` : ''
  return `memory is short: ${sizeText(availableBytes)} of ${sizeText(totalBytes)} are available${stall}`
}

function processorText({ processors, cpuStall = 0, load = 0 }: Pressure): string {
  if (load > processors * 4) return `the processors are busy: ${load.toFixed(1)} tasks for ${processors}`
  return `the processors are busy: tasks wait for one ${Math.round(cpuStall)} % of the time`
}
