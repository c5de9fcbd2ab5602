/** Builds what is shipped: the executable of this platform (dist/pawl), the same for Node 24 (dist/node), the library (dist/library) and its types (dist/types). */
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
  // Without it a plugin or configuration of the repository could not import an installed package.
  '--compile-autoload-package-json',
  entry,
  '--outfile',
  target === undefined ? 'dist/pawl' : `dist/${target}/pawl`,
]
// What npm installs beside it stays outside: bundled, some of it would load its own files from where they are not.
const program = ['build', '--target', 'node', '--splitting', '--packages=external', '--outdir', 'dist/node', entry]
/** What programs import: apart from the program, so that neither loads pieces that were cut for the other. */
const entries = ['library', 'plugin', 'testing'].map((name) => `src/faces/library/${name}.ts`)
const library = ['build', '--target', 'node', '--splitting', '--packages=external', '--entry-naming', '[name].[ext]', '--outdir', 'dist/library', ...entries]

rmSync('dist', { recursive: true, force: true })
for (const args of target === undefined ? [executable, program, library] : [[...executable, `--target=bun-${target}`]]) {
  execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
}

if (target === undefined) execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.library.json'], { stdio: 'inherit' })
