/** Starts the program as a process: what `bin/pawl.mjs`, the executable and `bun src/faces/cli/start.ts` run. */
import { main } from './main.ts'

// No top-level await: bytecode of the executable does not allow it.
void main(process.argv.slice(2), process.env, process.cwd()).then((code) => (process.exitCode = code))
