/** T02: any file of the state is damaged. Nothing wrong is believed, nothing is thrown away, and the second start is quiet. */
import { cpSync, existsSync, lstatSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { openCache } from '../../src/host/cache.ts'
import { runLock } from '../../src/host/run-lock.ts'
import { prepareStateFolder } from '../../src/host/state-folder.ts'
import { openStore } from '../../src/host/store.ts'
import { systemClock } from '../../src/host/system-clock.ts'
import { newCancellation } from '../../src/model/cancellation.ts'
import type { Event } from '../../src/model/event.ts'
import type { Proof } from '../../src/model/proof.ts'
import type { RunRecord } from '../../src/model/store.ts'
import { taskId } from '../../src/model/task.ts'
import { dice } from '../simulation/dice.ts'
import { damageSomething, filesIn, type Damage } from './damage.ts'
import { faultRepo, type FaultRepo } from './fault-repo.ts'
import { oneLine, wrongEnding } from './program.ts'
import { eachCase, quickFolder, together, type SoakResult, type SoakRow, type SoakSize } from './soak-row.ts'

export const rows: readonly SoakRow[] = [
  {
    id: 'T02',
    title: 'state cut, flipped, emptied, foreign or whole and wrong: nothing wrong is believed, nothing is thrown away, the second start is quiet',
    run: async (size, report) => together(await opened(size, report), await started(size, report)),
  },
]

const atOnce = 2

/** A repository with proofs, outputs, a mended file and a failed run. `one` and `two` pass only as long as a.txt is right. */
async function provenRepo(): Promise<FaultRepo> {
  const repo = await faultRepo({ 'a.txt': 'right\n', 'b.txt': 'bad\n', '.gitignore': 'out/\n' })
  const one = repo.marking('one', 'grep -q right a.txt || exit 1; echo looked')
  const two = repo.marking('two', 'grep -q right a.txt || exit 1; mkdir -p out; cp a.txt out/a.txt')
  const mended = repo.marking('mended', 'grep -q good b.txt || exit 1')
  const fix = repo.script('fix', 'echo good > b.txt')
  const checks = [
    `  one: { command: [${one}], inputs: [a.txt] }`,
    `  two: { command: [${two}], inputs: [a.txt], outputs: ['out/**'] }`,
    `  mended: { command: [${mended}], inputs: [b.txt], fix: { command: [${fix}] } }`,
  ]
  repo.write({ 'pawl.yaml': `detect: false\ndiskFree: 1\nchecks:\n${checks.join('\n')}\n` })
  repo.commit('checks')
  await repo.runs([])
  repo.write({ 'a.txt': 'wrong\n' })
  await repo.runs([])
  repo.write({ 'a.txt': 'right\n' })
  await repo.runs([])
  return repo
}

/** What the state held when it was whole. */
type Truth = {
  readonly folder: string
  readonly runs: readonly RunRecord[]
  readonly events: ReadonlyMap<number, readonly Event[]>
  readonly proofs: readonly Proof[]
  readonly logs: ReadonlyMap<string, string>
}

async function opened(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  await using repo = await provenRepo()
  const clean = await truthOf(repo.state)
  const killed = await truthOf(await cutOff(repo))
  const count = size === 'ci' ? 142 : 4100
  const tally = new Map<string, number>()
  const result = await eachCase(count, 1, async (index) => {
    const truth = index % 4 === 0 ? killed : clean
    const root = mkdtempSync(join(quickFolder(), 'pawl-damage-'))
    const state = join(root, '.pawl')
    try {
      cpSync(truth.folder, state, { recursive: true })
      const damage = damageSomething(state, dice(index), () => true)
      tally.set(damage.file.replace(/[0-9a-f]{6,}.*/, '…'), (tally.get(damage.file.replace(/[0-9a-f]{6,}.*/, '…')) ?? 0) + 1)
      return (await judged(state, root, truth, damage)).map((line) => `${damage.file} ${damage.what}: ${line}`)
    } finally {
      rmSync(root, { recursive: true })
    }
  })
  report(`damaged: ${[...tally].map(([file, times]) => `${file} ${times}×`).join(', ')}`)
  return result
}

/** The state as a killed pawl leaves it: with write-ahead logs. */
async function cutOff(repo: FaultRepo): Promise<string> {
  const copy = join(repo.base, 'cut-off')
  cpSync(repo.state, copy, { recursive: true })
  const store = openStore(copy)
  const cache = openCache(copy, repo.root, systemClock())
  if (!store.ok || !cache.ok) throw new Error('the state that a real run made cannot be opened')
  const run = store.value.store.begin({ startedAt: Date.now(), command: 'pawl', root: repo.root })
  store.value.store.append(run, [{ type: 'round.opened', round: 1, seq: 1, at: Date.now() }])
  const proof = await cache.value.cache.latest(taskId('one'))
  if (proof !== undefined) await cache.value.cache.put({ ...proof, key: 'a'.repeat(64) })
  const left = join(repo.base, 'left')
  cpSync(copy, left, { recursive: true, filter: (path) => !path.endsWith('-shm') })
  store.value.store.close()
  cache.value.cache.close()
  return left
}

async function truthOf(folder: string): Promise<Truth> {
  const looked = mkdtempSync(join(tmpdir(), 'pawl-truth-'))
  cpSync(folder, looked, { recursive: true })
  const store = openStore(looked)
  const cache = openCache(looked, dirname(looked), systemClock())
  if (!store.ok || !cache.ok) throw new Error('the state that a real run made cannot be opened')
  const runs = store.value.store.runs(1000)
  const proofs: Proof[] = []
  const logs = new Map<string, string>()
  for (const task of ['one', 'two', 'mended']) {
    const proof = await cache.value.cache.latest(taskId(task))
    if (proof === undefined) throw new Error(`nothing is proven of ${task}`)
    proofs.push(proof)
    if (proof.log !== undefined) logs.set(proof.log, text(await cache.value.cache.readBlob(proof.log)))
  }
  const events = new Map(runs.map((run) => [run.number, store.value.store.events(run.number)]))
  store.value.store.close()
  cache.value.cache.close()
  rmSync(looked, { recursive: true })
  return { folder, runs, events, proofs, logs }
}

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)

