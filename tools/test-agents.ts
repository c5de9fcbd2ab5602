/** The tests with the real agent programs: installs them, and runs them where only loopback can be reached. `--all` or PAWL_AGENTS=gemini,opencode: the slow ones, too. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const folder = 'test/agents'

function run(argv: readonly string[], cwd = '.'): number {
  const [program = '', ...args] = argv
  const { status, error } = spawnSync(program, args, { cwd, stdio: 'inherit' })
  if (error !== undefined) throw error
  return status ?? 1
}

/** A network of its own, in which nothing but loopback is up. */
function isolated(): readonly string[] | undefined {
  const found = (process.env['PATH'] ?? '').split(delimiter).some((place) => existsSync(join(place, 'bwrap')))
  if (!found && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get'))
    run(['apt-get', 'install', '--yes', '--quiet', '--no-install-recommends', 'bubblewrap'])
  const argv = ['bwrap', '--unshare-net', '--dev-bind', '/', '/', '--die-with-parent', '--']
  const { status } = spawnSync(argv[0] ?? '', [...argv.slice(1), 'true'], { stdio: 'ignore' })
  return status === 0 ? argv : undefined
}

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error('skipped: the agent programs are pinned for Linux on x64 only')
  process.exit(process.env['CI'] === undefined ? 0 : 1)
}
const installed = run(['npm', 'ci', '--ignore-scripts'], folder)
if (installed !== 0) process.exit(installed)
const apart = isolated()
if (apart === undefined) console.error('no network namespace can be made here (bubblewrap): the programs are only asked not to leave loopback')
if (process.argv.includes('--all')) process.env['PAWL_AGENTS'] = 'all'
process.exit(run([...(apart ?? []), process.execPath, 'test', `./${folder}`, '--timeout', '300000']))
