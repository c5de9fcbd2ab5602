/** What the flags say about work of agents. */
import { failed, ok, type Result } from '../../model/failure.ts'
import type { WorkWish } from '../../model/request.ts'
import type { Arguments } from './command.ts'
import { costOf, present } from './said.ts'

export function workWish(args: Arguments): Result<WorkWish> {
  const { flags } = args
  const text = (name: string): string | undefined => (typeof flags.get(name) === 'string' ? String(flags.get(name)) : undefined)
  const number = (name: string): number | undefined => (typeof flags.get(name) === 'number' ? Number(flags.get(name)) : undefined)
  const mends = text('mends')
  if (mends !== undefined && !/^\d{1,2}$/.test(mends))
    return failed({ type: 'args.bad-value', what: `--mends needs a whole number from 0 to 99, not '${mends}'` })
  const usd = costOf(args)
  if (!usd.ok) return usd
  const inAll = costOf(args, 'total-cost')
  if (!inAll.ok) return inAll
  const fallback = flags.get('fallback')
  const landing = text('landing')
  const allow = flags.get('allow')
  const budget = present({ timeMs: number('max-time'), turns: number('max-turns'), tokens: number('max-tokens'), usd: usd.value })
  const total = present({ timeMs: number('total-time'), turns: number('total-turns'), tokens: number('total-tokens'), usd: inAll.value })
  return ok(
    present({
      agent: text('agent'),
      parallel: number('parallel'),
      timeoutMs: number('timeout'),
      mends: mends === undefined ? undefined : Number(mends),
      onto: text('onto'),
      landing: landing === 'each' || landing === 'together' ? landing : undefined,
      allow: Array.isArray(allow) ? allow : undefined,
      sandbox: flags.has('sandbox') || undefined,
      budget: Object.keys(budget).length > 0 ? budget : undefined,
      total: Object.keys(total).length > 0 ? total : undefined,
      fallback: Array.isArray(fallback) ? fallback : undefined,
    }),
  )
}
