/** Finds what earlier checks left in a shadow: everything that git does not track there and that was not brought from the checkout. */
import { Buffer } from 'node:buffer'
import { failed, ok, type Result } from '../model/failure.ts'
import { gitFailure } from './git.ts'
import { gitIn, type Repository } from './repository.ts'

/** Absolute paths, as bytes: names need not be text. `brought` are paths relative to the root; a folder stands for all that is in it. */
export async function leftOversIn(shadow: Repository, brought: readonly string[]): Promise<Result<readonly Buffer[]>> {
  const [all, unignored] = await Promise.all([
    gitIn(shadow, ['ls-files', '--others', '--directory', '-z']),
    gitIn(shadow, ['ls-files', '--others', '--directory', '--exclude-standard', '-z']),
  ])
  if (!all.ok) return failed(gitFailure('git could not list what a copy of the checkout holds', all))
  if (!unignored.ok) return failed(gitFailure('git could not list what a copy of the checkout holds', unignored))
  const known = new Set(brought)
  const strange = namesIn(all.stdout).filter((name) => {
    const text = name.toString().replace(/\/$/, '')
    return !known.has(text) && !brought.some((path) => path.startsWith(`${text}/`) || text.startsWith(`${path}/`))
  })
  return ok([...strange, ...namesIn(unignored.stdout)].map((name) => Buffer.concat([Buffer.from(`${shadow.root}/`), name])))
}

function namesIn(stdout: Uint8Array): readonly Buffer[] {
  const bytes = Buffer.from(stdout.buffer, stdout.byteOffset, stdout.byteLength)
  const names: Buffer[] = []
  for (let from = 0, to = bytes.indexOf(0); to !== -1; from = to + 1, to = bytes.indexOf(0, from)) names.push(bytes.subarray(from, to))
  return names
}
