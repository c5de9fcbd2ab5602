/** Remembers what was planned, so that a repository in which nothing that decides about the plan changed need not be detected and read again. */
import { availableParallelism } from 'node:os'
import { answersStill, answersTo, type Answers } from '../host/recorded-files.ts'
import { saltedDigest } from '../host/state-salt.ts'
import { readVouched, writeVouched } from '../host/vouched-file.ts'
import type { Files } from '../model/files.ts'
import { isLasting, type Request } from '../model/request.ts'
import type { Tree } from '../model/tree.ts'
import { program } from './program.ts'
import { redactionOf } from './redacted.ts'
import type { Draft, Planned } from './draft.ts'
import type { Site } from './site.ts'
import { wishFile } from './wish-file.ts'

type Remembered = {
  readonly program: string
  readonly processors: number
  /** Names of variables that were asked for, and the salted digest of their values. */
  readonly variables: readonly string[]
  readonly values: string
  readonly branch: string | null
  readonly answers: Answers
  readonly draft: Draft
}

const pathFor = ({ stateFolder, root }: Pick<Site, 'stateFolder' | 'root'>, request: Request): string => wishFile(stateFolder, 'plans', root, request)

export type Recollection = {
  readonly draft: Draft
  /** Differs as soon as anything of it does. */
  readonly name: string
  /** What it was decided by, besides globs. */
  readonly variables: readonly string[]
  readonly paths: readonly string[]
}

/** The plan as it would be decided now; undefined when that cannot be told. The file is read while git looks. */
export async function rememberedDraft(site: Site, request: Request, files: Files, looking: Promise<Tree>): Promise<Recollection | undefined> {
  if (!isLasting(request)) return undefined
  const vouched = readVouched(pathFor(site, request))
  if (vouched === undefined) return undefined
  const { program: by, processors, variables, values, branch, answers, draft } = vouched.value as Remembered
  if (by !== program() || processors !== availableParallelism() || valuesOf(site, variables, false) !== values) return undefined
  const tree = await looking
  if (branch !== (tree.branch ?? null) || !(await answersStill(answers, files, tree))) return undefined
  const { reads, exists, lists } = answers
  return { draft, name: vouched.digest, variables, paths: [...reads, ...exists, ...lists].map(([path]) => path) }
}

/** Answers with its name, or with why it could not be kept. A plan in which a secret stands is not kept. */
export async function rememberDraft(site: Site, request: Request, planned: Planned): Promise<ReturnType<typeof writeVouched> | undefined> {
  const { asked, tree } = planned
  const draft = draftOf(planned)
  // A module may have asked anything when it was loaded, and what plugins bring is no plain data.
  if (!isLasting(request) || planned.plugins.isOpen || (draft.loaded.path !== undefined && !/\.ya?ml$/.test(draft.loaded.path))) return undefined
  const variables = [...asked.variables]
  const remembered: Remembered = {
    program: program(),
    processors: availableParallelism(),
    variables,
    values: valuesOf(site, variables, true),
    branch: tree.branch ?? null,
    answers: await answersTo(asked.files, tree),
    draft,
  }
  const text = JSON.stringify(remembered)
  return redactionOf(site, planned).text(text) === text ? writeVouched(pathFor(site, request), remembered) : undefined
}

function draftOf({ settings, loaded, detected, tasks, skips, limits, selected, notes }: Planned): Draft {
  return { settings, loaded, detected, tasks, skips, limits, notes, ...(selected === undefined ? {} : { selected }) }
}

const valuesOf = (site: Pick<Site, 'env' | 'stateFolder'>, names: readonly string[], mayWrite: boolean): string =>
  saltedDigest(site.stateFolder, mayWrite)(JSON.stringify(names.map((name) => (Object.hasOwn(site.env, name) ? (site.env[name] ?? null) : null))))
