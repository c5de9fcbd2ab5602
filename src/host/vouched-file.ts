/** Keeps plain data in a file that is only believed whole: its first line is the digest of the rest. For what saves work and can be made again. */
import { lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Failure } from '../model/failure.ts'
import { sha256 } from './digest.ts'
import { moveAsideFolder } from './file-hold.ts'
import { attempted, codeOf, removeState, stateTrouble } from './state-trouble.ts'

/** Undefined when there is none, it is damaged, or it lies where others may write. */
export function readVouched(path: string): { readonly value: unknown; readonly digest: string } | undefined {
  if (!mayBeVouched(path)) return undefined
  const text = textOf(path)
  const end = text?.indexOf('\n') ?? -1
  if (text === undefined || end === -1) return undefined
  const [digest, body] = [text.slice(0, end), text.slice(end + 1)]
  return digest === sha256(body) ? { value: JSON.parse(body), digest } : undefined
}

/** Answers with why it could not be kept: no run has to fail for want of one. Not synced: after a power loss there is an old one, a torn one that nobody believes, or none. */
export function writeVouched(path: string, value: unknown): { readonly digest: string } | { readonly failure: Failure } {
  const body = JSON.stringify(value)
  const digest = sha256(body)
  const temporary = `${path}.${process.pid}.tmp`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileSync(temporary, `${digest}\n${body}`, { mode: 0o600, flag: 'wx' })
    moveAsideFolder(path)
    renameSync(temporary, path)
    return { digest }
  } catch (error) {
    const { failure } = stateTrouble(path, error)
    const left = attempted(temporary, () => removeState(temporary))
    return { failure: left.ok ? failure : left.failure }
  }
}

/** Whether there is something to read, in a place where only this user writes. */
export const mayBeVouched = (path: string): boolean =>
  isOurs(dirname(path)) && isOurs(dirname(dirname(path))) && lstatSync(path, { throwIfNoEntry: false })?.isFile() === true

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
