/** Lays the checks of the file over the detected ones. */
import type { LoadedConfig } from './load.ts'
import type { Detected, Remark } from './preset.ts'
import type { CheckConfig } from './check-shape.ts'
import type { Checks } from './task-names.ts'

/**
 * Detected checks first, each changed key by key by what the file says of the same name; then what only the file has.
 * `asked`: checks that something of the repository asks for by itself, detection or not.
 */
export function mergeChecks(detected: Pick<Detected, 'checks'>, loaded: LoadedConfig, asked: Checks = {}): Checks {
  const own = Object.entries(loaded.config.checks ?? {})
  const removed = new Set(own.filter(([, check]) => check === false).map(([name]) => name))
  const merged = new Map<string, CheckConfig>()
  // Tasks of packages come from the file, too: from its `packages`.
  const isKept = (check: CheckConfig): boolean => loaded.config.detect !== false || check.package !== undefined
  for (const [name, check] of Object.entries(detected.checks)) if (!removed.has(name) && isKept(check)) merged.set(name, withoutRemoved(check, removed))
  for (const [name, check] of Object.entries(asked)) if (!removed.has(name)) merged.set(name, withoutRemoved(check, removed))
  for (const [name, check] of own) {
    if (check === false) continue
    const base = merged.get(name)
    merged.set(name, base === undefined ? said(check) : laidOver(base, said(check)))
  }
  return Object.fromEntries(merged)
}

/** What the file switches off although nothing of that name was detected: perhaps a misspelt name. */
export function uselessRemovals(detected: Detected, loaded: LoadedConfig): readonly Remark[] {
  return Object.entries(loaded.config.checks ?? {})
    .filter(([name, check]) => check === false && !Object.hasOwn(detected.checks, name))
    .map(([name]) => ({
      text: `'${name}: false' switches nothing off: no check of that name was detected`,
      ...(loaded.path === undefined ? {} : { file: loaded.path }),
    }))
}

/** Nobody asked the detected checks to need what the file removes. */
function withoutRemoved(check: CheckConfig, removed: ReadonlySet<string>): CheckConfig {
  if (removed.size === 0) return check
  const kept = (names: string[]): string[] => names.filter((name) => !removed.has(name))
  return { ...check, ...(check.needs === undefined ? {} : { needs: kept(check.needs) }), ...(check.after === undefined ? {} : { after: kept(check.after) }) }
}

/** A command or script of the file takes the place of a built-in check or an adapter, and the other way round. */
function laidOver(base: CheckConfig, over: CheckConfig): CheckConfig {
  const { command: _command, script: _script, builtin, adapter, with: args, ...rest } = base
  const kinds = [over.command, over.builtin, over.script, over.adapter].filter((each) => each !== undefined)
  if (kinds.length === 1 && over.builtin === undefined && over.adapter === undefined) return { ...rest, ...over }
  if (kinds.length === 1) return { ...rest, ...(over.builtin === builtin && over.adapter === adapter && args !== undefined ? { with: args } : {}), ...over }
  return { ...base, ...over }
}

/** A configuration in TypeScript may say `timeout: undefined`; that says nothing. */
const said = (check: CheckConfig): CheckConfig => Object.fromEntries(Object.entries(check).filter(([, value]) => value !== undefined))