async function judged(state: string, root: string, truth: Truth, damage: Damage): Promise<readonly string[]> {
  const hit = evidenceOf(state, damage)
  const wrong: string[] = []
  const first = await start(state, root, truth, wrong)
  wrong.push(...first.filter((note) => note.startsWith('refused') && !/newer pawl/.test(note)))
  if (first.some((note) => /newer pawl/.test(note))) return wrong
  wrong.push(...lostEvidence(state, damage, hit))
  const second = await start(state, root, truth, wrong)
  if (second.length > 0) wrong.push(`the second start was not quiet: ${second.join('; ')}`)
  return wrong
}

/** What every run does with its state, and a look at all that was there. Answers with what was told. */
async function start(state: string, root: string, truth: Truth, wrong: string[]): Promise<readonly string[]> {
  const prepared = await prepareStateFolder(state)
  if (!prepared.ok) return prepared.failures.map((failure) => `refused: ${failure.what}: ${failure.why ?? ''}`)
  const store = openStore(state)
  if (!store.ok) return store.failures.map((failure) => `refused: ${failure.what}: ${failure.why ?? ''}`)
  const cache = openCache(state, root, systemClock())
  if (!cache.ok) return cache.failures.map((failure) => `refused: ${failure.what}: ${failure.why ?? ''}`)
  try {
    const lock = await runLock(state, systemClock()).acquire('pawl', 0, () => undefined, newCancellation())
    if (!lock.ok) wrong.push(`the lock was not free: ${lock.failure.what}`)
    runLock(state, systemClock()).holder()
    judgeHistory(store.value.store, truth, wrong)
    await judgeProofs(cache.value.cache, root, truth, wrong)
    const number = store.value.store.begin({ startedAt: 1, command: 'pawl', root })
    store.value.store.append(number, [{ type: 'run.finished', verdict: 'passed', counts: {} as never, durationMs: 1, savedMs: 0, seq: 1, at: 2 }])
    if (store.value.store.events(number).length !== 1) wrong.push('what was appended cannot be read')
    if (lock.ok) lock.lock.release()
    return [...store.value.notes, ...cache.value.notes].map((note) => note.what)
  } finally {
    store.value.store.close()
    cache.value.cache.close()
  }
}

type Opened<F extends (...args: never[]) => unknown, K extends string> = Extract<ReturnType<F>, { ok: true }> extends { value: Record<K, infer V> } ? V : never

