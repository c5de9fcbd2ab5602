/** Builds what is shipped: the executable of this platform (dist/pawl) and the library that runs on Node 24 (dist/node). */
import { rmSync } from 'node:fs'
import { execFileSync } from 'node:child_process'

const entry = 'src/faces/cli/start.ts'
const target = process.argv.find((argument) => argument.startsWith('--target='))?.slice('--target='.length)

// Without the two no-autoload flags the executable would run bunfig.toml preloads and load .env of the repository that it stands in.
const executable = [
  'build',
  '--compile',
  '--bytecode',
  '--format=esm',
  '--splitting',
  '--minify-syntax',
  '--minify-whitespace',
  '--no-compile-autoload-bunfig',
  '--no-compile-autoload-dotenv',
  entry,
  '--outfile',
  target === undefined ? 'dist/pawl' : `dist/${target}/pawl`,
]
// What npm installs beside it stays outside: bundled, some of it would load its own files from where they are not.
const library = ['build', '--target', 'node', '--splitting', '--packages=external', '--outdir', 'dist/node', entry]

rmSync('dist', { recursive: true, force: true })
for (const args of target === undefined ? [executable, library] : [[...executable, `--target=bun-${target}`]]) {
  execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
}
