/** Where something is kept that belongs to one checkout and one wish: many worktrees and flags share one state. */
import { join } from 'node:path'
import { sha256 } from '../host/digest.ts'
import { wishOf, type Request } from '../model/request.ts'

/** `dir` is the folder for state. No ending: formatters that are given the whole repository read each .json below it, ignored or not. */
export const wishFile = (dir: string, folder: 'baselines' | 'plans', root: string, request: Request): string =>
  join(dir, folder, sha256(JSON.stringify([root, wishOf(request)])).slice(0, 32))
