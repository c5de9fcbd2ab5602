/** Shows how one task ended: a glyph and a few words. */
import { durationText } from '../../model/duration.ts'
import { unreachable } from '../../model/failure.ts'
import type { Origin, Settlement, Share } from '../../model/outcome.ts'
import { runName, runOfAgent } from '../../model/run-name.ts'
import { countText } from './finding-text.ts'
import type { Ink, Palette } from './palette.ts'
import { safeLine } from './safe-text.ts'

/** What a line needs to know besides the settlement. */
export type SettlementContext = { readonly at: number; readonly run: number; readonly mended?: boolean; readonly advisory?: boolean }

/** "✓ eslint  0.8 s". The name first, so that it can be found; then what is to be said. */
export function settlementLine(name: string, settlement: Settlement, context: SettlementContext, palette: Palette): string {
  const advisory = context.advisory === true && !['passed', 'cached', 'described'].includes(settlement.kind)
  const { glyph, ink } = advisory ? { ...signOf(settlement, palette), ink: palette.yellow } : signOf(settlement, palette)
  return `${ink(glyph)} ${safeLine(name)}  ${settlementText(settlement, context)}${advisory ? ' (advisory)' : ''}`
}

export function settlementText(settlement: Settlement, context: SettlementContext): string {
  switch (settlement.kind) {
    case 'passed':
      return joined(
        context.mended === true ? 'fixed' : '',
        countOf(settlement.findings.length),
        shareText(settlement.share),
        durationText(settlement.durationMs),
      )
    case 'cached':
      return joined(context.mended === true ? 'fixed' : '', countOf(settlement.findings.length), `reused (${originText(settlement.from, context)})`)
    case 'failed':
      return joined(countOf(settlement.findings.length) || safeLine(settlement.summary), shareText(settlement.share), durationText(settlement.durationMs))
    case 'errored':
      return `errored: ${safeLine(settlement.failure.what)}`
    case 'timed-out':
      return `timed out after ${durationText(settlement.limitMs)}${settlement.silent === true ? ' without output' : ''}`
    case 'cancelled':
      return 'cancelled'
    case 'lost':
      return 'lost: pawl was ended while it ran'
    case 'refused':
      return `refused: ${safeLine(settlement.reason)}`
    case 'described':
      return settlement.reused === undefined ? safeLine(settlement.description) : `would be reused (${originText(settlement.reused, context)})`
    case 'skipped':
      return `skipped: ${safeLine(settlement.reason)}`
    case 'blocked':
      return `blocked by ${safeLine(settlement.by)}`
    default:
      return unreachable(settlement)
  }
}

/** Why a task is not simply green, without times and without the name of the ending: for tables that have columns for those. */
export function reasonText(settlement: Settlement): string {
  switch (settlement.kind) {
    case 'passed':
    case 'cached':
      return countOf(settlement.findings.length)
    case 'failed':
      return countOf(settlement.findings.length) || safeLine(settlement.summary)
    case 'errored':
      return safeLine(settlement.failure.what)
    case 'refused':
    case 'skipped':
      return safeLine(settlement.reason)
    default:
      return settlementText(settlement, { at: 0, run: 0 })
  }
}

export function signOf(settlement: Settlement, palette: Palette): { readonly glyph: string; readonly ink: Ink } {
  switch (settlement.kind) {
    case 'passed':
    case 'cached':
      return { glyph: '✓', ink: palette.green }
    case 'failed':
      return { glyph: '✗', ink: palette.red }
    case 'errored':
    case 'lost':
      return { glyph: '!', ink: palette.red }
    case 'timed-out':
      return { glyph: '⧗', ink: palette.red }
    case 'described':
      return { glyph: '·', ink: palette.cyan }
    case 'cancelled':
    case 'refused':
    case 'skipped':
    case 'blocked':
      return { glyph: '-', ink: palette.yellow }
    default:
      return unreachable(settlement)
  }
}

/** "2 m ago": coarse, for people. */
export function agoText(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  if (seconds < 1) return 'just now'
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ago`
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h ago` : `${Math.floor(seconds / 86_400)} d ago`
}

const originText = (from: Origin, { at, run }: SettlementContext): string =>
  from.run === run && run !== runOfAgent ? 'this run' : `${runName(from.run)}, ${agoText(at - from.at)}`
/** "3 of 2000 files": the others are known. */
const shareText = (share: Share | undefined): string => (share === undefined ? '' : `${share.judged} of ${countText(share.of, 'file')}`)
const countOf = (findings: number): string => (findings === 0 ? '' : countText(findings, 'finding'))
const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('  ')
