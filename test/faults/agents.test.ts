/** Rows about agents: what they do to a repository, and what of it counts. */
import { rows as settings } from '../soak/agent-settings.ts'
import { rows as trusted } from '../soak/config-trust.ts'
import { rows as held } from '../soak/agents-held.ts'
import { rows as hostile } from '../soak/hostile-agents.ts'
import { rows as locked } from '../soak/git-locks.ts'
import { rows as outside } from '../soak/agents-outside.ts'
import { rows as pushed } from '../soak/pushes.ts'
import { rows as rehearsed } from '../soak/rehearsal.ts'
import { rows as resumed } from '../soak/agents-resumed.ts'
import { rows as mending } from '../soak/mending-agents.ts'
import { rows as shutIn } from '../soak/shut-in-agents.ts'
import { rows as trees } from '../soak/agents-trees.ts'
import { rows as unshut } from '../soak/no-sandbox.ts'
import { rows as worded } from '../soak/agents-words.ts'
import { testRows } from './row-test.ts'

const attacks = [...outside, ...held, ...hostile, ...shutIn, ...settings, ...trusted, ...trees, ...worded]
testRows([...mending, ...resumed, ...attacks, ...rehearsed, ...pushed, ...locked, ...unshut], 0)
