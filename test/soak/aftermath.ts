/** What must hold after pawl was cut off in the middle of a run of the busy repository: what it had said is kept, and the next run is in order. */
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { FaultRepo } from './fault-repo.ts'
import { oneLine, wrongEnding, type ProgramEnd } from './program.ts'
import { spread } from './soak-row.ts'
import { damageOf, storedRuns } from './store-facts.ts'
import { wordsOf } from './watching.ts'

export type Aftermath = { readonly killed: boolean; readonly acknowledged: number; readonly nextMs: number }

/** What is known of the run that was cut off: what it had printed, and whether `kill -9` ended it. */
export type CutOff = Pick<ProgramEnd, 'stdout' | 'text' | 'signal'>

export const told = (facts: readonly Aftermath[]): string =>
  `${facts.reduce((sum, fact) => sum + fact.acknowledged, 0)} acknowledged results looked for; next start ${spread(
    facts.map((fact) => fact.nextMs),
    'ms',
  )}`

/** Compares what the killed pawl had printed, what lies on the disk and what the checks did with what the next run says and does. */
export async function aftermath(repo: FaultRepo, killed: CutOff, facts: Aftermath[]): Promise<readonly string[]> {
  const wrong: string[] = []
  const said = [...killed.stdout.matchAll(/^✓ (one|two|mended) {2}/gm)].flatMap(([, name]) => name ?? [])
  const interrupted = onDisk(repo, wrong)
  const before = repo.ran().length
  const next = await repo.runs(['--verbose'])
  wrong.push(...wrongEnding(next, [0]))
  const again = repo.ran().slice(before)
  for (const name of new Set(said)) if (again.includes(name)) wrong.push(`${name} had passed and ran again: ${oneLine(killed.text)} || ${oneLine(next.text)}`)
  if (interrupted > 0 && !next.text.includes('was cut off')) wrong.push(`the next run did not say that one was cut off: ${oneLine(next.text)}`)
  if (interrupted === 0 && next.text.includes('was cut off')) wrong.push('a run that had ended was said to be cut off')
  if (/damaged|corrupt/.test(next.text)) wrong.push(`state was damaged: ${oneLine(next.text)}`)
  if (storedRuns(repo.state).some((run) => !run.ended)) wrong.push('a run has no end after the next one')
  if (repo.read('b.txt').includes('bad')) wrong.push('what was to be mended is not mended')
  const orphans = processesOf(repo)
  if (orphans.length > 0) wrong.push(`still alive: ${orphans.join(', ')}`)
  facts.push({ killed: killed.signal === 'SIGKILL', acknowledged: new Set(said).size, nextMs: next.ms })
  return wrong
}

/** How many runs on the disk have no end; looked at in a copy. */
function onDisk(repo: FaultRepo, wrong: string[]): number {
  const copy = mkdtempSync(join(repo.base, 'copy-'))
  try {
    cpSync(repo.state, copy, { recursive: true, filter: (path) => !path.includes('/cache/') && !path.includes('/logs/') && !path.endsWith('-shm') })
    for (const name of ['store.db', 'cache.db']) wrong.push(...damageOf(join(copy, name)).map((line) => `${name}: ${line}`))
    return storedRuns(copy).filter((run) => !run.ended).length
  } catch (error) {
    // Killed before it had made the folder.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0
    throw error
  } finally {
    rmSync(copy, { recursive: true })
  }
}

/** Programs that the checks of this repository started. */
export function processesOf(repo: FaultRepo): readonly string[] {
  if (process.platform !== 'linux') return []
  const tools = join(repo.base, 'tools')
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const words = wordsOf(pid).join(' ')
      return words.includes(tools) ? [`${pid} ${words}`] : []
    })
}
