/** What somebody wants of coverage, and what has to be asked to judge it. */
import type { Files } from '../../model/files.ts'
import type { Json } from '../../model/json.ts'
import { isJsonTable, textList } from '../builtins/package-manifests.ts'

export type CoverageWish = {
  /** Globs; none: where tools usually write their reports. */
  readonly reports: readonly string[]
  /** Percent points that count as nothing. */
  readonly tolerance: number
  readonly allowMissing: boolean
  /** Name → folder. */
  readonly packages: Readonly<Record<string, string>>
}

export type CoverageWorld = {
  readonly files: Files
  /** When a file was written last, epoch milliseconds; undefined: it is not there. */
  writtenAt(path: string): Promise<number | undefined>
}

/** From the arguments of a check; what is not of the right shape counts as not said. */
export function wishFrom(args: Readonly<Record<string, Json>>): CoverageWish {
  const { tolerance, packages } = args
  return {
    reports: textList(args['reports']),
    tolerance: typeof tolerance === 'number' && tolerance >= 0 ? tolerance : 0,
    allowMissing: args['allowMissing'] === true,
    packages: Object.fromEntries(
      Object.entries(isJsonTable(packages) ? packages : {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
  }
}
