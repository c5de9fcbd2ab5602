/** A place for trying a program: an empty folder to work in and a home beside it, gone afterwards. */
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export type TrialPlace = {
  /** All of them absolute. */
  readonly folder: string
  readonly home: string
  readonly temporary: string
  readonly briefFile: string
  /** Files of the home. */
  furnish(files: Readonly<Record<string, string>>): Promise<void>
  /** Of a file in the folder; undefined: there is none. */
  made(path: string): Promise<string | undefined>
  close(): Promise<void>
}

/** Home and temporary files stand beside each other: some programs refuse to work where one lies in the other. */
export async function trialPlace(brief: string): Promise<TrialPlace> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'pawl-trial-')))
  const place = { folder: join(base, 'folder'), home: join(base, 'home'), temporary: join(base, 'tmp'), briefFile: join(base, 'brief.md') }
  for (const folder of [place.folder, place.home, place.temporary]) await mkdir(folder)
  await writeFile(place.briefFile, brief)
  return {
    ...place,
    async furnish(files) {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(place.home, path)), { recursive: true })
        await writeFile(join(place.home, path), text)
      }
    },
    async made(path) {
      try {
        return await readFile(join(place.folder, path), 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
    // What the program had open may be written until now.
    close: () => rm(base, { recursive: true, force: true, maxRetries: 5 }),
  }
}
