/** Notes which services were begun that do not end with their processes, so that the next run can end what a killed pawl left. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { saveAtomic } from './save-atomic.ts'
import { codeOf } from './state-trouble.ts'
import { parsedJson } from '../model/json.ts'

/** `compose`: the project of Docker Compose and its file, relative to the root. Absent: a command of pawl.yaml ends it, if anything has to. */
export type BegunService = { readonly name: string; readonly compose?: { readonly project: string; readonly file: string } }

const folderOf = (stateFolder: string): string => join(stateFolder, 'services')
const fileOf = (stateFolder: string, { name }: BegunService): string => join(folderOf(stateFolder), `${name}.json`)

/** To be called before it is started. */
export async function noteService(stateFolder: string, service: BegunService): Promise<void> {
  await mkdir(folderOf(stateFolder), { recursive: true, mode: 0o700 })
  await saveAtomic(fileOf(stateFolder, service), JSON.stringify(service))
}

/** When it is known to have ended. */
export const forgetService = (stateFolder: string, service: BegunService): Promise<void> => rm(fileOf(stateFolder, service), { force: true })

/** Those that are noted. What cannot be read is no note. */
export async function begunServices(stateFolder: string): Promise<readonly BegunService[]> {
  const names = await unlessMissing(() => readdir(folderOf(stateFolder)), [])
  const notes = await Promise.all(names.map((name) => unlessMissing(() => readFile(join(folderOf(stateFolder), name), 'utf8'), '')))
  return notes.flatMap((text) => noteIn(text) ?? [])
}

function noteIn(text: string): BegunService | undefined {
  const value = parsedJson(text)
  return isNote(value) ? value : undefined
}

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

function isNote(value: unknown): value is BegunService {
  if (!isTable(value) || typeof value['name'] !== 'string') return false
  const compose = value['compose']
  return compose === undefined || (isTable(compose) && typeof compose['project'] === 'string' && typeof compose['file'] === 'string')
}

async function unlessMissing<T>(read: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(codeOf(error) ?? '')) return otherwise
    throw error
  }
}
