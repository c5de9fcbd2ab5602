/** Recognises Rust projects: toolchain, lockfile, formatter, clippy and tests, started as the project's own workflows start them. */
import type { Files } from '../../model/files.ts'
import { nothingDetected, type Preset } from '../preset.ts'
import type { CheckConfig } from '../check-shape.ts'
import { ages } from './ages.ts'
import { mentioned } from './evidence.ts'
import { newGathering, type Gathering } from './gathering.ts'
import { at, readToml, type Table } from './manifests.ts'

export const rust: Preset = {
  name: 'rust',
  async detect(files, before) {
    if (!(await files.exists('Cargo.toml'))) return nothingDetected
    const gathering = newGathering(before)
    const manifest = await readToml(files, 'Cargo.toml', gathering)
    if (manifest === undefined) return gathering.detected()
    const crate: Crate = { manifest, locked: await files.exists('Cargo.lock'), workspace: at(manifest, 'workspace') !== undefined }
    gathering.found('cargo', crate.locked ? 'Cargo.toml + Cargo.lock' : 'Cargo.toml')
    planToolchain(gathering)
    const ready = planDependencies(crate, gathering)
    await planFormat(crate, files, gathering)
    await planJudges(crate, ready, files, gathering)
    await planDeny(ready, files, gathering)
    return gathering.detected()
  },
}

type Crate = { readonly manifest: Table; /** Cargo.lock is there; libraries often leave it out. */ readonly locked: boolean; readonly workspace: boolean }

const rustup = 'https://rustup.rs'
const sources = [
  '**/*.rs',
  '**/Cargo.toml',
  'Cargo.lock',
  'rust-toolchain',
  'rust-toolchain.toml',
  '.cargo/**',
  '**/clippy.toml',
  '**/.clippy.toml',
  '**/rustfmt.toml',
  '**/.rustfmt.toml',
]
const lockedFlag = (crate: Crate): readonly string[] => (crate.locked ? ['--locked'] : [])
const workspaceFlag = (crate: Crate): readonly string[] => (crate.workspace ? ['--workspace'] : [])

function planToolchain(gathering: Gathering): void {
  gathering.check('rust:toolchain', {
    builtin: 'rust-toolchain',
    stage: 'environment',
    ttl: ages.runtime,
    tools: ['rustc', 'cargo'],
    inputs: ['rust-toolchain', 'rust-toolchain.toml', '**/Cargo.toml'],
    fix: { command: ['rustup', 'toolchain', 'install'], level: 'system', install: rustup },
    reason: 'rust-toolchain and rust-version against what is installed',
  })
}

function planDependencies(crate: Crate, gathering: Gathering): readonly string[] {
  const inputs = ['**/Cargo.toml', 'Cargo.lock', '.cargo/**']
  if (crate.locked) {
    gathering.check('cargo:lockfile', {
      builtin: 'cargo-lockfile',
      stage: 'dependencies',
      needs: ['rust:toolchain'],
      ttl: ages.lockfile,
      inputs,
      tools: ['cargo'],
      mutex: 'cargo',
      timeout: '5m',
      fix: { command: ['cargo', 'update', '--workspace'], level: 'lock' },
      reason: 'Cargo.lock fits Cargo.toml',
    })
  } else gathering.remark('Cargo.lock is not in the repository: versions are resolved anew on each machine', 'Cargo.toml')
  const fetch = ['cargo', 'fetch', ...lockedFlag(crate)]
  gathering.check('cargo:fetched', {
    command: [...fetch, '--offline'],
    stage: 'dependencies',
    needs: [crate.locked ? 'cargo:lockfile' : 'rust:toolchain'],
    ttl: ages.dependencySync,
    inputs,
    mutex: 'cargo',
    exits: { pass: [0], findings: [101] },
    parser: 'none',
    fix: { command: fetch, level: 'safe', timeout: '15m' },
    install: rustup,
    reason: 'all crates are on this machine',
  })
  return ['cargo:fetched']
}

async function planFormat(crate: Crate, files: Files, gathering: Gathering): Promise<void> {
  const configured = (await files.glob(['rustfmt.toml', '.rustfmt.toml'])).length > 0
  const used = configured || (await mentioned(files, /cargo\s+(\+\S+\s+)?fmt|rustfmt/)).length > 0
  const nightly = (await mentioned(files, /cargo\s+\+nightly\s+fmt/)).length > 0 ? ['+nightly'] : []
  const all = crate.workspace ? ['--all'] : []
  gathering.check('cargo-fmt', {
    command: ['cargo', ...nightly, 'fmt', ...all, '--check'],
    files: ['**/*.rs'],
    inputs: sources,
    needs: ['rust:toolchain'],
    fast: true,
    exits: { pass: [0], findings: [1] },
    parser: 'lines',
    install: 'rustup component add rustfmt',
    // A project that formats in its own way is told, and never rewritten.
    ...(used ? { fix: { command: ['cargo', ...nightly, 'fmt', ...all], level: 'tracked' as const } } : { severity: 'advisory' as const }),
    reason: used ? 'rustfmt is configured or used in workflows' : 'nothing says that this project formats with rustfmt',
  })
}

