/** Damages one file of a state folder: cut, flipped bits, zeros, foreign content, or a content that is whole and says something else. */
import { Database } from 'bun:sqlite'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Dice } from '../simulation/dice.ts'

export type Damage = { readonly file: string; readonly what: string }

/** Every file below the folder, by its path in it. */
export const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort()

/** `among`: which files may be hit. Databases are hit more often: they hold more. */
export function damageSomething(state: string, chance: Dice, among: (file: string) => boolean): Damage {
  const files = filesIn(state).filter(among)
  const databases = files.filter((file) => /^(store|cache)\.db(-wal)?$/.test(file))
  const file = databases.length > 0 && chance.chance(0.6) ? chance.pick(databases) : chance.pick(files)
  const path = join(state, file)
  const whole = chance.chance(0.12)
  if (whole && /^(store|cache)\.db$/.test(file)) return { file, what: rewritten(path, file, chance) }
  if (whole && file === 'lock.holder') return { file, what: misleading(path, chance) }
  if (whole && file.startsWith('cache/')) return { file, what: exchanged(state, file, chance) }
  return { file, what: chance.pick(accidents)(path, chance) }
}

const accidents: readonly ((path: string, chance: Dice) => string)[] = [
  cut,
  cut,
  cut,
  flipped,
  flipped,
  flipped,
  flipped,
  zeroTail,
  emptied,
  foreign,
  folder,
  grown,
]

function cut(path: string, chance: Dice): string {
  const at = chance.roll(statSync(path).size + 1)
  truncateSync(path, at)
  return `cut at ${at}`
}

function flipped(path: string, chance: Dice): string {
  const bytes = readFileSync(path)
  if (bytes.length === 0) return 'left as it is: empty'
  // Half of the flips hit the head, where a bit means most.
  const at = chance.roll(chance.chance(0.5) ? Math.min(bytes.length, 200) : bytes.length)
  const bit = chance.roll(8)
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit)
  writeFileSync(path, bytes)
  return `bit ${bit} of byte ${at} flipped`
}

function zeroTail(path: string, chance: Dice): string {
  const bytes = readFileSync(path)
  const from = chance.roll(bytes.length + 1)
  writeFileSync(path, bytes.fill(0, from))
  return `zeros from byte ${from}`
}

function emptied(path: string): string {
  truncateSync(path, 0)
  return 'emptied'
}

function foreign(path: string, chance: Dice): string {
  const content = chance.pick(['last_quality_check=a[$(touch hacked)]\n', '{"verdict":"passed"}', '\0'.repeat(4096), '\ud800\u202e\uffff', 'SQLite format 3\0'])
  writeFileSync(path, content)
  return `replaced by ${JSON.stringify(content.slice(0, 20))}`
}

function folder(path: string): string {
  rmSync(path)
  mkdirSync(path)
  return 'replaced by a folder'
}

function grown(path: string, chance: Dice): string {
  const more = Buffer.from(Array.from({ length: 1 + chance.roll(5000) }, () => chance.roll(256)))
  writeFileSync(path, Buffer.concat([readFileSync(path), more]))
  return `${more.length} bytes of noise at its end`
}

const lies: Readonly<Record<string, readonly string[]>> = {
  'store.db': [
    `UPDATE event SET body=replace(body, '"failed"', '"passed"')`,
    `UPDATE run SET end='{"finishedAt":1,"verdict":"passed"}'`,
    `UPDATE run SET body=replace(body, '"command"', '"commend"')`,
    'UPDATE event SET seq=seq+1000',
    `UPDATE event SET body='{"type":"run.finished"}' WHERE seq=2`,
    'UPDATE attempt SET duration_ms=-5',
    'UPDATE attempt SET at=-9223372036854775807',
    'DELETE FROM event WHERE seq=2',
    'DELETE FROM run',
    'DROP TABLE attempt',
    'CREATE TABLE more(a)',
    'CREATE TRIGGER evil AFTER INSERT ON run BEGIN DELETE FROM run; END',
    'PRAGMA user_version=99',
    'PRAGMA application_id=0',
    'UPDATE run SET number=9223372036854775807 WHERE number=(SELECT max(number) FROM run)',
    `UPDATE run SET sum='0'`,
  ],
  'cache.db': [
    `UPDATE proof SET key='0' || substr(key, 2)`,
    `UPDATE proof SET task='other'`,
    `UPDATE proof SET body=replace(body, '"findings":[]', '"findings":[{}]')`,
    `UPDATE proof SET body=replace(body, '"run":1', '"run":2')`,
    'UPDATE proof SET sum=(SELECT sum FROM proof ORDER BY id LIMIT 1)',
    `UPDATE proof SET body='{}'`,
    `UPDATE proof SET body='[]', sum=''`,
    'UPDATE proof SET at=9223372036854775807',
    'UPDATE proof SET id=-id',
    'DROP INDEX proof_by_key',
    'DROP TABLE proof',
    'CREATE VIEW more AS SELECT 1',
  ],
}

/** Another program writes rows that are whole and wrong. */
function rewritten(path: string, file: string, chance: Dice): string {
  const sql = chance.pick(lies[file] ?? [])
  using database = new Database(path)
  database.exec(sql)
  return sql
}

function misleading(path: string, chance: Dice): string {
  const pid = chance.pick([1, -1, 0, process.pid, 2 ** 40, 1.5, '1', null])
  const content = JSON.stringify(chance.pick([{ pid, start: '0', boot: 'x', command: 'a\u001b[2J', since: 8.64e15, host: '' }, [pid], pid, { pid }]))
  writeFileSync(path, content)
  return `says ${content}`
}

/** A content that is whole, under the name of another one; or a link in its place. */
function exchanged(state: string, file: string, chance: Dice): string {
  const contents = filesIn(state).filter((other) => other.startsWith('cache/') && other !== file)
  const other = chance.pick(contents.length === 0 ? [file] : contents)
  if (chance.chance(0.3)) {
    renameSync(join(state, file), join(state, `${file}.moved`))
    symlinkSync(join(state, other), join(state, file))
    return `a link to ${other}`
  }
  copyFileSync(join(state, other), join(state, file))
  return `the content of ${other}`
}
