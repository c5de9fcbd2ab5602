/** Writes files that are made from the source, or says with --check which of them are out of date. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export type GeneratedFile = { readonly path: string; readonly text: string }

const root = join(import.meta.dirname, '..')

export async function settle(files: readonly GeneratedFile[]): Promise<void> {
  for (const { path, text } of files) {
    const full = join(root, path)
    const present = await readFile(full, 'utf8').catch(absent)
    if (present === text) continue
    if (process.argv.includes('--check')) {
      console.error(`${path} is out of date: run  node ${process.argv[1] ?? ''}`)
      process.exitCode = 1
      continue
    }
    await mkdir(dirname(full), { recursive: true })
    await writeFile(full, text)
    console.log(`wrote ${path}`)
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
