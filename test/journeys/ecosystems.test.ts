/** Repositories of other worlds with no configuration: hooks, Python, Rust, Go, Makefiles; and the same with what `pawl init` writes. */
import { expect } from 'bun:test'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { basename, delimiter, join } from 'node:path'
import { npmRepo } from './fixtures/npm-repo.ts'
import { pathWithout, programPath } from './fixtures/programs.ts'
import { environment, newRepo, once, type Ended, type Repo } from './rig.ts'

const hooks = {
  '.husky/pre-commit': '#!/usr/bin/env sh\n. "$(dirname -- "$0")/_/husky.sh"\n\nsh scripts/no-todo.sh\n',
  '.pre-commit-config.yaml': `repos:
  - repo: local
    hooks:
      - id: no-tabs
        name: no tabs
        entry: sh scripts/no-tabs.sh
        language: system
        files: \\.txt$
`,
  'lefthook.yml': `pre-commit:
  commands:
    names:
      glob: "*.txt"
      run: sh scripts/names.sh {staged_files}
    size:
      run: sh scripts/size.sh
`,
  'scripts/no-todo.sh': '! grep -rn TODO src\n',
  'scripts/no-tabs.sh': '! grep -Hn "$(printf "\\t")" "$@"\n',
  'scripts/names.sh': 'for name in "$@"; do case "$name" in *[A-Z]*) echo "$name:1: upper case"; exit 1;; esac; done\n',
  'scripts/size.sh': 'test "$(wc -c < src/a.txt)" -lt 1000\n',
  'src/a.txt': 'one\n',
}

once('hooks of husky, pre-commit and lefthook become checks; their files and the configuration of git stay as they are', async () => {
  await using repo = await newRepo(hooks)
  const before = repo.read('.git/config')
  const imported = ['husky:sh-scripts-no-todo.sh', 'pre-commit:no-tabs', 'lefthook:names', 'lefthook:size']
  const clean = await repo.pawl()
  expect(clean.code).toBe(0)
  for (const id of imported) expect(clean.shown).toContain(`✓ ${id}`)
  expect((await repo.pawl()).shown).toContain('6 reused, 3 skipped')

  repo.write({ 'src/B.txt': 'TODO\ttwo\n' })
  const found = await repo.pawl()
  expect(found.code).toBe(1)
  for (const id of imported.slice(0, 3)) expect(found.shown).toContain(`✗ ${id}  1 finding`)
  expect(found.shown).toContain('src/B.txt:1  upper case')
  expect(found.shown).toContain('✓ lefthook:size')
  expect(Object.keys(hooks).map((path) => repo.read(path))).toEqual(Object.values(hooks))
  expect([repo.git('status', '--porcelain'), repo.read('.git/config'), repo.exists('.git/hooks/pre-commit')]).toEqual(['?? src/B.txt\n', before, false])
})

const python = {
  '.gitignore': '.venv/\n',
  'pyproject.toml':
    '[project]\nname = "app"\nversion = "0.1.0"\nrequires-python = ">=3.8"\ndependencies = []\n\n[tool.pytest.ini_options]\ntestpaths = ["tests"]\n',
  'uv.lock': 'version = 1\nrequires-python = ">=3.8"\n\n[[package]]\nname = "app"\nversion = "0.1.0"\nsource = { virtual = "." }\n',
  'tests/test_a.py': 'def test_a():\n    assert True\n',
}

const without = (repo: Repo, program: string, args: readonly string[] = []): Promise<Ended> =>
  repo.start(args, { env: { PATH: pathWithout(join(repo.root, '..'), program) } }).ended

once('a Python project with uv.lock and no uv fails closed: uv is named with how to get it, and what needs it is blocked', async () => {
  await using repo = await newRepo(python)
  const run = await without(repo, 'uv')
  expect(run.code).toBe(2)
  expect(run.shown).toContain('! uv:available  errored: uv is not installed')
  expect(run.shown).toContain('How to install uv: https://docs.astral.sh/uv/getting-started/installation/')
  for (const id of ['uv:lockfile', 'python:venv', 'uv:installed', 'pytest']) expect(run.shown).toContain(`- ${id}  blocked by`)
  expect([run.shown.includes('\npassed'), repo.git('status', '--porcelain'), repo.exists('.venv')]).toEqual([false, '', false])
})

if (programPath('python3') === undefined) console.log('not tried here: virtual environments (python3 not on PATH)')
else
  once('a Python project with requirements.txt gets its virtual environment; one that is gone is noticed at once', async () => {
    await using repo = await newRepo({ '.gitignore': '.venv/\n', 'requirements.txt': '# nothing yet\n' })
    const cold = await repo.pawl()
    expect([cold.code, repo.exists('.venv/pyvenv.cfg')]).toEqual([0, true])
    expect(cold.shown).toContain('✓ python:venv  fixed')
    expect(cold.shown).toContain('✓ pip:installed')
    repo.remove('.venv')
    const gone = await repo.pawl('--no-fix')
    expect([gone.code, gone.shown.includes('✗ python:venv'), repo.git('status', '--porcelain')]).toEqual([1, true, ''])
  })

