/** What the flags say about work of agents. */
import { failed, ok, type Result } from '../../model/failure.ts'
import type { WorkWish } from '../../model/request.ts'
import type { Arguments } from './command.ts'

export function workWish({ flags }: Arguments): Result<WorkWish> {
  const text = (name: string): string | undefined => (typeof flags.get(name) === 'string' ? String(flags.get(name)) : undefined)
  const number = (name: string): number | undefined => (typeof flags.get(name) === 'number' ? Number(flags.get(name)) : undefined)
  const [mends, cost] = [text('mends'), text('max-cost')]
  if (mends !== undefined && !/^\d{1,2}$/.test(mends))
    return failed({ type: 'args.bad-value', what: `--mends needs a whole number from 0 to 99, not '${mends}'` })
  const usd = cost === undefined ? undefined : Number(cost)
  if (usd !== undefined && !(usd > 0 && Number.isFinite(usd)))
    return failed({ type: 'args.bad-value', what: `--max-cost needs a number of US dollars above 0, not '${cost ?? ''}'`, hint: 'For example --max-cost 2.50' })
  const landing = text('landing')
  const allow = flags.get('allow')
  const budget = present({ timeMs: number('max-time'), turns: number('max-turns'), tokens: number('max-tokens'), usd })
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
    }),
  )
}

/** Without the keys whose value is undefined. */
function present<T extends object>(said: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
