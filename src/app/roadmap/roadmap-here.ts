/** The roadmap of a repository: found where it is said or usual, and read. */
import { isAbsolute, join } from 'node:path'
import { readRoadmap } from '../../config/roadmap/read-roadmap.ts'
import { loadConfig, type LoadedConfig } from '../../config/load.ts'
import { sha256 } from '../../host/digest.ts'
import { namedFiles } from '../../host/named-files.ts'
import { failed, ok, type Result } from '../../model/failure.ts'
import type { Files } from '../../model/files.ts'
import type { Roadmap } from '../../model/roadmap.ts'
import { importConfig } from '../config-module.ts'
import type { Site } from '../site.ts'

const usualNames = ['ROADMAP.md', 'roadmap.md', 'docs/ROADMAP.md', 'docs/roadmap.md', 'roadmap.yaml', 'roadmap.yml', 'docs/roadmap.yaml']

/** `text`: as it is on disk. `config`: of pawl.yaml. */
export type RoadmapHere = { readonly roadmap: Roadmap; readonly text: string; readonly loaded: LoadedConfig; readonly files: Files }

/** `named`: with --file; relative to the root. */
export async function roadmapHere(site: Site, named: string | undefined): Promise<Result<RoadmapHere>> {
  const files = site.files()
  const loaded = await loadConfig(files, { importModule: importConfig })
  if (!loaded.ok) return loaded
  const said = named ?? loaded.value.config.roadmap?.file
  const file = said ?? (await firstOf(files, usualNames))
  if (file === undefined)
    return failed({
      type: 'roadmap.missing',
      what: 'there is no roadmap here',
      why: `looked for ${usualNames.join(', ')}`,
      hint: 'pawl roadmap init drafts one; or name it with --file, or as roadmap.file in pawl.yaml.',
    })
  const text = await textOf(files, file)
  if (!text.ok) return text
  const roadmap = readRoadmap(text.value, file, { digestOf: sha256 })
  return roadmap.ok ? ok({ roadmap: roadmap.value, text: text.value, loaded: loaded.value, files }) : roadmap
}

async function firstOf(files: Files, names: readonly string[]): Promise<string | undefined> {
  // Two of these names can be one file where case does not count.
  for (const name of names) if (await files.exists(name)) return name
  return undefined
}

const mostBytes = 4 * 1024 ** 2

async function textOf({ root }: Files, file: string): Promise<Result<string>> {
  const read = await namedFiles().text(isAbsolute(file) ? file : join(root, file), mostBytes)
  switch (read.kind) {
    case 'text':
      return ok(read.text)
    case 'missing':
      return failed({ type: 'roadmap.missing', what: `there is no file ${file}`, kept: 'nothing was started', place: { file } })
    case 'too-large':
      return failed({ type: 'roadmap.unreadable', what: `${file} has ${read.bytes} bytes; a roadmap may have ${mostBytes}`, place: { file } })
    case 'not-text':
      return failed({ type: 'roadmap.unreadable', what: `${file} is no text in UTF-8`, place: { file } })
  }
}