once('a repository of Bun is installed, its stale lockfile named and mended, its failed test placed', async () => {
  await using repo = await npmRepo({
    dependencies: ['dep-1.0.0'],
    scripts: { test: 'bun test' },
    files: { 'a.test.js': "import { test } from 'bun:test'\ntest('dep is there', () => void require('dep'))\n" },
  })
  const folder = join(repo.root, '../bun')
  mkdirSync(folder)
  symlinkSync(process.execPath, join(folder, 'bun'))
  const env = { PATH: [folder, process.env['PATH']].join(delimiter) }
  const pawl = (...args: string[]): Promise<Ended> => repo.start(args, { env }).ended
  repo.remove('package-lock.json')
  execFileSync(process.execPath, ['install', '--lockfile-only', '--silent'], { cwd: repo.root, env: environment(join(repo.root, '..')), stdio: 'ignore' })
  repo.commit('a lockfile of Bun')
  const cold = await pawl()
  expect([cold.code, repo.exists('node_modules/dep/index.js'), repo.git('status', '--porcelain')]).toEqual([0, true, ''])
  expect((await pawl()).shown).toContain('6 reused, 3 skipped')
  repo.remove('node_modules/dep')
  expect((await pawl()).code).toBe(0)
  expect(repo.exists('node_modules/dep/index.js')).toBe(true)
  repo.depend('extra-2.0.0')
  const stale = await pawl()
  expect([stale.code, stale.shown.includes('extra was added'), repo.git('status', '--porcelain')]).toEqual([1, true, ' M package.json\n'])
  expect((await pawl('--fix=lock')).code).toBe(0)
  expect(repo.exists('node_modules/extra')).toBe(true)
  repo.write({ 'a.test.js': "import { expect, test } from 'bun:test'\ntest('sum', () => {\n  expect(1 + 1).toBe(3)\n})\n" })
  expect((await pawl()).shown).toMatch(/a\.test\.js:3:\d+ {2}test {2}sum: expect\(received\)\.toBe\(expected\)/)
})

once('a Go module and no go fails closed: go is named with how to get it', async () => {
  await using repo = await newRepo({ 'go.mod': 'module example.com/app\n\ngo 1.22\n', 'a.go': 'package app\n' })
  const run = await without(repo, 'go')
  expect(run.code).toBe(2)
  expect(run.shown).toContain('! go:version  errored: go is not installed')
  expect(run.shown).toContain('https://go.dev/dl/')
  for (const id of ['go-vet', 'go-build', 'go-test', 'gofmt']) expect(run.shown).toContain(`- ${id}  blocked by`)
})

const make = {
  Makefile: '.PHONY: lint test clean deploy\nlint:\n\t@! grep -n bad src.txt\ntest:\n\t@test -f src.txt\nclean:\n\trm src.txt\ndeploy:\n\ttouch deployed\n',
  'src.txt': 'good\n',
}

once('of a Makefile the targets that judge are run, and no other', async () => {
  await using repo = await newRepo(make)
  const run = await repo.pawl()
  expect(run.code).toBe(0)
  for (const id of ['make-lint', 'make-test']) expect(run.shown).toContain(`✓ ${id}`)
  expect([repo.exists('src.txt'), repo.exists('deployed')]).toEqual([true, false])
  expect((await repo.pawl()).shown).toContain('4 reused, 3 skipped')
  repo.write({ 'src.txt': 'bad\n' })
  const failed = await repo.pawl()
  expect(failed.code).toBe(1)
  expect(failed.shown).toContain('✗ make-lint')
  expect(failed.shown).toContain('✓ make-test')
})

const rust = {
  '.gitignore': '/target\n',
  'Cargo.toml': '[package]\nname = "sample"\nversion = "0.1.0"\nedition = "2021"\n',
  'Cargo.lock': 'version = 3\n\n[[package]]\nname = "sample"\nversion = "0.1.0"\n',
  'src/lib.rs': `pub fn add(left: u64, right: u64) -> u64 {
    left + right
}

#[cfg(test)]
mod tests {
    #[test]
    fn adds() {
        assert_eq!(super::add(2, 2), 4);
    }
}
`,
}
const missing = ['cargo', 'rustc', 'rustfmt', 'cargo-fmt', 'cargo-clippy'].filter((program) => programPath(program) === undefined)

