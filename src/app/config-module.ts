/** Imports a configuration that is a module; a process that lives on imports it again when it was saved since. */
import { statSync } from 'node:fs'

/** Path → when the file was changed that the plain path stands for in this process. */
const first = new Map<string, bigint>()

/** Runtimes keep a module for good under the name by which it was imported. */
export async function importConfig(path: string): Promise<unknown> {
  const changedAt = statSync(path, { bigint: true }).mtimeNs
  const known = first.get(path) ?? changedAt
  first.set(path, known)
  return import(known === changedAt ? path : `${path}?${changedAt}`)
}
