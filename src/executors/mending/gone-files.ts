/** Finds files that an edit takes away together with what was found in them. */
import type { Finding } from '../../model/finding.ts'
import type { ProposedFile } from '../../model/proposal.ts'

/** Of a file as a whole it may be said that nobody needs it, or that its name is wrong; of a line in it not. */
export function goneWithFindings(files: readonly ProposedFile[], found: readonly Finding[]): readonly Finding[] {
  const deleted = new Set(files.filter(({ change }) => change === 'deleted').map(({ path }) => path))
  const inside = found.filter(({ file, line }) => deleted.has(file ?? '') && (line ?? 1) > 1)
  return [...Map.groupBy(inside, ({ file }) => file ?? '')].map(([file, some]) => ({
    rule: 'silenced/deleted-file',
    severity: 'error',
    message: `it is gone, with ${some.length === 1 ? 'a finding' : `${some.length} findings`} in its lines`,
    file,
  }))
}
