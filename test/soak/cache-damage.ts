/** What the cache hands out is what was put in, or nothing (T37); and it never writes outside of the repository (T39). */
import { createHash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openCache, type DiskCache } from '../../src/host/cache.ts'
import { systemClock } from '../../src/host/system-clock.ts'
import type { OutputManifest } from '../../src/model/proof.ts'
import { taskId } from '../../src/model/task.ts'
import { dice, type Dice } from '../simulation/dice.ts'
import type { SoakRow } from './soak-row.ts'

export const rows: readonly SoakRow[] = [
  { id: 'T37', title: 'a damaged entry of the cache is a miss, never other bytes', run: damages },
  { id: 'T39', title: 'a stored list of outputs writes nothing outside of the repository, whatever it says', run: escapes },
]

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex')

type Place = { readonly base: string; readonly root: string; readonly state: string; opened(): DiskCache }

function newPlace(): Place {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-cache-')))
  const [root, state] = [join(base, 'root'), join(base, 'state')]
  mkdirSync(root)
  mkdirSync(state)
  return {
    base,
    root,
    state,
    opened: () => {
      const opened = openCache(state, root, systemClock())
      if (!opened.ok) throw new Error(opened.failures.map(({ what }) => what).join('; '))
      return opened.value.cache
    },
  }
}

/** What was put in, by key: known here alone. */
type Kept = { readonly key: string; readonly files: ReadonlyMap<string, string>; readonly log: string; readonly finding: string }

const entries = 6

async function filled(place: Place, chance: Dice): Promise<readonly Kept[]> {
  const cache = place.opened()
  const kept: Kept[] = []
  for (let number = 0; number < entries; number++) {
    const files = new Map(
      Array.from({ length: 3 }, (_, at) => [`out${number}/f${at}.bin`, `${number}.${at} ${'x'.repeat(chance.roll(3000))}${chance.roll(1e9)}`]),
    )
    mkdirSync(join(place.root, `out${number}`), { recursive: true })
    for (const [path, content] of files) writeFileSync(join(place.root, path), content)
    const outputs = await cache.keepOutputs([`out${number}/**`])
    const log = `log of ${number} ${chance.roll(1e9)}`
    const finding = `finding of ${number}`
    const key = sha256(`key ${number}`)
    await cache.put({
      key,
      task: taskId(`task${number}`),
      run: 1,
      at: 1,
      durationMs: 1,
      findings: [{ severity: 'warning', message: finding }],
      parts: { command: key, files: key, env: {}, tools: {}, extra: {}, upstream: key, platform: 'p', pawl: '1' },
      mark: { delta: {} },
      log: await cache.keepBlob(new TextEncoder().encode(log)),
      outputs,
    })
    kept.push({ key, files, log, finding })
  }
  cache.close()
  return kept
}

const blobsOf = (state: string): string[] =>
  readdirSync(join(state, 'cache')).flatMap((shard) =>
    /^[0-9a-f]{2}$/.test(shard) ? readdirSync(join(state, 'cache', shard)).map((name) => join(state, 'cache', shard, name)) : [],
  )

/** Each spoils something and says what. */
const damagers: readonly ((place: Place, chance: Dice) => string)[] = [
  ({ state }, chance) =>
    spoiled(chance.pick(blobsOf(state)), (bytes) => bytes.subarray(0, Math.max(0, bytes.length - 1 - chance.roll(bytes.length || 1))), 'cut short'),
  ({ state }, chance) => spoiled(chance.pick(blobsOf(state)), (bytes) => flipped(bytes, chance), 'one bit turned'),
  ({ state }, chance) => spoiled(chance.pick(blobsOf(state)), () => new Uint8Array(0), 'emptied'),
  ({ state }, chance) => {
    const [one, other] = [chance.pick(blobsOf(state)), chance.pick(blobsOf(state))]
    const [first, second] = [readFileSync(one), readFileSync(other)]
    writeFileSync(one, second)
    writeFileSync(other, first)
    return 'contents swapped'
  },
  ({ state }, chance) => (rmSync(chance.pick(blobsOf(state))), 'content removed'),
  ({ state, base }, chance) => {
    const path = chance.pick(blobsOf(state))
    writeFileSync(join(base, 'elsewhere'), readFileSync(path))
    rmSync(path)
    symlinkSync(join(base, 'elsewhere'), path)
    writeFileSync(join(base, 'elsewhere'), 'something else')
    return 'content turned into a link'
  },
  (place, chance) => rowsDone(place, (database) => swapColumn(database, 'body', chance), 'bodies of rows swapped'),
  (place, chance) => rowsDone(place, (database) => swapColumn(database, 'sum', chance), 'digests of rows swapped'),
  (place, chance) =>
    rowsDone(
      place,
      (database) => {
        const [one, other] = twoRows(database, chance)
        database.prepare('UPDATE proof SET key=? WHERE id=?').run('spare', one.id)
        database.prepare('UPDATE proof SET key=? WHERE id=?').run(one.key, other.id)
        database.prepare('UPDATE proof SET key=? WHERE id=?').run(other.key, one.id)
      },
      'keys of rows swapped',
    ),
  (place, chance) =>
    rowsDone(
      place,
      (database) => {
        const [one, other] = twoRows(database, chance)
        const digest = /"digest":"([0-9a-f]{64})"/
        const [mine, theirs] = [digest.exec(one.body)?.[1] ?? '', digest.exec(other.body)?.[1] ?? '']
        database.prepare('UPDATE proof SET body=? WHERE id=?').run(one.body.replaceAll(mine, theirs), one.id)
      },
      'a digest in a row put in the place of another',
    ),
  (place, chance) =>
    rowsDone(
      place,
      (database) => {
        const [one] = twoRows(database, chance)
        const at = chance.roll(one.body.length)
        database
          .prepare('UPDATE proof SET body=? WHERE id=?')
          .run(`${one.body.slice(0, at)}${String.fromCharCode(33 + chance.roll(90))}${one.body.slice(at + 1)}`, one.id)
      },
      'a character of a row changed',
    ),
  (place, chance) =>
    rowsDone(
      place,
      (database) => {
        const [one] = twoRows(database, chance)
        database.prepare('UPDATE proof SET body=? WHERE id=?').run(one.body.replace('finding of', 'wording of'), one.id)
      },
      'what was found changed',
    ),
]

