/** Compares rust-toolchain and rust-version with the toolchain that is installed, without letting rustup install one. */
import type { Finding } from '../../model/finding.ts'
import type { Builtin, BuiltinWorld, Judgement } from '../builtin.ts'
import { ask, crashed } from './asking.ts'

const install = 'https://rustup.rs'

export const rustToolchain: Builtin = async (_args, world) => {
  const pin = await pinned(world)
  const missing = pin === undefined ? undefined : await missingToolchain(pin, world)
  if (missing !== undefined) return missing
  const answer = await ask(['rustc', '--version'], world, { install, env: { RUSTUP_AUTO_INSTALL: '0' } })
  if (!answer.ok) return answer
  const version = /rustc (\d+)\.(\d+)\.(\d+)/.exec(answer.exit.stdout)
  if (answer.exit.code !== 0 || version === null) return { failure: crashed(['rustc', '--version'], answer.exit) }
  const found = version.slice(1).map(Number)
  const findings = (await minimums(world))
    .filter((minimum) => below(found, minimum.version))
    .map((minimum): Finding => ({
      file: minimum.file,
      line: minimum.line,
      severity: 'error',
      rule: 'rust-version',
      message: `wants Rust ${minimum.version}, found ${found.join('.')}`,
      suggestion: 'rustup update stable',
    }))
  return { findings, summary: `Rust ${found.join('.')}${pin === undefined ? '' : `, ${pin.file} names ${pin.channel}`}` }
}

type Pin = { readonly channel: string; readonly file: string }

async function pinned(world: BuiltinWorld): Promise<Pin | undefined> {
  for (const file of ['rust-toolchain', 'rust-toolchain.toml']) {
    const text = await world.files.read(file)
    if (text === undefined) continue
    const channel = /^\s*channel\s*=\s*["']([^"']+)["']/m.exec(text)?.[1] ?? (/^[\w.-]+$/.test(text.trim()) ? text.trim() : undefined)
    if (channel !== undefined) return { channel, file }
  }
  return undefined
}

/** `rustup toolchain list` is the one question that never installs anything. */
async function missingToolchain(pin: Pin, world: BuiltinWorld): Promise<Judgement | undefined> {
  if (world.processes.find('rustup', world.env, world.files.root) === undefined) return undefined
  const answer = await ask(['rustup', 'toolchain', 'list'], world, { install })
  if (!answer.ok) return answer
  if (answer.exit.code !== 0) return { failure: crashed(['rustup', 'toolchain', 'list'], answer.exit) }
  const names = answer.exit.stdout.split('\n').map((line) => line.trim().split(/\s/)[0] ?? '')
  const wanted = new RegExp(`^${pin.channel.replaceAll('.', '\\.')}(\\.\\d+)?(-|$)`)
  if (names.some((name) => wanted.test(name))) return undefined
  return {
    findings: [
      {
        file: pin.file,
        severity: 'error',
        rule: 'rust-toolchain',
        message: `toolchain ${pin.channel} is not installed`,
        suggestion: `rustup toolchain install ${pin.channel}`,
      },
    ],
    summary: `toolchain ${pin.channel} is not installed`,
  }
}

async function minimums(world: BuiltinWorld): Promise<readonly { readonly file: string; readonly line: number; readonly version: string }[]> {
  const found = []
  for (const file of await world.files.glob(['**/Cargo.toml', '!**/tests/**', '!**/fixtures/**', '!**/fuzz/**'])) {
    const lines = ((await world.files.read(file)) ?? '').split('\n')
    for (const [index, line] of lines.entries()) {
      const version = /^\s*rust-version\s*=\s*["'](\d+(?:\.\d+){0,2})["']/.exec(line)?.[1]
      if (version !== undefined) found.push({ file, line: index + 1, version })
    }
  }
  return found
}

function below(found: readonly number[], minimum: string): boolean {
  const wanted = minimum.split('.').map(Number)
  for (const [index, part] of wanted.entries()) if ((found[index] ?? 0) !== part) return (found[index] ?? 0) < part
  return false
}
