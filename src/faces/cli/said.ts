/** What flags say, where a value can be wrong or absent. */
import { failed, ok, type Result } from '../../model/failure.ts'
import type { Arguments } from './command.ts'

/** Without the keys whose value is undefined. */
export function present<T extends object>(said: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> }
}

/** US dollars of --max-cost, or of another flag. */
export function costOf({ flags }: Arguments, name = 'max-cost'): Result<number | undefined> {
  const cost = flags.get(name)
  const usd = typeof cost === 'string' ? Number(cost) : undefined
  if (usd === undefined || (usd > 0 && Number.isFinite(usd))) return ok(usd)
  return failed({
    type: 'args.bad-value',
    what: `--${name} needs a number of US dollars above 0, not '${String(cost)}'`,
    hint: `For example --${name} 2.50`,
  })
}
