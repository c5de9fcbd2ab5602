/** What a program that uses pawl as a library may wish for, turned into the same Request that the command line makes. */
import type { Request } from '../../model/request.ts'

export type PlanOptions = {
  /** These checks, and what they need. */
  readonly only?: readonly string[]
  readonly skip?: readonly string[]
  /** Only these stages, and what their checks need. */
  readonly stages?: readonly string[]
  /** Packages of a workspace, as --filter writes them. */
  readonly filter?: readonly string[]
  /** Only what is marked fast. */
  readonly fast?: boolean
  /** Of pawl, of the configuration or of a plugin. */
  readonly strategy?: string
  readonly profile?: string
  /** Paths relative to the folder: only what concerns them. At most one of `files`, `since` and `staged`. */
  readonly files?: readonly string[]
  /** A git reference: only what concerns files that changed since. */
  readonly since?: string
  readonly staged?: boolean
  /** Most checks at a time. */
  readonly jobs?: number
  /** Laid over what the configuration says; false: no fix runs. Default: false, because a library must be asked before it changes files. */
  readonly fix?: Request['fix']
  /** Trust no earlier result. */
  readonly force?: boolean
  /** What pawl and its checks see. Default: the environment of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** Throws a TypeError when two of them contradict each other. */
export function requestFrom(options: PlanOptions): Request {
  const { only, skip, stages, filter, fast, strategy, profile, files, since, staged, jobs, fix = false, force } = options
  const selections = [files, since, staged === true ? staged : undefined].filter((one) => one !== undefined)
  if (selections.length > 1) throw new TypeError('pawl: at most one of files, since and staged can be given')
  return {
    fix,
    ...(only === undefined ? {} : { only }),
    ...(skip === undefined ? {} : { skip }),
    ...(stages === undefined ? {} : { stage: stages }),
    ...(filter === undefined ? {} : { filter }),
    ...(fast === undefined ? {} : { fast }),
    ...(strategy === undefined ? {} : { strategy }),
    ...(profile === undefined ? {} : { profile }),
    ...(jobs === undefined ? {} : { jobs }),
    ...(force === undefined ? {} : { force }),
    ...(files === undefined ? {} : { selection: { kind: 'files' as const, paths: files } }),
    ...(since === undefined ? {} : { selection: { kind: 'since' as const, ref: since } }),
    ...(staged === true ? { selection: { kind: 'staged' as const } } : {}),
  }
}
