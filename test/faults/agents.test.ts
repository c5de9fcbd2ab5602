/** Rows about agents: what they do to a repository, and what of it counts. */
import { rows } from '../soak/mending-agents.ts'
import { testRows } from './row-test.ts'

testRows(rows, 0)
