/** A random text that belongs to the state of one repository: with it a digest of a secret tells nothing to whoever reads the digest alone. */
import { linkSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { moveAsideFolder } from './file-hold.ts'
import { codeOf, removeState, stateTrouble } from './state-trouble.ts'
import { sha256 } from './digest.ts'
import { randomHex } from './random-hex.ts'

/** The same for all worktrees, since they share the folder. `mayWrite` false, or no folder: empty when there is none yet, and then nothing is proven with it either. */
export function saltedDigest(dir: string, mayWrite: boolean): (value: string) => string {
  let salt: string | undefined
  return (value) => {
    salt ??= saltIn(join(dir, 'salt')) ?? (mayWrite ? newSalt(join(dir, 'salt')) : '')
    return sha256(`${salt}\0${value}`)
  }
}

function saltIn(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8')
    return /^[0-9a-f]{64}$/.test(text) ? text : undefined
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'EISDIR') return undefined
    throw stateTrouble(path, error)
  }
}

/** Appears whole or not at all; the first of two that make one at once wins. A damaged one is replaced: what was proven with it is proven again. */
function newSalt(path: string): string {
  const temporary = `${path}.${randomHex(9)}.tmp`
  const salt = randomHex(32)
  try {
    writeFileSync(temporary, salt, { flag: 'wx', mode: 0o600 })
    linkSync(temporary, path)
    return salt
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw stateTrouble(path, error)
    const there = saltIn(path)
    if (there !== undefined) return there
    moveAsideFolder(path)
    removeState(path)
    return newSalt(path)
  } finally {
    removeState(temporary)
  }
}
