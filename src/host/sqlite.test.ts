import { afterEach, expect, test } from 'bun:test'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase, type OpenedDatabase } from './sqlite.ts'
import { StateUnusable } from './state-trouble.ts'

const folders: string[] = []
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })))

const newPath = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'pawl-sqlite-'))
  folders.push(folder)
  return join(folder, 'a.db')
}

const schema = { version: 1, statements: ['CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT'] }

function opened(path: string, of = schema): OpenedDatabase {
  const result = openDatabase(path, of)
  if (!result.ok) throw new Error(JSON.stringify(result.failures))
  return result.value
}

const add = ({ database }: OpenedDatabase, name: string): void => database.write(({ run }) => run('INSERT INTO item(name) VALUES(?)', name), 'fail')
const names = ({ database }: OpenedDatabase): unknown[] => database.rows('SELECT name FROM item ORDER BY id').map((row) => row['name'])
const asides = (path: string): string[] => readdirSync(join(path, '..')).filter((name) => name.startsWith('a.db.corrupt-') && !/-(wal|shm)$/.test(name))

test('what was written is there after opening again, in a file for this user alone', () => {
  const path = newPath()
  const first = opened(path)
  add(first, 'one')
  expect([statSync(path).mode, statSync(`${path}-wal`).mode].map((mode) => mode & 0o777)).toEqual([0o600, 0o600])
  first.database.close()
  const second = opened(path)
  expect(names(second)).toEqual(['one'])
  expect(second.notes).toEqual([])
  second.database.close()
})

test('a transaction that throws leaves nothing behind and the next one works', () => {
  const db = opened(newPath())
  expect(() =>
    db.database.write(({ run }) => {
      run('INSERT INTO item(name) VALUES(?)', 'half')
      throw new RangeError('no')
    }, 'fail'),
  ).toThrow(RangeError)
  add(db, 'whole')
  expect(names(db)).toEqual(['whole'])
  db.database.close()
})

const misplaced: Readonly<Record<string, (path: string) => void>> = {
  'a text file': (path) => writeFileSync(path, 'hello '.repeat(900)),
  'a folder': (path) => mkdirSync(path),
  'a link to nowhere': (path) => symlinkSync('/nowhere/at/all', path),
  'a folder instead of the log': (path) => {
    opened(path).database.close()
    mkdirSync(`${path}-wal`)
  },
  'a database of another program': (path) => {
    const other = new DatabaseSync(path)
    other.exec('CREATE TABLE bookmark(url TEXT); PRAGMA user_version=9')
    other.close()
  },
  'a database with a trigger that pawl did not make': (path) => {
    opened(path).database.close()
    const other = new DatabaseSync(path)
    other.exec('CREATE TRIGGER spy AFTER INSERT ON item BEGIN DELETE FROM item; END')
    other.close()
  },
}

for (const [what, make] of Object.entries(misplaced)) {
  test(`${what} is set aside with a note, and the second start is silent`, () => {
    const path = newPath()
    make(path)
    const first = opened(path)
    expect(first.notes.map((note) => note.type)).toEqual(['store.recovered'])
    add(first, 'new')
    first.database.close()
    expect(readdirSync(join(path, '..')).some((name) => name.includes('.corrupt-'))).toBe(true)
    const second = opened(path)
    expect([names(second), second.notes]).toEqual([['new'], []])
    second.database.close()
  })
}

test('a database of a newer version is refused and left untouched', () => {
  const path = newPath()
  const newer = { version: 3, statements: ['CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT NOT NULL, more TEXT) STRICT'] }
  opened(path, newer).database.close()
  const before = readFileSync(path)
  const result = openDatabase(path, schema)
  expect(result.ok ? [] : result.failures.map((failure) => failure.type)).toEqual(['store.newer'])
  expect(readFileSync(path).equals(before)).toBe(true)
})

