/** The other runners of JavaScript monorepos: moon, lage, wireit, Vite+. */
import { join } from 'node:path'
import { commandOf, json, manifestOf, scripts, type Package } from '../monorepo.ts'
import { parallelism, type Runner } from '../runner.ts'

const jobs = String(parallelism)

export const moon: Runner = {
  name: 'moon',
  program: (place) => join(place.peers, '@moonrepo/core-linux-x64-gnu/moon'),
  files: () => ({
    '.moon/workspace.yml': json({ projects: ['packages/*'], telemetry: false, vcs: { client: 'git', defaultBranch: 'main' } }),
    '.moon/tasks/all.yml': json({
      tasks: {
        build: { command: commandOf('build'), deps: ['^:build'], inputs: ['src/**/*', 'package.json'], outputs: ['dist'] },
        lint: { command: commandOf('lint'), inputs: ['src/**/*', 'package.json'] },
        test: { command: commandOf('test'), deps: ['~:build'], inputs: ['src/**/*', 'package.json'] },
      },
    }),
  }),
  argv: (program) => [program, 'run', ':build', ':lint', ':test', '--concurrency', jobs, '--quiet'],
  state: () => ['.moon/cache'],
  note: 'native binary',
}

export const lage: Runner = {
  name: 'lage',
  npm: 'lage',
  program: (place) => join(place.peers, '.bin/lage'),
  files: () => ({ 'lage.config.js': `module.exports = ${JSON.stringify(lageConfig)}\n` }),
  argv: (program) => [program, 'build', 'lint', 'test', '--concurrency', jobs],
  state: ({ packages }) => packages.map(({ folder }) => `${folder}/node_modules`),
  note: 'a stand-in for npm that costs nothing',
}

const lageConfig = {
  pipeline: { build: ['^build'], lint: { outputs: [] }, test: { dependsOn: ['build'], outputs: [] } },
  npmClient: 'npm',
  cacheOptions: { outputGlob: ['dist/**'], environmentGlob: ['package.json'] },
}

export const wireit: Runner = {
  name: 'wireit',
  npm: 'wireit',
  program: (place) => join(place.peers, '.bin/wireit'),
  files: ({ packages }) => ({
    'package.json': json({
      name: 'bench',
      version: '1.0.0',
      private: true,
      packageManager: 'npm@10.9.4',
      workspaces: ['packages/*'],
      scripts: { all: 'wireit' },
      wireit: { all: { dependencies: packages.flatMap(({ folder }) => scripts.map((script) => `./${folder}:${script}`)) } },
    }),
    ...Object.fromEntries(packages.map((pkg) => [`${pkg.folder}/package.json`, wireitManifest(pkg)])),
  }),
  argv: (_, place) => [place.node, '--run', 'all'],
  state: ({ packages }) => ['.wireit', ...packages.map(({ folder }) => `${folder}/.wireit`)],
  note: 'started with `node --run`, which costs less than npm run',
}

function wireitManifest(pkg: Package): string {
  const files = ['src/**', 'package.json']
  return manifestOf(pkg, {
    scripts: Object.fromEntries(scripts.map((script) => [script, 'wireit'])),
    wireit: {
      build: { command: commandOf('build'), files, output: ['dist/**'], dependencies: pkg.needs.map((need) => `../${need}:build`) },
      lint: { command: commandOf('lint'), files, output: [] },
      test: { command: commandOf('test'), files, output: [], dependencies: ['build'] },
    },
  })
}

export const vitePlus: Runner = {
  name: 'vite-plus',
  program: (place) => join(place.peers, '.bin/vp'),
  files: () => ({
    'vite.config.ts': `export default ${JSON.stringify({ run: { cache: { scripts: true }, tasks: { all: { command: vitePlusCommand } } } })}\n`,
  }),
  argv: (program) => [program, 'run', 'all'],
  plan: (program) => [program, 'run', '--dry-run', 'all'],
  note: 'one phase after the other: its scripts have no needs but those between packages',
}

const vitePlusCommand = scripts.map((script) => `vp run -r --concurrency-limit ${parallelism} ${script}`).join(' && ')
