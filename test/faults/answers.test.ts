/** Rows about answers: what is kept, what is shown, what is read. */
import { rows as cacheDamage } from '../soak/cache-damage.ts'
import { rows as dryRun } from '../soak/dry-run.ts'
import { rows as falseHits } from '../soak/false-hits.ts'
import { rows as names } from '../soak/names.ts'
import { rows as neverStored } from '../soak/never-stored.ts'
import { rows as readers } from '../soak/readers.ts'
import { rows as secrets } from '../soak/secrets.ts'
import { rows as terminal } from '../soak/terminal.ts'
import { testRows } from './row-test.ts'

testRows([cacheDamage, dryRun, falseHits, names, neverStored, readers, secrets, terminal].flat(), 1)
