/** `npm run bench:replay`: plays a week of a real project's history and tells what reuse by content needed, beside a reuse by a time limit. See `--help`. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load, thisMachine } from './machine.ts'
import { measure } from './measure.ts'
import { commitsOf, newCheckout, projectEnvironment, type Checkout } from './replay/checkout.ts'
import type { Commit, CommitRun, Facts } from './replay/facts.ts'
import { judgementsIn } from './replay/judgement.ts'
import { replayOptionsOf, replayUsage, type ReplayOptions } from './replay/options.ts'
import { replayMarkdown } from './replay/report.ts'
import { setTimes } from './replay/sets.ts'

const pawl = join(import.meta.dirname, '../dist/pawl')

const options = replayOptionsOf(process.argv.slice(2))
if (options === undefined) console.log(replayUsage)
else told(options, options.from === undefined ? replayed(options) : (JSON.parse(readFileSync(options.from, 'utf8')) as Facts))

function told(wish: ReplayOptions, facts: Facts): void {
  if (wish.json !== undefined) save(wish.json, facts)
  const text = replayMarkdown(facts, wish.limitMs)
  console.log(`\n${text}`)
  if (wish.markdown !== undefined) writeFileSync(wish.markdown, text)
}

function save(path: string, facts: Facts): void {
  writeFileSync(path, `${JSON.stringify(facts, undefined, 1)}\n`)
}

function replayed(wish: ReplayOptions): Facts {
  const work = mkdtempSync(join(tmpdir(), 'pawl-replay-'))
  const loads = [load()]
  try {
    const commits = commitsOf(wish)
    const measured = wish.truth === undefined ? [] : (JSON.parse(readFileSync(wish.truth, 'utf8')) as Facts).runs
    const { runs, installs } = walked(newCheckout(join(work, 'week'), wish), commits, measured, work)
    loads.push(load())
    const facts = (sets: Facts['sets']): Facts => ({
      date: new Date().toISOString().slice(0, 10),
      machine: thisMachine(),
      load: [Math.min(...loads), Math.max(...loads)],
      commits,
      installs,
      ...(wish.truth === undefined ? {} : { borrowed: true as const }),
      runs,
      sets,
    })
    // The long part is kept, whatever becomes of the rest.
    if (wish.json !== undefined) save(wish.json, facts([]))
    const sets = setTimes({ pawl, work, wish, last: commits.at(-1)?.hash ?? '' })
    loads.push(load())
    return facts(sets)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** At each commit one run with reuse; then what was not really run there on all its files is run for the truth, which changes nothing of what later commits reuse. */
function walked(checkout: Checkout, commits: readonly Commit[], measured: readonly CommitRun[], scratch: string): { runs: CommitRun[]; installs: number } {
  let installs = 0
  const played = (more: readonly string[]) => {
    const run = measure({ argv: [pawl, '--json', '--no-fix', ...more], cwd: checkout.root, env: projectEnvironment() }, scratch, 'times')
    return { ...run, checks: judgementsIn(run.output()) }
  }
  const runs = commits.map(({ hash }): CommitRun => {
    if (checkout.go(hash)) installs += 1
    const { wallMs, cpuMs, exitCode, checks: reusing } = played([])
    const open = Object.entries(reusing).flatMap(([name, { how, share }]) => (how === 'reused' || share !== undefined ? [name] : []))
    const known = measured.find(({ commit }) => commit === hash)?.real
    const again = known ?? (open.length === 0 ? {} : played(['--force', '--only', open.join()]).checks)
    const real = { ...reusing, ...Object.fromEntries(open.flatMap((name) => (again[name] === undefined ? [] : [[name, again[name]]]))) }
    const line = Object.entries(real).map(([name, { verdict }]) => `${name} ${verdict}${reusing[name]?.how === 'reused' ? ' (reused)' : ''}`)
    console.log(`${hash.slice(0, 8)} ${(wallMs / 1000).toFixed(1)} s: ${line.join(', ')}`)
    return { commit: hash, wallMs, cpuMs, exitCode, reusing, real }
  })
  return { runs, installs }
}
