/** Shows what pawl agents does, without any account: four programs play agents on a small project in a temporary folder. [--keep] leaves the folder there. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { players, settings, shop } from './demo/shop.ts'

const home = join(import.meta.dirname, '..')
const built = join(home, 'dist/pawl')
// Bun takes a first "--" for itself when it runs a source file.
const pawl = existsSync(built) ? [built] : [process.execPath, join(home, 'src/faces/cli/start.ts'), '--']

const base = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-demo-')))
const root = join(base, 'shop')
const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }

const say = (...lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`)

/** Its exit code. What it prints is shown as it comes. */
function run(argv: readonly string[], stdio: 'inherit' | 'ignore' = 'inherit'): number | null {
  const [program = '', ...args] = argv
  return spawnSync(program, args, { cwd: root, env, stdio }).status
}

function shown(argv: readonly string[], as: string): number | null {
  say('', `$ ${as}`)
  return run(argv)
}

function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  chmodSync(path, mode)
}

function made(): void {
  for (const [path, text] of Object.entries(shop)) write(join(root, path), text)
  for (const [name, text] of Object.entries(players)) write(join(base, 'agents', name), text, 0o755)
  write(join(root, 'pawl.yaml'), settings(join(base, 'agents')))
  const git = [
    ['init', '--quiet', '--initial-branch=main'],
    ['config', 'user.name', 'Demo'],
    ['config', 'user.email', 'demo@example.invalid'],
    ['add', '--all'],
    ['commit', '--quiet', '-m', 'A small shop'],
  ]
  for (const args of git) if (run(['git', ...args]) !== 0) throw new Error(`git ${args.join(' ')} failed`)
}

try {
  made()
  say(
    `A small shop with one check (node --test) in ${root}, and four prompts for four agents.`,
    'No model is asked: each agent is a shell script that takes a second for a turn.',
    '- ada adds taxes; her first version does not pass her own test, so she gets a second turn',
    '- bob and cyd change the same line of README.md, so whoever lands later is asked to bring both together',
    '- dan writes a changelog, which needs that the work of ada has landed',
  )
  shown([...pawl, 'agents', 'plan', 'prompts/'], 'pawl agents plan prompts/')
  const code = shown([...pawl, 'agents', 'run', 'prompts/'], 'pawl agents run prompts/')
  shown(['git', '--no-pager', 'log', '--graph', '--oneline', 'pawl/integration'], 'git log --graph --oneline pawl/integration')
  shown(['git', '--no-pager', 'show', 'pawl/integration:README.md'], 'git show pawl/integration:README.md')
  say('', 'Your own branch has not moved: git merge pawl/integration takes the work.')
  process.exitCode = code ?? 1
} finally {
  if (process.argv.includes('--keep')) say(`Left in ${root}`)
  else rmSync(base, { recursive: true, force: true })
}
