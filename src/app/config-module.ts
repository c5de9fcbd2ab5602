/** Imports a configuration or a plugin that is a module; a process that lives on imports it again when it was saved since. */
import { statSync } from 'node:fs'

/** Path → when the file was changed that the plain path stands for in this process. */
const first = new Map<string, bigint>()
/** Path → when its last import began, epoch milliseconds. */
const began = new Map<string, number>()

/** Runtimes keep a module for good under the name by which it was imported. */
export async function importConfig(path: string): Promise<unknown> {
  began.set(path, Date.now())
  const changedAt = statSync(path, { bigint: true }).mtimeNs
  const known = first.get(path) ?? changedAt
  first.set(path, known)
  return import(known === changedAt ? path : `${path}?${changedAt}`)
}

/** The clock of files goes in steps of a few milliseconds. */
const stepMs = 20

/** Whether nobody wrote any of the files since the module began to be imported: then it was made of what they are now. */
export function isAsImported(path: string, files: readonly string[]): boolean {
  const at = began.get(path)
  return at !== undefined && files.every((file) => (statSync(file, { throwIfNoEntry: false })?.ctimeMs ?? Number.POSITIVE_INFINITY) < at - stepMs)
}