function spoiled(path: string, change: (bytes: Uint8Array) => Uint8Array, how: string): string {
  if (lstatSync(path).isSymbolicLink()) return 'nothing'
  writeFileSync(path, change(readFileSync(path)))
  return `content ${how}`
}

function flipped(bytes: Uint8Array, chance: Dice): Uint8Array {
  const copy = Uint8Array.from(bytes)
  const at = chance.roll(copy.length || 1)
  copy[at] = (copy[at] ?? 0) ^ (1 << chance.roll(8))
  return copy
}

type Row = { readonly id: number; readonly key: string; readonly body: string }

function rowsDone(place: Place, work: (database: DatabaseSync) => void, what: string): string {
  const database = new DatabaseSync(join(place.state, 'cache.db'))
  work(database)
  database.close()
  return what
}

function twoRows(database: DatabaseSync, chance: Dice): readonly [Row, Row] {
  const all = database.prepare('SELECT id, key, body FROM proof').all() as Row[]
  const first = chance.roll(all.length)
  const second = (first + 1 + chance.roll(all.length - 1)) % all.length
  return [all[first] as Row, all[second] as Row]
}

function swapColumn(database: DatabaseSync, column: 'body' | 'sum', chance: Dice): void {
  const [one, other] = twoRows(database, chance)
  const valueOf = (id: number): string => (database.prepare(`SELECT ${column} AS value FROM proof WHERE id=?`).get(id) as { value: string }).value
  const [mine, theirs] = [valueOf(one.id), valueOf(other.id)]
  database.prepare(`UPDATE proof SET ${column}=? WHERE id=?`).run(theirs, one.id)
  database.prepare(`UPDATE proof SET ${column}=? WHERE id=?`).run(mine, other.id)
}

async function damages(size: 'ci' | 'full', report: (line: string) => void): ReturnType<SoakRow['run']> {
  const chance = dice(37)
  const template = newPlace()
  const kept = await filled(template, chance)
  const broken: string[] = []
  const cases = size === 'full' ? 2000 : 100
  let misses = 0
  for (let number = 0; number < cases; number++) {
    const place = newPlace()
    cpSync(template.state, place.state, { recursive: true })
    const what = damagers[number % damagers.length]?.(place, chance) ?? ''
    const cache = place.opened()
    const order = chance.roll(2) === 0 ? kept : kept.toReversed()
    for (const entry of order) {
      rmSync(join(place.root, `out${kept.indexOf(entry)}`), { recursive: true, force: true })
      const wrong = await wrongAnswer(cache, place.root, entry).catch((error: unknown) => `threw ${String(error)}`)
      if (wrong === 'miss') misses += 1
      else if (wrong !== undefined) broken.push(`${what}: ${wrong}`)
    }
    cache.close()
    rmSync(place.base, { recursive: true })
    if (number % 200 === 199) report(`${number + 1} damages, ${misses} misses`)
  }
  rmSync(template.base, { recursive: true })
  // About half of the damage hits what is asked for; all of it must not go unnoticed.
  if (misses < cases / 2) broken.push(`only ${misses} misses after ${cases} damages`)
  return { cases, broken: broken.slice(0, 20) }
}

