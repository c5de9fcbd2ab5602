/** Starts and stops processes that hold the run lock, for rows about locks. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { quickFolder } from './soak-row.ts'

export type LockHolding = { readonly process: ChildProcess; readonly pid: number; readonly gone: Promise<void> }

const program = join(import.meta.dirname, 'programs/hold-lock.ts')

/** Resolves when the lock is held. */
export function holdLock(state: string): Promise<LockHolding> {
  const child = spawn(process.execPath, [program, state], { stdio: ['pipe', 'pipe', 'inherit'] })
  const gone = new Promise<void>((resolve) => child.on('close', () => resolve()))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (text.startsWith('held')) resolve({ process: child, pid: child.pid ?? 0, gone })
      else reject(new Error(text))
    })
  })
}

/** A folder for state in a place that is removed afterwards. */
export async function inState<T>(work: (state: string) => Promise<T>): Promise<T> {
  const root = mkdtempSync(join(quickFolder(), 'pawl-lock-'))
  const state = join(root, '.pawl')
  mkdirSync(state, { mode: 0o700 })
  return work(state).finally(() => rmSync(root, { recursive: true, force: true }))
}
