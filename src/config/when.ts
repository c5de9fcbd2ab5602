/** Evaluates the conditions of checks; a check whose conditions do not all hold is skipped and says why. */
import type { Files } from '../model/files.ts'
import type { Skip } from '../model/plan.ts'
import { taskId } from '../model/task.ts'
import type { CheckConfig } from './check-shape.ts'
import type { Checks } from './task-names.ts'
import { listOf, stageOf } from './translation.ts'

export type Circumstances = {
  readonly files: Files
  readonly env: Readonly<Record<string, string | undefined>>
  /** Undefined outside git and on a detached HEAD. */
  readonly branch: string | undefined
  readonly ci: boolean
}

type When = NonNullable<CheckConfig['when']>

export async function whenSkips(checks: Checks, now: Circumstances): Promise<readonly Skip[]> {
  const skips = await Promise.all(
    Object.entries(checks).map(async ([name, check]): Promise<readonly Skip[]> => {
      const reasons = check.when === undefined ? [] : await unmet(check.when, now)
      return reasons.length === 0 ? [] : [{ task: taskId(name), stage: stageOf(check), reason: reasons.join('; ') }]
    }),
  )
  return skips.flat()
}

async function unmet(when: When, now: Circumstances): Promise<readonly string[]> {
  const reasons = [
    await unmetExists(listOf(when.exists), now.files),
    unmetEnv(when.env, now.env),
    await unmetBranch(when.branch, now.branch),
    unmetCi(when.ci, now.ci),
  ]
  return reasons.filter((reason) => reason !== undefined)
}

/** A plain path may be an ignored file, which no glob finds. */
async function unmetExists(globs: readonly string[] | undefined, files: Files): Promise<string | undefined> {
  if (globs === undefined) return undefined
  for (const glob of globs) if (await files.exists(glob)) return undefined
  if (globs.some((glob) => /[*?[{!(]/.test(glob)) && (await files.glob(globs)).length > 0) return undefined
  return `no file matches ${globs.join(', ')}`
}

function unmetEnv(name: string | undefined, env: Circumstances['env']): string | undefined {
  if (name === undefined) return undefined
  const value = Object.hasOwn(env, name) ? env[name] : undefined
  if (value === undefined || value === '') return `$${name} is not set`
  return /^(0|false|no|off)$/i.test(value) ? `$${name} is ${value}` : undefined
}

async function unmetBranch(glob: string | undefined, branch: string | undefined): Promise<string | undefined> {
  if (glob === undefined) return undefined
  if (branch === undefined) return `only on branch ${glob}; there is no branch here`
  const { default: picomatch } = await import('picomatch')
  return picomatch.isMatch(branch, glob, { dot: true }) ? undefined : `only on branch ${glob}; this is ${branch}`
}

function unmetCi(wanted: boolean | undefined, ci: boolean): string | undefined {
  if (wanted === undefined || wanted === ci) return undefined
  return wanted ? 'only in CI' : 'not in CI'
}