test('an older database is upgraded, and a copy of it is kept', () => {
  const path = newPath()
  const old = opened(path)
  add(old, 'one')
  old.database.close()
  const wider = {
    version: 2,
    statements: ['CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT NOT NULL, more TEXT) STRICT'],
    upgrades: { 1: ['ALTER TABLE item RENAME TO old', wideTable, 'INSERT INTO item(id, name) SELECT id, name FROM old', 'DROP TABLE old'] },
  }
  const now = opened(path, wider)
  expect([names(now), now.notes]).toEqual([['one'], []])
  now.database.close()
  const copy = readdirSync(join(path, '..')).find((name) => name.startsWith('a.db.version-1-'))
  expect(copy).toBeDefined()
  expect(asides(path)).toEqual([])
})
const wideTable = 'CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT NOT NULL, more TEXT) STRICT'

test('a flipped version number locks nobody out', () => {
  const path = newPath()
  const db = opened(path)
  add(db, 'one')
  db.database.close()
  const other = new DatabaseSync(path)
  other.exec('PRAGMA user_version=257')
  other.close()
  const again = opened(path)
  expect([names(again), again.notes]).toEqual([['one'], []])
  again.database.close()
})

test('writing to a database that was deleted or replaced meanwhile is refused', () => {
  const path = newPath()
  const db = opened(path)
  rmSync(path)
  expect(() => add(db, 'lost')).toThrow(StateUnusable)
  const other = opened(path)
  expect(() => add(db, 'lost')).toThrow(StateUnusable)
  add(other, 'kept')
  expect(names(other)).toEqual(['kept'])
  db.database.write(({ run }) => run('INSERT INTO item(name) VALUES(?)', 'no matter where'), 'repeat')
  expect([names(other), db.notes.map((note) => note.type)]).toEqual([['kept', 'no matter where'], ['store.recovered']])
  db.database.close()
  other.database.close()
})

test('damage that shows while reading is set aside and work goes on with a new database', () => {
  const path = newPath()
  const db = opened(path)
  db.database.write(({ run }) => Array.from({ length: 500 }, (_, i) => run('INSERT INTO item(name) VALUES(?)', `name ${i} ${'x'.repeat(100)}`)), 'fail')
  db.database.close()
  const content = readFileSync(path)
  content.fill(0xaa, 8192)
  writeFileSync(path, content)
  const again = opened(path)
  expect(names(again)).toEqual([])
  expect(again.notes.map((note) => note.type)).toEqual(['store.recovered'])
  add(again, 'new')
  again.database.close()
  expect(asides(path).length).toBe(1)
  expect(existsSync(path)).toBe(true)
})

test('two that open the same damaged file at once lose nothing that either writes afterwards', () => {
  const path = newPath()
  writeFileSync(path, 'x'.repeat(5000))
  const [one, two] = [opened(path), opened(path)]
  add(one, 'one')
  add(two, 'two')
  expect(names(one)).toEqual(['one', 'two'])
  expect(asides(path).length).toBe(1)
  one.database.close()
  two.database.close()
})

test('who notices damage late does not move away what another has started anew', () => {
  const path = newPath()
  const [one, two, three] = [opened(path), opened(path), opened(path)]
  one.database.write(({ run }) => Array.from({ length: 500 }, (_, i) => run('INSERT INTO item(name) VALUES(?)', `name ${i} ${'x'.repeat(100)}`)), 'fail')
  one.database.rows('PRAGMA wal_checkpoint(TRUNCATE)')
  one.database.close()
  // From outside: closing the file in this process would drop the locks of its connections.
  execFileSync('dd', ['if=/dev/zero', `of=${path}`, 'bs=4096', 'seek=2', 'count=8', 'conv=notrunc', 'status=none'])
  expect(names(two)).toEqual([])
  add(two, 'new')
  expect(names(three)).toEqual(['new'])
  add(three, 'newer')
  expect(names(two)).toEqual(['new', 'newer'])
  expect(asides(path).length).toBe(1)
  two.database.close()
  three.database.close()
})

test('a folder that does not exist is a failure, not a crash', () => {
  const result = openDatabase(join(newPath(), 'no', 'b.db'), schema)
  expect(result.ok ? '' : result.failures[0]?.type).toBe('store.unusable')
})