/** A run or an event is what it was, or it is not there. */
function judgeHistory(store: Opened<typeof openStore, 'store'>, truth: Truth, wrong: string[]): void {
  for (const run of store.runs(1000)) {
    const known = truth.runs.find((one) => one.number === run.number)
    if (known === undefined || run.command !== known.command || run.root !== known.root) continue
    // A finished run that lost its end is told as cut off; an end that never was is a lie.
    if (run.verdict !== undefined && run.verdict !== known.verdict)
      wrong.push(`run ${run.number} is said to be ${run.verdict} and was ${known.verdict ?? 'cut off'}`)
  }
  if (
    store
      .costs([taskId('one')], 10)
      .get(taskId('one'))
      ?.durationsMs.some((ms) => ms < 0) === true
  )
    wrong.push('a negative duration is believed')
}

async function judgeProofs(cache: Opened<typeof openCache, 'cache'>, root: string, truth: Truth, wrong: string[]): Promise<void> {
  for (const proof of truth.proofs) {
    const found = await cache.get(proof.key)
    if (found !== undefined && !Bun.deepEquals(found, proof)) wrong.push(`the proof of ${proof.task} says something else`)
    if (found?.log !== undefined) {
      const log = await cache.readBlob(found.log)
      if (log !== undefined && text(log) !== truth.logs.get(found.log)) wrong.push('a log says something else')
    }
    if (found?.outputs === undefined) continue
    const restored = await cache.restoreOutputs(found.outputs)
    if (restored && readFileSync(join(root, 'out/a.txt'), 'utf8') !== 'right\n') wrong.push('wrong bytes were restored')
    rmSync(join(root, 'out'), { recursive: true, force: true })
  }
}

/** `logged`: a write-ahead log lies beside it, which SQLite folds into the file when it closes it: then the bytes differ and hold both. */
type Evidence = { readonly bytes: Buffer; readonly inode: number; readonly logged: boolean } | undefined

/** Information about the moment, and what pawl writes the same each time, is no evidence. A log that is cut simply ends there for SQLite. */
const noEvidence = /^(lock\.holder|lock\.db|\.gitignore|logs\/.*|.*-wal)$/

function evidenceOf(state: string, damage: Damage): Evidence {
  const path = join(state, damage.file)
  const stat = lstatSync(path)
  return noEvidence.test(damage.file) || !stat.isFile() || stat.size === 0
    ? undefined
    : { bytes: readFileSync(path), inode: stat.ino, logged: existsSync(`${path}-wal`) }
}

function lostEvidence(state: string, damage: Damage, evidence: Evidence): readonly string[] {
  if (evidence === undefined) return []
  const path = join(state, damage.file)
  if (existsSync(path) && lstatSync(path).ino === evidence.inode) return []
  const asides = filesIn(state).filter((file) => basename(file).includes('.corrupt-'))
  const kept = asides.some((file) => (evidence.logged ? file.startsWith(damage.file) : readFileSync(join(state, file)).equals(evidence.bytes)))
  return kept ? [] : ['the damaged file is neither in its place nor set aside']
}

/** Through the command line: a check that fails must never be reported as passed, whatever the state says. */
async function started(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  const repos = await Promise.all([provenRepo(), provenRepo()])
  for (const repo of repos) cpSync(repo.state, join(repo.base, 'whole'), { recursive: true })
  try {
    const result = await eachCase(size === 'ci' ? 8 : 100, atOnce, async (index, worker) => {
      const repo = repos[worker]
      if (repo === undefined) return []
      rmSync(repo.state, { recursive: true })
      cpSync(join(repo.base, 'whole'), repo.state, { recursive: true })
      const damage = damageSomething(repo.state, dice(50_000 + index), () => true)
      return (await throughCommands(repo)).map((line) => `${damage.file} ${damage.what}: ${line}`)
    })
    report(`through the command line: ${result.cases}`)
    return result
  } finally {
    for (const repo of repos) await repo[Symbol.asyncDispose]()
  }
}

async function throughCommands(repo: FaultRepo): Promise<readonly string[]> {
  repo.write({ 'a.txt': 'wrong\n' })
  const red = await repo.runs(['--no-fix'])
  if (/newer pawl/.test(red.text)) return wrongEnding(red, [2])
  const wrong = [...wrongEnding(red, [1])]
  repo.write({ 'a.txt': 'right\n' })
  const green = await repo.runs([])
  wrong.push(...wrongEnding(green, [0]))
  // The second start meets other proofs than the first; the third meets nothing new.
  const quiet = await repo.runs([])
  wrong.push(...wrongEnding(quiet, [0]))
  if (/damaged|set aside|did not match/.test(quiet.text)) wrong.push(`the state is still told to be damaged: ${oneLine(quiet.text)}`)
  return wrong
}
