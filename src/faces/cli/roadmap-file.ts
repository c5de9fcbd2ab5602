/** The roadmap that --file names, relative to where the user stands. */
import { relative, resolve } from 'node:path'
import type { Site } from '../../app/site.ts'
import type { CommandContext } from './command.ts'

/** Undefined: where it is usual. Relative to the root where it lies below that, else absolute. */
export function roadmapFile({ args, cwd }: CommandContext, { root }: Pick<Site, 'root'>): string | undefined {
  const said = args.flags.get('file')
  if (typeof said !== 'string') return undefined
  const path = relative(root, resolve(cwd, said))
  return path.startsWith('..') ? resolve(cwd, said) : path.replaceAll('\\', '/')
}
