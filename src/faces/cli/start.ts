/** Starts the program as a process: what `bin/pawl.mjs`, the executable and `bun src/faces/cli/start.ts` run. */
import { main } from './main.ts'

process.exitCode = await main(process.argv.slice(2), process.env, process.cwd())
