/** The settings of package managers that reach scripts: files of the project and of the user, and variables. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newHasher } from './digest.ts'

type Environment = Readonly<Record<string, string>>

const ofProject = ['.npmrc', '.yarnrc', '.yarnrc.yml', 'pnpm-workspace.yaml', 'bunfig.toml', 'package.json']

/** Changes when a setting does. Secrets do not reach scripts and do not count. */
export async function settingsDigest(root: string, env: Environment): Promise<string> {
  return settingFiles([...ofProject.map((name) => join(root, name)), ...userFiles(env)])
}

/** What counts for the reuse of a script besides the files of the repository: the user's settings. */
export async function userSettings(env: Environment): Promise<string> {
  const variables = Object.entries(env).filter(([name]) => /^(npm|pnpm)_config_/i.test(name) && !places.test(name))
  return `${await settingFiles(userFiles(env))} ${JSON.stringify(variables.toSorted(([a], [b]) => (a < b ? -1 : 1)))}`
}

/** Where something lies, and who started us. */
const places = /_(cache|prefix|userconfig|globalconfig|init_module|node_gyp|user_agent|npm_version|store_dir|cafile|script_shell|argv)$/i

/** Files outside of the repository whose content counts, whether they are there or not. */
export function userFiles(env: Environment): readonly string[] {
  const home = env['HOME'] ?? env['USERPROFILE'] ?? '/'
  return [env['npm_config_userconfig'] ?? join(home, '.npmrc'), join(home, '.yarnrc')]
}

export async function settingFiles(paths: readonly string[]): Promise<string> {
  const hash = newHasher()
  for (const path of paths) hash.update(`${withoutSecrets(await textOf(path))}\0`)
  return hash.digest('hex')
}

/** npm keeps both kinds away from scripts. */
const withoutSecrets = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !/^\s*(\/\/|_|[#;]|$)|:_(auth|password)/i.test(line))
    .join('\n')

/** A file that cannot be read is as good as none, also for the manager. */
async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error) return ''
    throw error
  }
}
