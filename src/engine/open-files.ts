/** A task that judges each file by itself looks only at files of which nothing is known: this says which those are, and what is known afterwards. */
import type { Cache } from '../model/cache.ts'
import type { Clock } from '../model/clock.ts'
import { mostFindings, type Finding } from '../model/finding.ts'
import type { Digest } from '../model/fingerprint.ts'
import type { Origin, Outcome, Share } from '../model/outcome.ts'
import { concernsOf, type Task } from '../model/task.ts'
import { contextOf, type Visible } from './fingerprint.ts'

export type OpenFiles = {
  readonly context: Digest
  /** What is to be judged, selected files if some are: path to the digest that stands for path and content. */
  readonly files: ReadonlyMap<string, Digest>
  /** Those of which nothing is known, in order. */
  readonly open: readonly string[]
  /** Where the newest knowledge of the others comes from; undefined when nothing is known of any. */
  readonly newest: Origin | undefined
  /** Only the tool can say whether its answers stand each for itself. */
  readonly told: boolean
}

type Ports = { readonly digest: (text: string) => Digest; readonly cache: Cache; readonly clock: Clock }

/** Undefined when the task has to look at everything: it does not judge each file by itself, or its answers grow old. */
export async function openFilesOf(task: Task, visible: Visible, { digest, cache, clock }: Ports): Promise<OpenFiles | undefined> {
  if (task.perFile === undefined || task.inputs.files === undefined || task.ttlMs !== undefined) return undefined
  const judged = visible.tree.matching(concernsOf(task))
  const context = contextOf(task, task.perFile, judged, visible, digest)
  const selected = visible.files === undefined ? undefined : new Set(visible.files)
  const concerned = selected === undefined ? judged : judged.filter((file) => selected.has(file.path))
  const files = new Map(concerned.map((file) => [file.path, digest(`${file.path}\0${file.id}`)]))
  const now = clock.now()
  // What was proven in the future was not proven by this clock.
  const known = new Map([...(await cache.knownFiles(context))].filter(([, { at }]) => at <= now))
  const open = [...files].flatMap(([path, id]) => (known.has(id) ? [] : [path]))
  const origins = [...files.values()].flatMap((id) => known.get(id) ?? [])
  return {
    context,
    files,
    open,
    newest: origins.reduce<Origin | undefined>((newest, one) => (newest === undefined || one.at > newest.at ? one : newest), undefined),
    told: task.perFile.told !== undefined,
  }
}

/** Where it was proven that nothing is to be said of any file; undefined while one is open. */
export const allKnownFrom = (files: OpenFiles | undefined): Origin | undefined => (files?.open.length === 0 ? files.newest : undefined)

/** Absent when everything has to be looked at: then the tool finds its files itself. */
export function shareOf(files: OpenFiles | undefined): Share | undefined {
  return files === undefined || files.newest === undefined ? undefined : { judged: files.open.length, of: files.files.size }
}

/** The files of which the task has proven with this outcome that nothing is to be said. None in any doubt. */
export function quietFiles({ files, open, told }: OpenFiles, outcome: Outcome): readonly Digest[] {
  if (outcome.kind !== 'passed' && outcome.kind !== 'failed') return []
  if (told && outcome.alone !== true) return []
  const { findings } = outcome
  if (outcome.cut === true) return []
  // What was cut off, or is about no judged file, may be about any of them.
  if (findings.length >= mostFindings || (outcome.kind === 'failed' && findings.length === 0)) return []
  if (findings.some((finding) => !isAbout(finding, files))) return []
  const loud = new Set(findings.map((finding) => finding.file))
  return open.flatMap((path) => (loud.has(path) ? [] : (files.get(path) ?? [])))
}

const isAbout = ({ file }: Finding, files: OpenFiles['files']): boolean => file !== undefined && files.has(file)
