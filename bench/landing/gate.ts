/** The checks of the bench: small functions over the contents of a commit, each run of which is counted. */
import { readBlobs } from '../../src/host/blob-reader.ts'
import { eachRecord } from '../../src/host/git-listing.ts'
import { gitIn, type Repository } from '../../src/host/repository.ts'
import type { TaskId } from '../../src/model/task.ts'
import type { Check } from './scene.ts'

/** Folder of a package → its id in git, and the texts in it. */
type Snapshot = ReadonlyMap<string, { readonly id: string; readonly texts: readonly string[] }>

export type Gate = {
  readonly checks: readonly Check[]
  /** What a check would be keyed by: the ids that git has for its inputs. */
  keyOf(check: Check, commit: string): Promise<string>
  /** Really looks at the contents. */
  run(check: Check, commit: string): Promise<'red' | 'green'>
  /** Runs so far. */
  runs(): number
}

export function gateOver(repository: Repository, checks: readonly Check[]): Gate {
  const [snapshots, blobs] = [new Map<string, Promise<Snapshot>>(), new Map<string, string>()]
  let runs = 0
  const at = (commit: string): Promise<Snapshot> => {
    const known = snapshots.get(commit) ?? snapshotOf(repository, commit, blobs)
    snapshots.set(commit, known)
    return known
  }
  return {
    checks,
    runs: () => runs,
    async keyOf(check, commit) {
      const snapshot = await at(commit)
      return `${check.id} ${check.inputs.map((folder) => snapshot.get(folder)?.id ?? 'none').join(' ')}`
    },
    async run(check, commit) {
      runs++
      const snapshot = await at(commit)
      const text = check.inputs.flatMap((folder) => snapshot.get(folder)?.texts ?? []).join('\n')
      const halves = [...text.matchAll(/LEFT-(\d+)/g)].some(([, n]) => text.includes(`RIGHT-${n}`))
      return text.includes(`BAD-${check.kind}`) || (check.kind === 'test' && halves) ? 'red' : 'green'
    },
  }
}

async function snapshotOf(repository: Repository, commit: string, blobs: Map<string, string>): Promise<Snapshot> {
  const listed = await gitIn(repository, ['ls-tree', '-r', '-t', '-z', '--full-tree', commit])
  if (!listed.ok) throw new Error(listed.stderr)
  const [folders, files]: [Map<string, string>, { path: string; id: string }[]] = [new Map(), []]
  eachRecord(listed.stdout, new Map(), (record, name) => {
    const tab = record.indexOf('\t')
    const [, type, id = ''] = record.slice(0, tab).split(' ')
    const path = name(record.slice(tab + 1))
    if (type === 'blob') files.push({ path, id })
    else if (/^packages\/[^/]+$/.test(path)) folders.set(path, id)
  })
  const unseen = files.map(({ id }) => id).filter((id) => !blobs.has(id))
  if (unseen.length > 0) for await (const [id, content] of readBlobs(repository, unseen, 1_000_000)) blobs.set(id, new TextDecoder().decode(content))
  const textsOf = (folder: string): string[] => files.filter(({ path }) => path.startsWith(`${folder}/`)).map(({ id }) => blobs.get(id) ?? '')
  return new Map([...folders].map(([folder, id]) => [folder, { id, texts: textsOf(folder) }]))
}

/** Verdicts by key. What is known costs nothing; a failure that was seen once can be asked for again. */
export class Verdicts {
  private readonly known = new Map<string, { red: boolean; fails: number }>()
  private readonly gate: Gate

  constructor(gate: Gate) {
    this.gate = gate
  }

  /** Known ones first, then in the order of `order`; `hasty` stops at the first that is red. */
  async judge(commit: string, only: readonly TaskId[] | undefined, again: boolean, how: { order?: readonly TaskId[]; hasty?: boolean } = {}): Promise<Judged> {
    const answer = { red: [] as TaskId[], ran: [] as TaskId[], known: [] as TaskId[], unjudged: [] as TaskId[] }
    const wanted = (how.order ?? this.gate.checks.map(({ id }) => id)).filter((id) => only === undefined || only.includes(id))
    const open: { check: Check; key: string }[] = []
    for (const id of wanted) {
      const check = this.gate.checks.find((one) => one.id === id)
      if (check === undefined) throw new Error(`no check ${id}`)
      const key = await this.gate.keyOf(check, commit)
      const before = this.known.get(key)
      if (before === undefined || (again && before.red && before.fails === 1)) open.push({ check, key })
      else {
        answer.known.push(id)
        if (before.red) answer.red.push(id)
      }
    }
    for (const { check, key } of open) {
      if (how.hasty === true && answer.red.length > 0) {
        answer.unjudged.push(check.id)
        continue
      }
      const red = (await this.gate.run(check, commit)) === 'red'
      this.known.set(key, { red, fails: (this.known.get(key)?.fails ?? 0) + (red ? 1 : 0) })
      answer.ran.push(check.id)
      if (red) answer.red.push(check.id)
    }
    return answer
  }

  async knownRed(commit: string): Promise<readonly TaskId[]> {
    const red: TaskId[] = []
    for (const check of this.gate.checks) if (this.known.get(await this.gate.keyOf(check, commit))?.red === true) red.push(check.id)
    return red
  }
}

export type Judged = {
  readonly red: readonly TaskId[]
  readonly ran: readonly TaskId[]
  readonly known: readonly TaskId[]
  readonly unjudged: readonly TaskId[]
}
