/** The built-in checks of languages and platforms, by the name that configuration uses. */
import type { Builtin } from '../builtin.ts'
import { cargoLockfile } from './cargo-lockfile.ts'
import { dryRun } from './dry-run.ts'
import { goDownloaded } from './go-downloaded.ts'
import { goVersion } from './go-version.ts'
import { overFiles } from './over-files.ts'
import { paths } from './paths.ts'
import { pipInstalled } from './pip-installed.ts'
import { platformLinux } from './platform-linux.ts'
import { platformMacos } from './platform-macos.ts'
import { platformWindows } from './platform-windows.ts'
import { platformWsl } from './platform-wsl.ts'
import { preCommit } from './pre-commit.ts'
import { pythonVenv } from './python-venv.ts'
import { pythonVersion } from './python-version.ts'
import { rustToolchain } from './rust-toolchain.ts'
import { workflowsPython } from './workflows-python.ts'

export const languageBuiltins: Readonly<Record<string, Builtin>> = {
  'cargo-lockfile': cargoLockfile,
  'dry-run': dryRun,
  'go-downloaded': goDownloaded,
  'go-version': goVersion,
  'over-files': overFiles,
  paths,
  'pip-installed': pipInstalled,
  'platform-linux': platformLinux,
  'platform-macos': platformMacos,
  'platform-windows': platformWindows,
  'platform-wsl': platformWsl,
  'pre-commit': preCommit,
  'python-venv': pythonVenv,
  'python-version': pythonVersion,
  'rust-toolchain': rustToolchain,
  'workflows-python': workflowsPython,
}
