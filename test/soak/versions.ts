/** T13: an older or newer pawl meets the same state. Newer ones bring it forward after a copy; older ones leave it alone and can still look at the rest. */
import { Database } from 'bun:sqlite'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../../src/host/sqlite.ts'
import type { Schema } from '../../src/host/sqlite-schema.ts'
import { faultRepo } from './fault-repo.ts'
import { inState } from './lock-holding.ts'
import { oneLine, wrongEnding } from './program.ts'
import { eachCase, together, type SoakResult, type SoakRow } from './soak-row.ts'

export const rows: readonly SoakRow[] = [
  {
    id: 'T13',
    title: 'an older or newer pawl on the same state: a newer one copies it and brings it forward, an older one refuses to write and can show status',
    run: async () => together(await matrix(), await throughCommands()),
  },
]

const upgrades = { 1: ['CREATE TABLE tag(run INTEGER, name TEXT)'], 2: ['ALTER TABLE tag ADD COLUMN at INTEGER'] }
const base = 'CREATE TABLE run(number INTEGER, body TEXT)'

const schemas: readonly Schema[] = [
  { version: 1, statements: [base], upgrades },
  { version: 2, statements: [base, 'CREATE TABLE tag(run INTEGER, name TEXT)'], upgrades },
  { version: 3, statements: [base, 'CREATE TABLE tag(run INTEGER, name TEXT, at INTEGER)'], upgrades },
]

/** Each of three versions of pawl opens what each of them has written. */
const matrix = (): Promise<SoakResult> =>
  eachCase(9, 1, (index) =>
    inState(async (state) => {
      const [written, reader] = [schemas[Math.floor(index / 3)], schemas[index % 3]]
      if (written === undefined || reader === undefined) return []
      const path = join(state, 'store.db')
      const first = openDatabase(path, written)
      if (!first.ok) return ['it cannot be written']
      first.value.database.write(
        (transaction) => [1, 2, 3].forEach((number) => transaction.run('INSERT INTO run VALUES(?, ?)', number, `run ${number}`)),
        'fail',
      )
      first.value.database.close()
      const before = readFileSync(path)
      const wrong = told(path, reader, written.version, before)
      return wrong.map((line) => `version ${written.version} opened by ${reader.version}: ${line}`)
    }),
  )

function told(path: string, reader: Schema, written: number, before: Buffer): readonly string[] {
  const opened = openDatabase(path, reader)
  const copies = readdirSync(join(path, '..')).filter((name) => name.includes(`.version-${written}-`))
  if (written > reader.version) {
    const refused = !opened.ok && opened.failures[0]?.type === 'store.newer'
    return [...(refused ? [] : ['it is not refused']), ...(readFileSync(path).equals(before) ? [] : ['it was changed'])]
  }
  if (!opened.ok) return [`it is refused: ${opened.failures[0]?.why ?? ''}`]
  const numbers = opened.value.database.rows('SELECT number FROM run ORDER BY number').map((row) => row['number'])
  opened.value.database.close()
  const wrong = String(numbers) === '1,2,3' ? [] : [`rows are lost: ${String(numbers)}`]
  if (opened.value.notes.length > 0) wrong.push('it was taken for damaged')
  if (copies.length !== (written < reader.version ? 1 : 0)) wrong.push(`${copies.length} copies were made`)
  for (const copy of copies) {
    using database = new Database(join(path, '..', copy))
    if (database.query('SELECT number FROM run').all().length !== 3) wrong.push('the copy is not whole')
  }
  return wrong
}

/** A store as a newer pawl would leave it: this one must not write to it, and status must still say what it can. */
async function throughCommands(): Promise<SoakResult> {
  await using repo = await faultRepo({ 'a.txt': '0\n' })
  repo.write({ 'pawl.yaml': 'detect: false\ndiskFree: 1\nchecks: { fine: { command: ["true"] } }\n' })
  await repo.runs([])
  const path = join(repo.state, 'store.db')
  {
    using database = new Database(path)
    database.exec('CREATE TABLE later(a); PRAGMA user_version=99; PRAGMA wal_checkpoint(TRUNCATE)')
  }
  const before = readFileSync(path)
  const run = await repo.runs([])
  const status = await repo.runs(['status'])
  const wrong = [...wrongEnding(run, [2]), ...wrongEnding(status, [0])]
  if (!/newer pawl/.test(run.text)) wrong.push(`a run does not say that the state is newer: ${oneLine(run.text)}`)
  if (!/newer pawl/.test(status.text) || !/fine/.test(status.text)) wrong.push(`status does not show what it can: ${oneLine(status.text)}`)
  if (!readFileSync(path).equals(before)) wrong.push('the newer state was changed')
  return { cases: 2, broken: wrong }
}