/** Cargo and rustup keep toolchains in the home folder, which a journey replaces. */
function crate(files: Readonly<Record<string, string>>): Promise<Repo> {
  return newRepo(files).then((repo) => {
    for (const folder of ['.cargo', '.rustup'].map((name) => join(process.env['HOME'] ?? '', name)))
      if (existsSync(folder)) symlinkSync(folder, join(repo.root, '..', basename(folder)))
    return repo
  })
}

if (missing.length > 0) console.log(`not tried here: Rust (${missing.join(', ')} not on PATH)`)
else {
  once('a Rust crate is checked, formatted and tested; a failed test is a finding with its file and line', async () => {
    await using repo = await crate({ ...rust, 'rustfmt.toml': 'max_width = 100\n', 'clippy.toml': 'msrv = "1.60"\n' })
    const green = await repo.pawl()
    expect([green.code, green.shown]).toEqual([0, expect.stringContaining('✓ cargo-test')])
    for (const id of ['rust:toolchain', 'cargo:lockfile', 'cargo:fetched', 'cargo-fmt', 'clippy']) expect(green.shown).toContain(`✓ ${id}`)
    expect((await repo.pawl()).shown).toContain('8 reused, 3 skipped')
    repo.write({ 'src/lib.rs': rust['src/lib.rs'].replace('2), 4', '2), 5').replace('left + right', 'left+right') })
    const red = await repo.pawl()
    expect(red.code).toBe(1)
    expect(red.shown).toMatch(/src\/lib\.rs:9:9 {2}test {2}tests::adds: assertion `left == right` failed/)
    expect(red.shown).toContain('✓ cargo-fmt  fixed')
    expect(repo.read('src/lib.rs')).toContain('    left + right\n')
    repo.write({ 'src/lib.rs': rust['src/lib.rs'].replace('left + right', 'left - ') })
    const broken = await repo.pawl()
    expect(broken.code).toBe(1)
    expect(broken.shown).toMatch(/src\/lib\.rs:\d+:\d+ {2}expected expression/)
  })

  once('a crate that nothing says is formatted by rustfmt is told so, and never rewritten', async () => {
    await using repo = await crate({ ...rust, 'src/lib.rs': 'pub fn one()->u64{1}\n' })
    const run = await repo.pawl('--only', 'cargo-fmt')
    expect(run.code).toBe(0)
    expect(run.shown).toContain('✗ cargo-fmt  1 finding')
    expect(run.shown).toContain('(advisory)')
    expect(repo.read('src/lib.rs')).toBe('pub fn one()->u64{1}\n')
  })
}

/** Each check with how it ended, without what differs from run to run. */
const rows = (run: Ended): readonly string[] =>
  [...new Set(run.shown.split('\n').flatMap((line) => /^ *([✓✗!~-] \S+(?: {2}(?:blocked|skipped|errored|fixed|wrote)[^(]*)?)/.exec(line)?.[1] ?? []))].sort()

async function sameAfterInit(make: () => Promise<Repo>, run: (repo: Repo, args: readonly string[]) => Promise<Ended>): Promise<void> {
  await using plain = await make()
  await using written = await make()
  const without = await run(plain, [])
  expect((await run(written, ['init'])).code).toBe(0)
  const text = written.read('pawl.yaml')
  const again = await run(written, ['init'])
  expect([again.code, again.shown.includes('nothing was changed'), written.read('pawl.yaml')]).toEqual([0, true, text])
  const from = await run(written, [])
  expect([from.code, rows(from)]).toEqual([without.code, rows(without)])
  expect(rows(from).length).toBeGreaterThan(5)
  expect(plain.exists('pawl.yaml')).toBe(false)
}

once('pawl with the pawl.yaml that init writes does what pawl does without; a second init changes nothing', async () => {
  const npm = { dependencies: ['dep-1.0.0'], scripts: { lint: 'node lint.js', test: 'node --test' }, files: { 'lint.js': "require('dep')\n", 'a.test.js': '' } }
  await sameAfterInit(
    () => npmRepo(npm),
    (repo, args) => repo.pawl(...args),
  )
  await sameAfterInit(
    () => newRepo(python),
    (repo, args) => without(repo, 'uv', args),
  )
  await sameAfterInit(
    () => newRepo({ ...make, ...hooks }),
    (repo, args) => repo.pawl(...args),
  )
})

once('an edited pawl.yaml is never written over by init', async () => {
  await using repo = await newRepo(make)
  await repo.pawl('init')
  const mine = repo.read('pawl.yaml').replace('version: 1', 'version: 1 # mine')
  repo.write({ 'pawl.yaml': mine })
  const again = await repo.pawl('init', '--yes')
  expect([again.code, again.shown.includes('was not changed'), repo.read('pawl.yaml')]).toEqual([0, true, mine])
})
