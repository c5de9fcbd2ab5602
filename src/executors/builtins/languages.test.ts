import { afterAll, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, isAbsolute, join } from 'node:path'
import picomatch from 'picomatch'
import { newCancellation } from '../../model/cancellation.ts'
import type { Json } from '../../model/json.ts'
import type { BuiltinWorld } from '../builtin.ts'
import { languageBuiltins } from './languages.ts'
import { volumeKind } from './platform-macos.ts'
import { inSpecifier } from './python-specifier.ts'

const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

/** A repository in a folder of its own; programs of the test stand first on PATH. */
function repository(record: Record<string, string>, programs: Record<string, string> = {}): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-languages-')))
  folders.push(root)
  mkdirSync(join(root, 'bin'))
  for (const [path, text] of Object.entries(record)) {
    mkdirSync(dirname(join(root, 'repo', path)), { recursive: true })
    writeFileSync(join(root, 'repo', path), text)
  }
  mkdirSync(join(root, 'repo'), { recursive: true })
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(root, 'bin', name), 0o755)
  }
  return join(root, 'repo')
}

function worldOf(root: string): BuiltinWorld {
  const env: Record<string, string> = {
    PATH: `${join(root, '..', 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
    HOME: process.env['HOME'] ?? '',
    XDG_CACHE_HOME: join(root, '..', 'cache'),
    GIT_CONFIG_NOSYSTEM: '1',
  }
  const all = (folder = ''): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
      entry.name === '.git' ? [] : entry.isDirectory() ? all(`${folder}${entry.name}/`) : [`${folder}${entry.name}`],
    )
  const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile()
  const find = (program: string): string | undefined => {
    const places = isAbsolute(program)
      ? [program]
      : program.includes('/')
        ? [join(root, program)]
        : (env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, program))
    return places.find((path) => {
      if (!isFile(path)) return false
      accessSync(path, constants.X_OK)
      return true
    })
  }
  return {
    files: {
      root,
      read: async (path) => (isFile(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined),
      exists: async (path) => existsSync(join(root, path)),
      list: async (path) =>
        existsSync(join(root, path))
          ? readdirSync(join(root, path), { withFileTypes: true })
              .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
              .toSorted()
          : [],
      glob: async (globs) =>
        all()
          .toSorted()
          .filter(
            (path) =>
              picomatch(
                globs.filter((glob) => !glob.startsWith('!')),
                { dot: true },
              )(path) && !globs.some((glob) => glob.startsWith('!') && picomatch(glob.slice(1))(path)),
          ),
    },
    processes: {
      find,
      run: async (spec) => {
        const child = spawnSync(find(spec.argv[0] ?? '') ?? '', spec.argv.slice(1), { cwd: spec.cwd, env: spec.env, encoding: 'utf8' })
        return {
          ok: true,
          exit: {
            kind: child.status === null ? 'signalled' : 'exited',
            ...(child.status === null ? {} : { code: child.status }),
            durationMs: 0,
            stdout: child.stdout ?? '',
            stderr: child.stderr ?? '',
            cut: false,
          },
        }
      },
    },
    env,
    writtenAt: async () => undefined,
    changedLines: async () => undefined,
    platform: 'linux',
    cancellation: newCancellation(),
    output: () => undefined,
  }
}

async function judged(name: string, root: string, args: Record<string, Json> = {}): Promise<string> {
  const builtin = languageBuiltins[name]
  if (builtin === undefined) return 'no such check'
  const judgement = await builtin(args, worldOf(root))
  if ('failure' in judgement) return `${judgement.failure.type}: ${judgement.failure.what}`
  return judgement.findings.length === 0
    ? 'passed'
    : judgement.findings
        .map((finding) => `${finding.file === undefined ? '' : `${finding.file}${finding.line === undefined ? '' : `:${finding.line}`}: `}${finding.message}`)
        .join('\n')
}

test('specifiers of Python are judged as packaging judges them', () => {
  const rows: readonly (readonly [string, string, boolean | undefined])[] = [
    ['3.11.2', '>=3.10', true],
    ['3.9.1', '>=3.10', false],
    ['3.11.2', '>=3.10,<3.11', false],
    ['3.11.2', '==3.11.*', true],
    ['3.12.0', '!=3.12.*', false],
    ['1.4.5', '~=1.4', true],
    ['2.0', '~=1.4', false],
    ['1.5.0', '~=1.4.2', false],
    ['3.11.2', '3.11', true],
    ['3.12.1', '3.11', false],
    ['3.11.2', '^3.9', true],
    ['4.0', '^3.9', false],
    ['0.3.1', '^0.2', false],
    ['1.0', '==1.0.0', true],
    ['1.0rc1', '<1.0', true],
    ['1.0.post1', '>1.0', true],
    ['1.0', '===1.0', undefined],
    ['2!1.0', '>=1', undefined],
  ]
  for (const [version, specifier, expected] of rows) expect([version, specifier, inSpecifier(version, specifier)]).toEqual([version, specifier, expected])
})

test('the Python on PATH is compared with every pin, with the place of the pin', async () => {
  const root = repository({ 'pyproject.toml': '[project]\nrequires-python = ">=3.12"\n', '.python-version': '3.11\n' }, { python3: 'echo Python 3.11.4' })
  expect(await judged('python-version', root, { manager: 'pip' })).toStartWith('pyproject.toml:2: wants Python >=3.12, found 3.11.4')
})

test('uv that finds no interpreter is a finding, a missing uv is no answer', async () => {
  expect(await judged('python-version', repository({}, { uv: 'echo none >&2; exit 2' }), { manager: 'uv' })).toBe('uv finds no Python')
  expect(await judged('dry-run', repository({}), { argv: ['no-such-program-here'], done: 'x', pending: 'y' })).toBe(
    'tool.missing: no-such-program-here is not installed',
  )
})

test('a virtual environment whose interpreter is gone is told from none and from a good one', async () => {
  const venv = (home: string): string =>
    repository({ '.venv/pyvenv.cfg': `home = ${home}\nversion = 3.11.2\n`, 'pyproject.toml': '[project]\nrequires-python = ">=3.10"\n' }, { python3: 'true' })
  expect(await judged('python-venv', repository({}))).toBe('.venv does not exist')
  expect(await judged('python-venv', repository({ '.venv/x': '' }))).toContain('without pyvenv.cfg')
  expect(await judged('python-venv', venv('/no/such/folder'))).toContain('is gone: /no/such/folder')
  const root = venv('/usr/bin')
  writeFileSync(join(root, '.venv/pyvenv.cfg'), `home = ${join(root, '..', 'bin')}\nversion = 3.11.2\n`)
  expect(await judged('python-venv', root)).toBe('.venv has no working interpreter')
  mkdirSync(join(root, '.venv/bin'))
  writeFileSync(join(root, '.venv/bin/python'), '#!/bin/sh\n')
  chmodSync(join(root, '.venv/bin/python'), 0o755)
  expect(await judged('python-venv', root)).toBe('passed')
  writeFileSync(join(root, 'pyproject.toml'), '[project]\nrequires-python = ">=3.12"\n')
  expect(await judged('python-venv', root)).toBe('.venv has Python 3.11.2, pyproject.toml wants >=3.12')
})

test('requirements are compared with the metadata in site-packages', async () => {
  const site = '.venv/lib/python3.11/site-packages'
  const root = repository({
    [`${site}/Flask-3.0.1.dist-info/METADATA`]: '',
    [`${site}/typing_extensions-4.9.0.dist-info/METADATA`]: '',
    'requirements.txt': '-r base.txt\nflask==3.0.0  # web\nmissing>=1\n-e .\nsix; python_version < "3"\n--hash=x\n',
    'base.txt': 'Typing.Extensions[x]>=4.0,<5 \\\n    --hash=sha256:1\n',
  })
  expect(await judged('pip-installed', root, { requirements: ['requirements.txt'] })).toBe(
    'requirements.txt:2: flask 3.0.1 is installed, ==3.0.0 is wanted\nrequirements.txt:3: missing is not installed',
  )
  const own = { requirements: [], own: 'My_Own' }
  expect(await judged('pip-installed', root, own)).toBe('My_Own, the package of this folder, is not installed')
  expect(await judged('pip-installed', repository({ [`${site}/my_own-1.0.dist-info/METADATA`]: '' }), own)).not.toContain('not installed')
  expect(await judged('pip-installed', repository({ [`${site}/my-own.egg-link`]: '' }), own)).not.toContain('not installed')
  expect(await judged('pip-installed', repository({}))).toBe('.venv has no site-packages')
})

test('a dry run is judged by its words, and unknown words are no pass', async () => {
  const args = { argv: ['poetry', 'install', '--dry-run'], done: 'No dependencies to install', pending: 'Package operations:' }
  expect(await judged('dry-run', repository({}, { poetry: 'echo No dependencies to install or update' }), args)).toBe('passed')
  expect(await judged('dry-run', repository({}, { poetry: 'echo "Package operations: 1 install"' }), args)).toBe('Package operations: 1 install')
  expect(await judged('dry-run', repository({}, { poetry: 'echo Hello' }), args)).toStartWith('tool.unparsed')
  expect(await judged('dry-run', repository({}, { poetry: 'exit 7' }), args)).toStartWith('tool.crashed')
})

test('a stale Cargo.lock is told from a good one and from none', async () => {
  const root = repository({
    'Cargo.toml': '[workspace]\nmembers = ["a", "b"]\nresolver = "2"\n',
    'a/Cargo.toml': '[package]\nname = "a"\nversion = "0.1.0"\n',
    'a/src/lib.rs': '',
    'b/Cargo.toml': '[package]\nname = "b"\nversion = "0.1.0"\n',
    'b/src/lib.rs': '',
  })
  expect(await judged('cargo-lockfile', root)).toContain('Cargo.lock does not fit')
  spawnSync('cargo', ['generate-lockfile', '--offline'], { cwd: root })
  expect(await judged('cargo-lockfile', root)).toBe('passed')
  writeFileSync(join(root, 'a/Cargo.toml'), '[package]\nname = "a"\nversion = "0.1.0"\n[dependencies]\nb = { path = "../b" }\n')
  expect(await judged('cargo-lockfile', root)).toContain('Cargo.lock does not fit')
})

test('crates that this machine does not have are no stale lock: the registry is asked', async () => {
  const offline =
    'case "$*" in *--offline*) echo "error: no matching package named x found; you are using offline mode (--offline)" >&2; exit 101;; *) exit ${ONLINE:-0};; esac'
  expect(await judged('cargo-lockfile', repository({}, { cargo: offline }))).toBe('passed')
  expect(await judged('cargo-lockfile', repository({}, { cargo: offline.replace('${ONLINE:-0}', '101') }))).toStartWith('tool.crashed')
})

test('Rust is compared with rust-version, and a pinned toolchain must be installed', async () => {
  const programs = {
    rustc: 'echo "rustc 1.80.1 (abc 2024-08-06)"',
    rustup: 'echo "stable-x86_64-unknown-linux-gnu (default)"; echo 1.75.0-x86_64-unknown-linux-gnu',
  }
  expect(await judged('rust-toolchain', repository({ 'Cargo.toml': '[package]\nrust-version = "1.85"\n' }, programs))).toBe(
    'Cargo.toml:2: wants Rust 1.85, found 1.80.1',
  )
  expect(await judged('rust-toolchain', repository({ 'rust-toolchain.toml': '[toolchain]\nchannel = "1.75"\n' }, programs))).toBe('passed')
  expect(await judged('rust-toolchain', repository({ 'rust-toolchain': 'nightly-2024-01-01\n' }, programs))).toBe(
    'rust-toolchain: toolchain nightly-2024-01-01 is not installed',
  )
})

test('Go older than 1.21 cannot fetch the Go that go.mod wants', async () => {
  expect(await judged('go-version', repository({ 'go.mod': 'module a\n\ngo 1.22\n' }, { go: 'echo go1.20.3' }))).toBe('go.mod:3: wants Go 1.22, found 1.20')
  expect(await judged('go-version', repository({ 'go.mod': 'module a\n\ngo 1.24\n' }, { go: 'echo go1.22.0' }))).toBe('passed')
})

test('workflows that use uv without locks and with versions that the project refuses are told with their lines', async () => {
  const workflow =
    'jobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: astral-sh/setup-uv@v5\n      - run: |\n          uv sync\n          uv sync --locked\n  b:\n    env: { UV_FROZEN: 1 }\n    steps:\n      - run: uv sync\n      - uses: actions/setup-python@v5\n        with:\n          python-version: "3.9"\n'
  const root = repository({ '.github/workflows/ci.yml': workflow, 'pyproject.toml': '[project]\nrequires-python = ">=3.10"\n' })
  expect(await judged('workflows-python', root)).toBe(
    '.github/workflows/ci.yml:5: setup-uv without python-version: the runner decides\n.github/workflows/ci.yml:6: `uv sync` without --locked may install what the lockfile does not say\n.github/workflows/ci.yml:13: sets up Python 3.9, the project wants >=3.10',
  )
  expect(await judged('workflows-python', repository({}))).toBe('passed')
})

test('names that other systems cannot hold are found', async () => {
  const root = repository({ 'src/a.ts': '', 'Src/b.ts': '', 'aux.txt': '', 'x.': '', fine: '' })
  expect((await judged('paths', root)).split('\n').toSorted()).toEqual([
    "aux.txt: 'aux.txt' is reserved by Windows",
    "src/a.ts: 'src' and 'Src' are the same folder on Windows and macOS",
    "x.: 'x.' ends with a dot or blank, which Windows drops",
  ])
})

test('a tool is run over the files that it is for, and its answer is read', async () => {
  const root = repository(
    { 'a.sh': '', 'b/c.sh': '', 'b/d.txt': '' },
    { lint: 'for f in "$@"; do echo "$f:3:1: bad"; done; exit 1', list: 'echo "$@" | tr " " "\\n"', broken: 'exit 2' },
  )
  expect(await judged('over-files', root, { argv: ['lint'], files: ['**/*.sh'] })).toBe('a.sh:3: bad\nb/c.sh:3: bad')
  expect(await judged('over-files', root, { argv: ['lint'], files: ['**/*.sh'], match: '^b/' })).toBe('b/c.sh:3: bad')
  expect(await judged('over-files', root, { argv: ['list'], files: ['**/*.sh'], except: '^b/', failsOnOutput: true })).toBe('a.sh: list would change this file')
  expect(await judged('over-files', root, { argv: ['broken'], files: ['**/*.sh'], findings: [1] })).toStartWith('tool.crashed')
  expect(await judged('over-files', root, { argv: ['no-such-program-here'], files: ['**/*.sh'] })).toStartWith('tool.missing')
})

test('a tool that is run over files may report in a format of its own', async () => {
  const report = (message: string): string => `echo '{"comments":[{"file":"a.sh","line":3,"column":1,"level":"error","code":1,"message":"${message}"}]}'`
  const root = repository(
    { 'a.sh': '' },
    {
      lint: `${report('bad')}; exit 1`,
      hidden: report('bad'),
      silent: report('bad').replace('error', 'info'),
      torn: 'echo \'{"comments":[\'; exit 1',
      quiet: 'exit 1',
      prose: 'echo "all is well"',
      broken: 'exit 2',
    },
  )
  const over = (program: string): Promise<string> =>
    judged('over-files', root, { argv: [program], files: ['**/*.sh'], findings: [1], parser: 'shellcheck-json' })
  expect(await over('lint')).toBe('a.sh:3: bad')
  expect(await over('hidden')).toBe('a.sh:3: bad')
  expect(await over('silent')).toStartWith('passed')
  expect(await over('torn')).toContain('{"comments":[')
  expect(await over('quiet')).toContain('exit code 1 and no output')
  expect(await over('prose')).toStartWith('tool.unparsed')
  expect(await over('broken')).toStartWith('tool.crashed')
})

test('hooks that rewrite files are judged on a copy', async () => {
  const hook =
    'echo "$SKIP" >&2; for f in *.txt; do if grep -q " $" "$f"; then sed -i "s/ *$//" "$f"; echo "trim trailing whitespace....Failed"; code=1; fi; done; exit ${code:-0}'
  const root = repository({ 'a.txt': 'bad \n', 'b.txt': 'good\n', '.gitignore': 'ignored.txt\n', 'ignored.txt': 'bad \n' }, { 'pre-commit': hook })
  spawnSync('git', ['init', '-q'], { cwd: root })
  const status = (): string => spawnSync('git', ['status', '--porcelain=v2'], { cwd: root, encoding: 'utf8' }).stdout
  const before = status()
  expect(await judged('pre-commit', root, { argv: ['pre-commit'], skip: ['x'] })).toBe(
    "hook 'trim trailing whitespace' fails\na.txt: a hook would rewrite this file",
  )
  expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe('bad \n')
  expect(status()).toBe(before)
  writeFileSync(join(root, 'a.txt'), 'good\n')
  expect(await judged('pre-commit', root, { argv: ['pre-commit'] })).toBe('passed')
  writeFileSync(join(root, 'b.txt'), 'bad \n')
  rmSync(join(root, 'a.txt'))
  expect(await judged('pre-commit', root, { argv: ['pre-commit'] })).toBe("hook 'trim trailing whitespace' fails\nb.txt: a hook would rewrite this file")
})

test('pre-commit that breaks is not a finding', async () => {
  const root = repository({ 'a.txt': '' }, { 'pre-commit': 'exit 3' })
  spawnSync('git', ['init', '-q'], { cwd: root })
  expect(await judged('pre-commit', root, { argv: ['pre-commit'] })).toStartWith('tool.crashed')
  expect(await judged('pre-commit', root, { argv: ['no-such-program-here'] })).toStartWith('tool.missing')
})

test('the volume of a folder is the longest mount point above it', () => {
  const mounts = '/dev/disk3s1s1 on / (apfs, sealed, local)\n/dev/disk4s1 on /Volumes/USB STICK (exfat, local, nodev)\n'
  expect(volumeKind(mounts, '/Volumes/USB STICK/repo')).toBe('exfat')
  expect(volumeKind(mounts, '/Users/a')).toBe('apfs')
})