/** 'miss': nothing was handed out. Undefined: all of it was, and it is right. */
async function wrongAnswer(cache: DiskCache, root: string, entry: Kept): Promise<string | undefined> {
  const proof = await cache.get(entry.key)
  if (proof === undefined) return 'miss'
  if (proof.key !== entry.key || proof.findings[0]?.message !== entry.finding) return 'the findings of another result'
  const log = proof.log === undefined ? undefined : await cache.readBlob(proof.log)
  if (log !== undefined && new TextDecoder().decode(log) !== entry.log) return 'another log'
  const restored = proof.outputs !== undefined && (await cache.restoreOutputs(proof.outputs))
  const there = [...entry.files].map(([path, content]) => ({
    path,
    content,
    found: existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined,
  }))
  const other = there.find(({ content, found }) => found !== undefined && found !== content)
  if (other !== undefined) return `other bytes in ${other.path}`
  if (!restored && there.some(({ found }) => found !== undefined)) return 'it says that nothing is restored, and a part of it was written'
  if (!restored || log === undefined) return 'miss'
  return there.some(({ found }) => found === undefined) ? 'it says that all is restored, and something is not there' : undefined
}

const digestOfFiles = (files: OutputManifest['files']): string =>
  sha256(JSON.stringify(files.map(({ path, content, mode, size }) => [path, content, mode, size])))
const manifestOf = (files: OutputManifest['files']): OutputManifest => ({ digest: digestOfFiles(files), files })

/** Names that lead somewhere else on one system or another. */
const ways = (base: string): readonly string[] => {
  const ups = [
    '..',
    '../..',
    '../outside',
    'a/../../outside',
    './../outside',
    'a/../../../outside',
    '../root/../outside/x',
    'a/./../../outside/x',
    '..//outside/x',
    'in/../../outside/x',
  ]
  const absolute = [
    '/',
    '//',
    base,
    join(base, 'outside/x'),
    `/${join(base, 'outside/x')}`,
    `${base}/outside`,
    '/etc/pawl-escape',
    '/proc/self/cwd/../outside/x',
    '/dev/shm/pawl-escape',
    'file:///x',
  ]
  const links = [
    'linked/x',
    'linked/deep/x',
    'in/linked/x',
    'toFile/x',
    'up/outside/x',
    'loop/x',
    'dangling/x',
    'hard',
    'pipe',
    'pipe/x',
    'toFile',
    'dangling',
    'loop',
  ]
  const own = [
    '.git/hooks/post-checkout',
    '.GIT/config',
    '.Git/x',
    'a/.git/x',
    '.git',
    '.pawl/cache.db',
    '.PAWL/x',
    'a/.pawl/x',
    '.git /x',
    '.git./x',
    '.git::$INDEX_ALLOCATION/x',
    'git~1/x',
  ]
  const odd = [
    '',
    '.',
    './',
    'a/',
    'a//b',
    'a/.',
    'a\0b',
    '\0',
    'a\nb',
    'C:\\x',
    'C:/x',
    '\\\\server\\share',
    '..\\outside\\x',
    'a\\..\\..\\outside',
    '~',
    '~/x',
    '$HOME/x',
    '%2e%2e/outside/x',
    '..%2foutside',
    '\u2025/outside',
    '．．/outside',
    'a\u202e/x',
    'con',
    'x'.repeat(300),
    `${'d/'.repeat(3000)}x`,
  ]
  return [...ups, ...absolute, ...links, ...own, ...odd]
}

function world(place: Place): void {
  const { base, root } = place
  for (const folder of ['outside', 'outside/deep', 'root/in', 'root/.git/hooks', 'root/.pawl']) mkdirSync(join(base, folder), { recursive: true })
  writeFileSync(join(base, 'outside/x'), 'outside')
  writeFileSync(join(base, 'outside/hard'), 'outside')
  writeFileSync(join(root, '.git/config'), 'config')
  symlinkSync('../outside', join(root, 'linked'))
  symlinkSync('../../outside', join(root, 'in/linked'))
  symlinkSync('../outside/x', join(root, 'toFile'))
  symlinkSync('..', join(root, 'up'))
  symlinkSync('loop', join(root, 'loop'))
  symlinkSync('../outside/made', join(root, 'dangling'))
  linkSync(join(base, 'outside/hard'), join(root, 'hard'))
  execFileSync('mkfifo', [join(root, 'pipe')])
}

