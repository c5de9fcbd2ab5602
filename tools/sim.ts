/** Runs the simulation: `npm run sim -- --seed N` looks at one run again, `--runs N` runs more of them. */
import { spawnSync } from 'node:child_process'

const valueOf = (name: string): string | undefined => process.argv[process.argv.indexOf(`--${name}`) + 1]
const seed = process.argv.includes('--seed') ? valueOf('seed') : undefined
const runs = process.argv.includes('--runs') ? valueOf('runs') : undefined
const env = { ...process.env, ...(seed === undefined ? {} : { SIM_SEED: seed }), ...(runs === undefined ? {} : { SIM_RUNS: runs }) }
process.exitCode = spawnSync(process.execPath, ['test', './test/simulation'], { stdio: 'inherit', env }).status ?? 1