/** clippy compiles everything, so that it makes a separate `cargo check` needless. */
async function planJudges(crate: Crate, ready: readonly string[], files: Files, gathering: Gathering): Promise<void> {
  const lines = await mentioned(files, /cargo\s+(\+\S+\s+)?clippy/)
  const configured =
    (await files.glob(['clippy.toml', '.clippy.toml'])).length > 0 ||
    at(crate.manifest, 'lints', 'clippy') !== undefined ||
    at(crate.manifest, 'workspace', 'lints', 'clippy') !== undefined
  const judge: CheckConfig = {
    files: ['**/*.rs'],
    inputs: sources,
    needs: [...ready],
    exits: { pass: [0], findings: [101] },
    parser: 'cargo-json',
    mutex: 'cargo-target',
    timeout: '30m',
  }
  const base = [...lockedFlag(crate), ...workspaceFlag(crate), '--all-targets']
  if (lines.length > 0 || configured) {
    const features = featuresOf(lines)
    const flagged = lines.find((line) => lintsOf(line).length > 0)
    const strict = lines.length === 0 || (await mentioned(files, /RUSTFLAGS.*-D\s*warnings/)).length > 0
    const lints = [...(strict ? ['-D', 'warnings'] : []), ...lintsOf(flagged ?? '')]
    const told = flagged ?? lines[0]
    gathering.found('clippy', told ?? 'clippy configuration')
    gathering.check('clippy', {
      ...judge,
      command: ['cargo', 'clippy', ...base, ...features, '--message-format', 'json', ...(lints.length > 0 ? ['--', ...lints] : [])],
      fast: true,
      fix: {
        command: ['cargo', 'clippy', ...base, ...features, '--fix', '--allow-dirty', '--allow-staged'],
        level: 'tracked',
        timeout: '30m',
        exits: { pass: [0, 101] },
      },
      install: 'rustup component add clippy',
      reason: told === undefined ? 'clippy configuration' : `used as: ${told.slice(0, 100)}`,
    })
  } else {
    gathering.check('cargo-check', {
      ...judge,
      command: ['cargo', 'check', ...base, '--message-format', 'json'],
      install: rustup,
      reason: 'it compiles; nothing says that this project uses clippy',
    })
  }
  const tests = await mentioned(files, /cargo\s+(\+\S+\s+)?(test|nextest)/)
  const features = featuresOf(tests)
  const nextest = (await files.exists('.config/nextest.toml')) && tests.some((line) => line.includes('nextest'))
  gathering.check('cargo-test', {
    command: ['cargo', ...(nextest ? ['nextest', 'run'] : ['test']), ...lockedFlag(crate), ...workspaceFlag(crate), ...features],
    needs: [...ready],
    mutex: 'cargo-target',
    timeout: '1h',
    exits: { pass: [0], findings: nextest ? [100, 101] : [101] },
    parser: 'gnu',
    install: nextest ? 'cargo install cargo-nextest' : rustup,
    reason: nextest ? '.config/nextest.toml' : 'Cargo.toml',
  })
}

/** Lint levels behind `--`: "-Dwarnings -D clippy::all" → -D warnings -D clippy::all. */
function lintsOf(line: string): readonly string[] {
  const behind = /\sclippy\b.*?\s--\s+(.*)$/.exec(line)?.[1] ?? ''
  return [...behind.matchAll(/(?:^|\s)-([DWAF])\s*([a-z][\w:-]*)/g)].flatMap((match) => [`-${match[1]}`, match[2] ?? ''])
}

/** `--all-features` when a line of the workflows has it: feature sets decide what is compiled at all. */
const featuresOf = (lines: readonly string[]): readonly string[] => (lines.some((line) => line.includes('--all-features')) ? ['--all-features'] : [])

async function planDeny(ready: readonly string[], files: Files, gathering: Gathering): Promise<void> {
  if (!(await files.exists('deny.toml'))) return
  gathering.found('cargo-deny', 'deny.toml')
  gathering.check('cargo-deny', {
    command: ['cargo', 'deny', '--locked', 'check'],
    needs: [...ready],
    inputs: ['**/Cargo.toml', 'Cargo.lock', 'deny.toml'],
    ttl: '1h',
    parser: 'none',
    exits: { pass: [0], findings: 'other' },
    install: 'cargo install cargo-deny',
    reason: 'deny.toml',
  })
}
