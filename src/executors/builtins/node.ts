/** The built-in checks of the JavaScript world, by the name that configuration uses. */
import type { Builtin } from '../builtin.ts'
import { bunInstalled } from './bun-installed.ts'
import { lockfiles } from './lockfiles.ts'
import { nodeProgram } from './node-program.ts'
import { nodeVersion } from './node-version.ts'
import { npmInstalled } from './npm-installed.ts'
import { npmLockfile } from './npm-lockfile.ts'
import { packagesInstalled } from './packages-installed.ts'
import { pnpmInstalled } from './pnpm-installed.ts'
import { pnpmLockfile } from './pnpm-lockfile.ts'
import { yarnInstalled } from './yarn-installed.ts'
import { yarnLockfile } from './yarn-lockfile.ts'

export const nodeBuiltins: Readonly<Record<string, Builtin>> = {
  'bun-installed': bunInstalled,
  lockfiles,
  'node-program': nodeProgram,
  'node-version': nodeVersion,
  'npm-installed': npmInstalled,
  'npm-lockfile': npmLockfile,
  'packages-installed': packagesInstalled,
  'pnpm-installed': pnpmInstalled,
  'pnpm-lockfile': pnpmLockfile,
  'yarn-installed': yarnInstalled,
  'yarn-lockfile': yarnLockfile,
}
