/** T09: the user deletes the state, the lock or the history while a run holds it. The run ends and says so; nothing is mixed; the next run is in order. */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { dice } from '../simulation/dice.ts'
import { faultRepo, type FaultRepo } from './fault-repo.ts'
import { oneLine, wrongEnding } from './program.ts'
import { eachCase, type SoakResult, type SoakRow, type SoakSize } from './soak-row.ts'
import { damageOf, storedRuns } from './store-facts.ts'

export const rows: readonly SoakRow[] = [
  {
    id: 'T09',
    title: 'state deleted while it is in use: the run ends and says so, no store is mixed or damaged, a second run is never silent',
    run: deletedState,
  },
]

async function deletedState(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  const repos = await Promise.all([slowRepo(), slowRepo()])
  const inside = { count: 0 }
  try {
    const result = await eachCase(size === 'ci' ? 6 : 50, repos.length, async (index, worker) => {
      const repo = repos[worker]
      return repo === undefined ? [] : deleted(repo, index, inside)
    })
    report(`${inside.count} of ${result.cases} deletions hit a run in the middle of its check`)
    return inside.count === 0 ? { ...result, broken: [...result.broken, 'no deletion hit a run in the middle of its check'] } : result
  } finally {
    for (const repo of repos) await repo[Symbol.asyncDispose]()
  }
}

/** The check notes when it begins and when it ends. */
async function slowRepo(): Promise<FaultRepo> {
  const repo = await faultRepo({ 'a.txt': '0\n' })
  const slow = repo.marking('end', `echo begin >> '${join(repo.base, 'ran')}'; sleep 0.2`)
  repo.write({ 'pawl.yaml': `detect: false\ndiskFree: 1\nchecks: { slow: { command: [${slow}] }, quick: { command: ["true"] } }\n` })
  repo.commit('check')
  return repo
}

const targets = ['', 'lock.db', 'store.db'] as const

async function deleted(repo: FaultRepo, index: number, inside: { count: number }): Promise<readonly string[]> {
  const chance = dice(900 + index)
  const target = chance.pick(targets)
  const before = repo.ran().length
  const running = repo.runs(['--force'])
  const progress = { ended: false }
  void running.then(() => (progress.ended = true))
  // Mostly in the middle of the check, which is known from its mark; else at any time.
  if (chance.chance(0.7)) while (!progress.ended && repo.ran().length === before) await pause(5)
  else await pause(chance.roll(400))
  const marks = repo.ran().slice(before)
  const middle = marks.includes('begin') && !marks.includes('end')
  rmSync(join(repo.state, target), { recursive: true, force: true })
  // The moment between looking and deleting is short, but not nothing.
  const hit = middle && !repo.ran().slice(before).includes('end')
  const second = await repo.runs(['--force'])
  const first = await running
  if (hit) inside.count += 1
  const wrong = [...wrongEnding(first, [0, 2]), ...wrongEnding(second, [0, 2])]
  if (hit && first.code === 0) wrong.push(`${target || 'the state'} was deleted in the middle and the run said nothing: ${oneLine(first.text)}`)
  if (first.code === 2 && !/deleted|replaced|closed by another/.test(first.text)) wrong.push(`it does not say that state was deleted: ${oneLine(first.text)}`)
  const next = await repo.runs([])
  wrong.push(...wrongEnding(next, [0]))
  const quiet = await repo.runs([])
  wrong.push(...wrongEnding(quiet, [0]))
  if (!/2 reused/.test(quiet.text)) wrong.push(`the run after that reuses nothing: ${oneLine(quiet.text)}`)
  return [...wrong, ...mixed(repo)].map((line) => `${target || 'all'}: ${line}`)
}

/** In a copy: is the structure whole, and does every run have all its events, from the first on, and one end? */
function mixed(repo: FaultRepo): readonly string[] {
  const copy = mkdtempSync(join(repo.base, 'copy-'))
  for (const name of ['store.db', 'store.db-wal', 'cache.db', 'cache.db-wal']) {
    if (existsSync(join(repo.state, name))) copyFileSync(join(repo.state, name), join(copy, name))
  }
  const wrong = ['store.db', 'cache.db'].flatMap((name) => damageOf(join(copy, name)).map((line) => `${name}: ${line}`))
  for (const { number, events, ended } of storedRuns(copy)) {
    if (!ended) wrong.push(`run ${number} has no end`)
    if (events.filter((type) => type === 'run.finished').length > 1) wrong.push(`run ${number} has two ends`)
    if (events.length > 1 && events[0] !== 'run.started') wrong.push(`run ${number} begins with ${events[0] ?? 'nothing'}`)
  }
  rmSync(copy, { recursive: true })
  return wrong
}

const pause = (ms: number): Promise<void> => Bun.sleep(ms)
