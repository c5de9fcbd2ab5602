/** Judges whether Cargo.lock fits the manifests, and tells a stale lock from a machine that has not fetched the crates yet. */
import type { Builtin } from '../builtin.ts'
import { ask, crashed, lastLine } from './asking.ts'

const argv = ['cargo', 'metadata', '--locked', '--format-version', '1']
const stale = /because --locked was passed|--locked was passed to prevent this|needs to be updated but --locked/

/**
 * Offline first: quick, and certain when it passes or names the lock. A machine without the index gets the same exit code for a good lock
 * as for a stale one, so only then the registry is asked. `--no-deps` is never used: it passes a stale lock.
 */
export const cargoLockfile: Builtin = async (_args, world) => {
  const install = { install: 'https://rustup.rs', env: { RUSTUP_AUTO_INSTALL: '0', CARGO_TERM_COLOR: 'never' } }
  const offline = await ask([...argv, '--offline'], world, install)
  if (!offline.ok) return offline
  const answer =
    offline.exit.code !== 0 && !stale.test(offline.exit.stderr) && /offline/.test(offline.exit.stderr)
      ? await ask(argv, world, { ...install, timeoutMs: 240_000 })
      : offline
  if (!answer.ok) return answer
  const { exit } = answer
  if (exit.code === 0) return { findings: [], summary: `Cargo.lock is in sync${answer === offline ? '' : ' (asked the registry)'}` }
  world.output(exit.stderr)
  if (stale.test(exit.stderr))
    return {
      findings: [
        { file: 'Cargo.lock', severity: 'error', rule: 'lockfile', message: 'Cargo.lock does not fit Cargo.toml', suggestion: 'cargo update --workspace' },
      ],
      summary: 'Cargo.lock is stale',
    }
  if (/failed to parse manifest|could not parse/.test(exit.stderr))
    return { findings: [{ file: 'Cargo.toml', severity: 'error', rule: 'manifest', message: lastLine(exit.stderr) }], summary: 'a manifest cannot be parsed' }
  return {
    failure: {
      ...crashed(argv, exit),
      hint: 'cargo could not reach what it needs to judge the lockfile: check the network, or run `cargo fetch` where there is one',
    },
  }
}
