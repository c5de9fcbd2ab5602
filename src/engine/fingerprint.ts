/** Makes the Fingerprint of a task out of all that it can see, and says what differs between two. */
import type { ChangedPart } from '../model/cause.ts'
import type { Digest, Fingerprint, FingerprintParts } from '../model/fingerprint.ts'
import type { PerFile, Task } from '../model/task.ts'
import type { Tree, TreeFile } from '../model/tree.ts'

/** Raise this when the rules below change: no old result fits any more. */
const rules = '1'

export type Visible = {
  readonly tree: Tree
  /** Files that "{files}" stands for; they are part of the command. */
  readonly files: readonly string[] | undefined
  /** Names and values of the variables that count. */
  readonly env: Readonly<Record<string, string>>
  /** Identity by name: argv[0] and the declared tools. */
  readonly tools: Readonly<Record<string, string>>
  readonly extra: Readonly<Record<string, Digest>>
  /** Output digests of the needed tasks, by name. */
  readonly upstream: Readonly<Record<string, string>>
  readonly platform: string
  /** Something that counts cannot be told. */
  readonly unkeyed?: true
}

/** Undefined when the inputs of the task are unknown: nothing can be said, so nothing is reused. */
export function fingerprintOf(task: Task, visible: Visible, digest: (text: string) => Digest): Fingerprint | undefined {
  if (task.inputs.files === undefined) return undefined
  if (visible.unkeyed === true) return undefined
  const parts: FingerprintParts = {
    command: digest(JSON.stringify([task.action, task.outputs, visible.files ?? null])),
    files: digestOfFiles(visible.tree.matching(task.inputs.files), digest),
    env: mapped(visible.env, digest),
    tools: visible.tools,
    extra: visible.extra,
    upstream: digest(sortedText(visible.upstream)),
    platform: visible.platform,
    pawl: rules,
  }
  // The name is not part of the key: the same judgement under another name needs no second run.
  return {
    key: digest(
      JSON.stringify([
        parts.command,
        parts.files,
        sortedText(parts.env),
        sortedText(parts.tools),
        sortedText(parts.extra),
        parts.upstream,
        parts.platform,
        parts.pawl,
      ]),
    ),
    parts,
  }
}

/** Digest of all that counts for what a task says of any of its files, besides that file: `judged` are those that it judges each by itself. */
export function contextOf(task: Task, perFile: PerFile, judged: readonly TreeFile[], visible: Visible, digest: (text: string) => Digest): Digest {
  const paths = judged.map((file) => file.path)
  const own = new Set(paths)
  // Where the tool itself says that no answer depends on another file, only what it is told to read counts.
  const others = perFile.told === undefined ? visible.tree.matching(task.inputs.files ?? []).filter((file) => !own.has(file.path)) : []
  return digest(
    JSON.stringify([
      task.id,
      task.action,
      digestOfFiles(others, digest),
      digestOfFiles(visible.tree.matching(perFile.reads), digest),
      perFile.names ? digest(paths.join('\0')) : '',
      sortedText(mapped(visible.env, digest)),
      sortedText(visible.tools),
      sortedText(visible.extra),
      sortedText(visible.upstream),
      visible.platform,
      rules,
    ]),
  )
}

/** Which parts differ. `files` comes without paths: the caller looks them up. */
export function differences(before: FingerprintParts, now: FingerprintParts): ChangedPart[] {
  const changed: ChangedPart[] = []
  if (before.files !== now.files) changed.push({ part: 'files', paths: [], more: 0 })
  if (before.command !== now.command) changed.push({ part: 'command' })
  for (const part of ['env', 'tools', 'extra'] as const) {
    const names = new Set([...Object.keys(before[part]), ...Object.keys(now[part])])
    for (const name of [...names].sort()) if (before[part][name] !== now[part][name]) changed.push({ part: part === 'tools' ? 'tool' : part, name })
  }
  if (before.upstream !== now.upstream) changed.push({ part: 'upstream' })
  if (before.platform !== now.platform) changed.push({ part: 'platform' })
  if (before.pawl !== now.pawl) changed.push({ part: 'pawl' })
  return changed
}

/** Many tasks of a workspace may see the same files: a tree answers the same question with the same list. */
const known = new WeakMap<readonly TreeFile[], Digest>()

function digestOfFiles(files: readonly TreeFile[], digest: (text: string) => Digest): Digest {
  const digested = known.get(files) ?? digest(files.map((file) => `${file.path}\0${file.id}\n`).join(''))
  known.set(files, digested)
  return digested
}

const mapped = (values: Readonly<Record<string, string>>, digest: (text: string) => Digest): Record<string, Digest> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, digest(value)]))

const sortedText = (values: Readonly<Record<string, string>>): string => JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
