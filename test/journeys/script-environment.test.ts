/** A script that is started without its package manager sees what the manager would have shown it: compared variable by variable with the real one. */
import { expect } from 'bun:test'
import { execFileSync } from 'node:child_process'
import { readFileSync, realpathSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { environment, newRepo, once, type Repo } from './rig.ts'

type Variables = Readonly<Record<string, string>>

/** Differences that there may be. PAWL_ATTEMPT marks processes so that none is left behind; the others are a shell's own. */
const ours: ReadonlySet<string> = new Set(['PAWL_ATTEMPT', 'SHLVL', '_', 'PWD', 'OLDPWD'])

const lint = (out: string): Record<string, string> => ({
  prelint: `env -0 > ${out}/pre`,
  lint: `env -0 > ${out}/main`,
  postlint: `env -0 > ${out}/post`,
})

async function repository(): Promise<{ readonly repo: Repo; readonly out: string }> {
  const repo = await newRepo({ 'package.json': '{}' })
  const out = dirname(repo.root)
  const more = { config: { port: 8080, deep: { list: ['x', 'y'], off: false } }, engines: { node: '>=1' }, description: 'two\nlines' }
  repo.write({
    'package.json': JSON.stringify({
      name: '@acme/root',
      version: '1.2.3',
      private: true,
      workspaces: ['packages/*'],
      bin: { tool: './cli.js' },
      ...more,
      scripts: lint(`${out}/root`),
    }),
    'packages/ui/package.json': JSON.stringify({ name: '@acme/ui', version: '2.0.0', bin: './x.js', ...more, scripts: lint(`${out}/ui`) }),
    'packages/web/package.json': JSON.stringify({ name: 'web', version: '3.0.0', scripts: lint(`${out}/web`) }),
    'package-lock.json': '{}',
    '.gitignore': 'node_modules\n',
    '.npmrc': 'loglevel=warn\nengine-strict=true\nfund=false\n//registry.example.invalid/:_authToken=secret\n',
    'pawl.yaml': 'checks: { "npm:lockfile": false, "npm:installed": false }\n',
    '../root/.keep': '',
    '../ui/.keep': '',
    '../web/.keep': '',
  })
  return { repo, out }
}

function variables(out: string, of: string): Readonly<Record<string, Variables>> {
  const read = (event: string): Variables => {
    const path = join(out, of, event)
    const entries = readFileSync(path, 'utf8').split('\0')
    rmSync(path)
    const pairs = entries.flatMap((entry): [string, string][] =>
      entry.includes('=') ? [[entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]] : [],
    )
    // A folder of PATH that comes twice is looked into once.
    return Object.fromEntries(
      pairs.filter(([name]) => !ours.has(name)).map(([name, value]) => [name, name === 'PATH' ? [...new Set(value.split(':'))].join(':') : value]),
    )
  }
  return { pre: read('pre'), main: read('main'), post: read('post') }
}

/** Without folders that are there only because the tests themselves were started by npm. */
const plainPath = (path: string): string =>
  path
    .split(':')
    .filter((entry) => !/node_modules\/\.bin$|node-gyp-bin$/.test(entry))
    .join(':')

once('npm: the root and the packages get the same variables as from npm run', async () => {
  const { repo, out } = await repository()
  await using _repo = repo
  const env = { ...environment(out), PATH: plainPath(process.env['PATH'] ?? '') }
  const ended = await repo.start(['--only', 'lint'], { env }).ended
  expect([ended.code, ended.stderr]).toEqual([0, ''])
  for (const [of, folder] of [
    ['root', '.'],
    ['ui', 'packages/ui'],
    ['web', 'packages/web'],
  ] as const) {
    const direct = variables(out, of)
    execFileSync('npm', ['run', 'lint'], { cwd: join(realpathSync(repo.root), folder), env, stdio: 'ignore' })
    expect([of, direct]).toEqual([of, variables(out, of)])
  }
})

once('a setting of the user that reaches scripts disturbs their results, a token does not', async () => {
  const { repo, out } = await repository()
  await using _repo = repo
  const lines = async (npmrc: string): Promise<string> => {
    repo.write({ '../.npmrc': npmrc })
    return (await repo.pawl('--only', 'web:lint')).shown
  }
  expect(await lines('')).toContain('✓ web:lint  <time>')
  expect(await lines('//registry.example.invalid/:_authToken=other\n')).toContain('1 reused')
  expect(await lines('color=always\n')).toContain('✓ web:lint  <time>')
  expect(variables(out, 'web')['main']?.['npm_config_color']).toBe('always')
})

once('with "scripts: manager" the package manager itself is started', async () => {
  const { repo, out } = await repository()
  await using _repo = repo
  repo.write({ 'pawl.yaml': `scripts: manager\n${repo.read('pawl.yaml')}` })
  await repo.pawl('--only', 'web:lint')
  expect(variables(out, 'web')['main']?.['npm_lifecycle_event']).toBe('lint')
})
