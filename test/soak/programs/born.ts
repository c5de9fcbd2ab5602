/** A process that opens new databases at the same moments as its siblings: `born.ts FOLDER COUNT MEMBER MEMBERS`. Prints a line for each one that it did not find sound. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../../../src/host/sqlite.ts'
import { StateUnusable } from '../../../src/host/state-trouble.ts'

const [folder = '', count = '', member = '', members = ''] = process.argv.slice(2)
const schema = { version: 1, statements: ['CREATE TABLE a(b TEXT)', 'CREATE TABLE c(d TEXT)'] }

for (let number = 0; number < Number(count); number++) {
  const place = join(folder, String(number))
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, `ready-${member}`), '')
  // Turns in place: who sleeps comes too late for the moment that matters.
  while (!Array.from({ length: Number(members) }, (_, other) => existsSync(join(place, `ready-${other}`))).every(Boolean));
  for (const line of openAndWrite(join(place, 'store.db'))) console.log(`database ${number}: ${line}`)
}

function openAndWrite(path: string): readonly string[] {
  const opened = openDatabase(path, schema)
  if (!opened.ok) return opened.failures.map(({ what, why }) => `${what}: ${why}`)
  const { database, notes } = opened.value
  try {
    database.write((transaction) => transaction.run('INSERT INTO a VALUES (?)', member), 'fail')
    return notes.map(({ what, why }) => `${what}: ${why}`)
  } catch (error) {
    if (error instanceof StateUnusable) return [`${error.failure.what}: ${error.failure.why}`]
    throw error
  } finally {
    database.close()
  }
}
