/** Keeps a Baseline in a file. Any doubt about the file is no baseline: it only ever saves work. */
import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Baseline } from '../model/baseline.ts'
import { sha256 } from './digest.ts'
import { codeOf, stateTrouble } from './state-trouble.ts'

/** One for each checkout and wish. `dir` is the folder for state. */
export const baselinePath = (dir: string, root: string, wish: string): string =>
  join(dir, 'baselines', `${sha256(JSON.stringify([root, wish])).slice(0, 32)}.json`)

/** Undefined when there is none, it is damaged, or it could have been put there by somebody else. */
export function readBaseline(path: string): Baseline | undefined {
  if (!isOurs(join(path, '..', '..')) || !isOurs(join(path, '..'))) return undefined
  const text = textOf(path)
  const end = text?.indexOf('\n') ?? -1
  if (text === undefined || end === -1 || text.slice(0, end) !== sha256(text.slice(end + 1))) return undefined
  // The digest vouches for the text: it is what pawl wrote.
  return JSON.parse(text.slice(end + 1)) as Baseline
}

/** Not synced: after a power loss there is an old one, a torn one that does not match its digest, or none. */
export function writeBaseline(path: string, baseline: Baseline): void {
  const body = JSON.stringify(baseline)
  const temporary = `${path}.${process.pid}.tmp`
  try {
    mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 })
    writeFileSync(temporary, `${sha256(body)}\n${body}`, { mode: 0o600, flag: 'wx' })
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw stateTrouble(path, error)
  }
}

/** A run is going on or was cut off: until it has ended properly nobody answers without looking. */
export const markerPath = (dir: string): string => join(dir, 'run.active')

/** A link or a folder of another user may hold anything. */
function isOurs(folder: string): boolean {
  const stat = lstatSync(folder, { throwIfNoEntry: false })
  const user = process.getuid?.()
  return stat?.isDirectory() === true && (user === undefined || stat.uid === user)
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return undefined
  }
}
