/** Turborepo: its native binary, the launcher of its npm package, and with the real npm in between, as its users have it. */
import { join } from 'node:path'
import { json } from '../monorepo.ts'
import { parallelism, type Runner } from '../runner.ts'

export const turbo: Runner = {
  name: 'turbo',
  program: (place) => join(place.peers, '@turbo/linux-64/bin/turbo'),
  files: () => ({ 'turbo.json': json({ tasks, globalPassThroughEnv: ['HOME'] }) }),
  argv: (program) => [program, 'run', 'build', 'lint', 'test', `--concurrency=${parallelism}`, '--output-logs=errors-only', '--ui=stream'],
  plan: (program) => [program, 'run', 'build', 'lint', 'test', '--dry=json'],
  state: ({ packages }) => ['.turbo', ...packages.map(({ folder }) => `${folder}/.turbo`)],
  note: 'native binary; a stand-in for npm that costs nothing',
}

export const turboLauncher: Runner = {
  ...turbo,
  name: 'turbo by its launcher',
  program: (place) => join(place.peers, '.bin/turbo'),
  scenarios: ['nothing'],
  note: 'node_modules/.bin/turbo',
}

export const turboNpm: Runner = { ...turbo, name: 'turbo, real npm', realNpm: true, scenarios: ['cold', 'code'], note: 'as its users have it' }

const inputs = ['src/**', 'package.json']
const tasks = {
  build: { dependsOn: ['^build'], inputs, outputs: ['dist/**'] },
  lint: { inputs, outputs: [] },
  test: { dependsOn: ['build'], inputs, outputs: [] },
}
