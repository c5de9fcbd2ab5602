/** Nx with its daemon, without it, and with the real npm in between, as its users have it. */
import { join } from 'node:path'
import { json } from '../monorepo.ts'
import { parallelism, type Runner } from '../runner.ts'

export const nx: Runner = {
  name: 'nx, daemon',
  program: (place) => join(place.peers, 'nx/dist/bin/nx.js'),
  versionArgs: ['--version'],
  files: () => ({ 'nx.json': json({ neverConnectToCloud: true, analytics: false, defaultBase: 'main', namedInputs, targetDefaults }) }),
  argv: (program, place) => [place.node, program, 'run-many', '-t', 'build', 'lint', 'test', `--parallel=${parallelism}`, '--outputStyle=static'],
  env: { NX_DAEMON: 'true' },
  state: () => ['.nx'],
  end: (program) => ['node', program, 'daemon', '--stop'],
  note: 'a stand-in for npm that costs nothing; the daemon’s own time and memory are not in these figures',
}

export const nxWithoutDaemon: Runner = { ...nx, name: 'nx, no daemon', env: { NX_DAEMON: 'false' }, note: 'a stand-in for npm that costs nothing' }
export const nxNpm: Runner = { ...nx, name: 'nx, daemon, real npm', realNpm: true, scenarios: ['cold', 'code'], note: 'as its users have it' }

const namedInputs = { sources: ['{projectRoot}/src/**/*', '{projectRoot}/package.json'] }
const targetDefaults = {
  build: { cache: true, dependsOn: ['^build'], inputs: ['sources', '^sources'], outputs: ['{projectRoot}/dist'] },
  lint: { cache: true, inputs: ['sources'], outputs: [] },
  test: { cache: true, dependsOn: ['build'], inputs: ['sources', '^sources'], outputs: [] },
}