/** All that lies outside of the root, and what in it is git's or pawl's own. */
function outside(place: Place): string {
  const lines: string[] = []
  const walk = (path: string): void => {
    const stat = lstatSync(path)
    lines.push(`${path} ${stat.mode} ${stat.isSymbolicLink() ? readlinkSync(path) : stat.isFile() ? sha256(readFileSync(path)) : ''}`)
    if (stat.isDirectory()) for (const name of readdirSync(path).sort()) walk(join(path, name))
  }
  for (const path of ['outside', 'root/.git', 'root/.pawl']) walk(join(place.base, path))
  lines.push(readdirSync(place.base).sort().join())
  lines.push(...['/etc/pawl-escape', '/dev/shm/pawl-escape', join(dirname(place.base), 'outside')].map((path) => String(existsSync(path))))
  // Whatever some system takes for one of the two: case, blanks and dots at the end, streams, short names.
  lines.push(
    readdirSync(place.root)
      .filter((name) => /^(?:\.?git|\.?pawl)(?:$|[^\w-]|~)/i.test(name))
      .sort()
      .join(),
  )
  return lines.join('\n')
}

async function escapes(size: 'ci' | 'full', report: (line: string) => void): ReturnType<SoakRow['run']> {
  const place = newPlace()
  world(place)
  const cache = place.opened()
  const content = await cache.keepBlob(new TextEncoder().encode('restored'))
  const before = outside(place)
  const broken: string[] = []
  let [cases, written] = [0, 0]
  const tried = async (files: OutputManifest['files'], what: string): Promise<void> => {
    cases += 1
    const answer = await cache.restoreOutputs(manifestOf(files)).catch((error: unknown) => error)
    if (answer === true) written += 1
    // The system may refuse a name; that is told as trouble of the disk, and is no crash.
    if (typeof answer !== 'boolean' && !(answer instanceof Error && answer.cause !== undefined)) broken.push(`${what}: ${String(answer)}`)
  }
  const checked = (what: string): void => {
    if (outside(place) === before) return
    broken.push(`${what}: something outside was written`)
  }
  const file = (path: string, more: Partial<OutputManifest['files'][number]> = {}): OutputManifest['files'][number] => ({
    path,
    content,
    mode: 0o644,
    size: 8,
    ...more,
  })
  const all = ways(place.base)
  // Alone, beside a good one, and with numbers that no file has.
  for (const path of all) {
    await tried([file(path)], JSON.stringify(path.slice(0, 60)))
    await tried([file('good'), file(path)], `good and ${JSON.stringify(path.slice(0, 60))}`)
    await tried([file(path, { mode: 0o4755 })], `set-uid ${JSON.stringify(path.slice(0, 60))}`)
    checked(JSON.stringify(path.slice(0, 60)))
  }
  const bombs: readonly Partial<OutputManifest['files'][number]>[] = [
    { size: 10 * 2 ** 30 },
    { size: -1 },
    { size: Number.NaN },
    { size: 2 ** 60 },
    { mode: -1 },
    { mode: 0o170777 },
    { content: 'no digest' },
    { content: `../${content}` },
    { content: sha256('not there') },
  ]
  for (const bomb of bombs) await tried([file('bomb', bomb)], JSON.stringify(bomb))
  await tried(
    Array.from({ length: size === 'full' ? 1_000_000 : 100_000 }, (_, at) => file(`many/${at}`, { content: sha256('not there') })),
    'a million files',
  )
  await tried([file('Twin'), file('twin'), file('good'), file('good')], 'twins')
  await tried([file('asFile'), file('asFile/below')], 'a file and what is below it')
  checked('bombs and twins')
  report(`corpus: ${cases} lists, ${written} written inside`)
  await fuzzed(size === 'full' ? 100_000 : 5000, all, file, tried, checked)
  cache.close()
  if (written < 20) broken.push(`only ${written} lists were carried out at all`)
  rmSync(place.base, { recursive: true, force: true })
  return { cases, broken: broken.slice(0, 20) }
}

type Output = OutputManifest['files'][number]

async function fuzzed(
  times: number,
  all: readonly string[],
  file: (path: string, more?: Partial<Output>) => Output,
  tried: (files: readonly Output[], what: string) => Promise<void>,
  checked: (what: string) => void,
): Promise<void> {
  const chance = dice(39)
  const parts = [
    '..',
    '.',
    '',
    'in',
    'linked',
    'up',
    'outside',
    'root',
    'x',
    '.git',
    '.GIT',
    '.pawl',
    'loop',
    'toFile',
    'hard',
    'a',
    '\0',
    '\\',
    'pipe',
    '~',
    'dangling',
  ]
  for (let number = 0; number < times; number++) {
    const path = (): string => (chance.roll(4) === 0 ? chance.pick(all) : Array.from({ length: 1 + chance.roll(5) }, () => chance.pick(parts)).join('/'))
    const paths = Array.from({ length: 1 + chance.roll(3) }, path)
    await tried(
      paths.map((one) => file(one, chance.roll(8) === 0 ? { mode: chance.roll(0o200000) } : {})),
      JSON.stringify(paths).slice(0, 120),
    )
    if (number % 50 === 49) checked(`one of the 50 lists before the ${number}th, such as ${JSON.stringify(paths).slice(0, 100)}`)
  }
}
