/** Checks the names of tasks and what other tasks call them. */
import type { Failure } from '../model/failure.ts'
import { nearest } from '../model/suggestion.ts'
import { taskId, type TaskId } from '../model/task.ts'
import { firstPlace, placed, type Keys, type PlaceOf } from './keys.ts'
import type { CheckConfig } from './check-shape.ts'

export type Checks = Readonly<Record<string, CheckConfig>>

/** What may follow a name to make it that of a fix: "lint:fix", "lint:fix2". */
export const fixName = (check: string, index: number): string => `${check}:fix${index === 0 ? '' : index + 1}`

/** The fixes of a check, always as a list, each with the way to it. */
export function fixesOf(
  name: string,
  check: CheckConfig,
): readonly { readonly fix: Exclude<CheckConfig['fix'], undefined | unknown[]>; readonly keys: Keys }[] {
  const keys = ['checks', name, 'fix']
  if (check.fix === undefined) return []
  return Array.isArray(check.fix) ? check.fix.map((fix, i) => ({ fix, keys: [...keys, i] })) : [{ fix: check.fix, keys }]
}

/** "lint:fix" standing alone is the fix of another check, not a program. */
export const namedFix = (fix: unknown): string | undefined => (typeof fix === 'string' && /^\S+:fix\d*$/.test(fix.trim()) ? fix.trim() : undefined)

export function namesOf(checks: Checks, skipped: ReadonlySet<string>): Names {
  const fixes = (wanted: (name: string) => boolean): ReadonlySet<string> =>
    new Set(
      Object.entries(checks).flatMap(([name, check]) =>
        wanted(name) ? fixesOf(name, check).flatMap(({ fix }, i) => (namedFix(fix) === undefined ? [fixName(name, i)] : [])) : [],
      ),
    )
  return {
    checks: new Set(Object.keys(checks).filter((name) => !skipped.has(name))),
    skipped,
    fixes: fixes((name) => !skipped.has(name)),
    skippedFixes: fixes((name) => skipped.has(name)),
  }
}

/** Names with letters that no file system, shell or address takes amiss; and none that a fix has already. */
export function wrongNames(checks: readonly string[], names: Names, placeOf: PlaceOf): readonly Failure[] {
  const folded = new Map<string, string>()
  return checks.flatMap((name): readonly Failure[] => {
    const place = placed(placeOf(['checks', name]))
    const twin = folded.get(name.toLowerCase())
    folded.set(name.toLowerCase(), name)
    if (twin !== undefined)
      return [
        {
          type: 'config.invalid',
          what: `the checks '${twin}' and '${name}' differ in case alone`,
          why: 'their logs would be one file on Windows and macOS',
          hint: 'Give one of them another name.',
          ...place,
        },
      ]
    if (names.fixes.has(name) || names.skippedFixes.has(name))
      return [
        {
          type: 'config.invalid',
          what: `two tasks are named '${name}'`,
          why: 'a fix of another check has this name',
          hint: 'Give the check another name.',
          ...place,
        },
      ]
    if (name.length > 200)
      return [{ type: 'config.invalid', what: `the name '${name.slice(0, 20)}…' has ${name.length} characters`, hint: 'Use at most 200.', ...place }]
    if (/^[A-Za-z0-9._:/@+-]+$/.test(name)) return []
    return [{ type: 'config.invalid', what: `'${name}' is no name for a check`, hint: 'Use letters, digits and . _ : / @ + - only.', ...place }]
  })
}

export type Names = {
  /** Checks that are tasks here. */
  readonly checks: ReadonlySet<string>
  /** Checks that this platform leaves out. */
  readonly skipped: ReadonlySet<string>
  readonly fixes: ReadonlySet<string>
  readonly skippedFixes: ReadonlySet<string>
}

/** The tasks that a check needs or follows. Those that this platform leaves out bind nobody. */
export function named(
  check: string,
  key: 'needs' | 'after',
  list: readonly string[],
  names: Names,
  placeOf: PlaceOf,
): { readonly ids: readonly TaskId[]; readonly failures: readonly Failure[] } {
  const failures = list.flatMap((other, i): readonly Failure[] => {
    if (names.checks.has(other) || names.skipped.has(other)) return []
    const place = firstPlace(placeOf, ['checks', check, key, i], ['checks', check, key], ['checks', check])
    return [
      names.fixes.has(other)
        ? aFix(check, key, other, place)
        : unknownName(`'${check}' ${verbs[key]} '${other}'`, other, [...names.checks, ...names.skipped], place),
    ]
  })
  return { ids: [...new Set(list)].filter((other) => names.checks.has(other)).map(taskId), failures }
}

const verbs = { needs: 'needs', after: 'follows' } as const

export function unknownName(sentence: string, name: string, known: readonly string[], place: Pick<Failure, 'place'>): Failure {
  const meant = nearest(name, known)
  const hint = meant === undefined ? `Known: ${known.slice(0, 20).join(', ')}${known.length > 20 ? ' …' : ''}` : `Did you mean '${meant}'?`
  return { type: 'config.unknown-task', what: `${sentence}, which is not a task`, hint, ...place }
}

function aFix(check: string, key: 'needs' | 'after', fix: string, place: Pick<Failure, 'place'>): Failure {
  return {
    type: 'config.unknown-task',
    what: `'${check}' ${verbs[key]} '${fix}', which is a fix`,
    why: 'a fix runs only when its check fails',
    hint: `Write '${fix.replace(/:fix\d*$/, '')}', the check that it mends.`,
    ...place,
  }
}
