/** Keeps what the user approved of, in a file of the user's own, outside of every repository. Only a person adds to it. */
import { chmodSync, lstatSync, mkdirSync, readFileSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Approval } from '../model/agent-settings.ts'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import { parsedJson } from '../model/json.ts'
import { inside } from './inside.ts'
import { saveAtomic } from './save-atomic.ts'
import { codeOf, stateTrouble } from './state-trouble.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Absolute path of the file. */
export function approvalsFile(env: Environment): string {
  const [own, home] = [env['XDG_STATE_HOME'], env['HOME']]
  const folder = own !== undefined && own.startsWith('/') ? own : join(home === undefined || home === '' ? homedir() : home, '.local', 'state')
  return join(folder, 'pawl', 'trust.json')
}

/** What is damaged, open to others or of somebody else approves of nothing: it is a Failure. No file: nothing is approved. */
export function readApprovals(file: string): Result<readonly Approval[]> {
  try {
    const open = openTo(dirname(file)) ?? openTo(file)
    if (open !== undefined) return failed(open)
    const value = parsedJson(readFileSync(file, 'utf8'))
    return isApprovals(value) ? ok(value.approvals) : failed(unreadable(file, 'it is damaged, or written by a newer pawl'))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return ok([])
    return failed(stateTrouble(file, error).failure)
  }
}

/** `root`: a repository must not hold it. */
export async function saveApprovals(file: string, root: string, approvals: readonly Approval[]): Promise<Result<void>> {
  try {
    const folder = dirname(file)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (inside(realpathSync(root), realpathSync(folder)) !== undefined)
      return failed(unreadable(file, `it lies in the repository ${root}, which could approve of itself`))
    const open = openTo(folder)
    if (open !== undefined) return failed(open)
    if ((lstatSync(folder).mode & 0o077) !== 0) chmodSync(folder, 0o700)
    return ok(await saveAtomic(file, `${JSON.stringify({ v: 1, approvals }, undefined, 2)}\n`))
  } catch (error) {
    return failed(stateTrouble(file, error).failure)
  }
}

/** Why others could have written there. */
function openTo(path: string): Failure | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined || process.getuid === undefined) return undefined
  if (stat.isSymbolicLink()) return unreadable(path, 'it is a symbolic link, which may lead anywhere')
  if (stat.uid !== process.getuid()) return unreadable(path, `it belongs to user ${stat.uid}`)
  return (stat.mode & 0o022) === 0 ? undefined : unreadable(path, 'others may write it')
}

const unreadable = (path: string, why: string): Failure => ({
  type: 'store.unusable',
  what: `${path} cannot say what you approved of`,
  why,
  kept: 'nothing counts as approved',
  hint: 'Look at it, move it away, and approve again with pawl trust.',
})

function isApprovals(value: unknown): value is { readonly approvals: readonly Approval[] } {
  if (typeof value !== 'object' || value === null || !('v' in value) || value.v !== 1 || !('approvals' in value) || !Array.isArray(value.approvals))
    return false
  return value.approvals.every(
    (one: unknown) =>
      typeof one === 'object' && one !== null && ['repository', 'path', 'digest'].every((key) => typeof (one as Record<string, unknown>)[key] === 'string'),
  )
}
