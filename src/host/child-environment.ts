/** Builds the environment of a child from an allow-list, so that a result does not depend on how or from where pawl was started. */
import { existsSync } from 'node:fs'
import { basename, delimiter, dirname, isAbsolute, join, normalize, relative, sep } from 'node:path'
import { secretName } from '../model/secret-name.ts'

type Environment = Readonly<Record<string, string | undefined>>
/** Names of variables; one may end in "*". `pass`: given to the child. `key`: given to the child, and the value counts for reuse. */
export type AllowedNames = {
  readonly pass: readonly string[]
  readonly key: readonly string[]
  /** For a child that installs: logins that the patterns of `defaultPass` cover reach it, too. */
  readonly logins?: boolean
}

const onWindows = process.platform === 'win32'

export const defaultPass: readonly string[] = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'LC_*',
  'TERM',
  'COLORTERM',
  'TMPDIR',
  'TEMP',
  'TMP',
  'XDG_*',
  'SSH_AUTH_SOCK',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'ALL_PROXY',
  'FTP_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'all_proxy',
  'ftp_proxy',
  'SSL_CERT_*',
  'NODE_EXTRA_CA_CERTS',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'npm_config_*',
  'NPM_CONFIG_*',
  'COREPACK_*',
  'PNPM_HOME',
  'BUN_INSTALL',
  'YARN_*',
  'VOLTA_*',
  'NVM_*',
  'FNM_*',
  'MISE_*',
  'ASDF_*',
  'PROTO_*',
  'N_PREFIX',
  'CARGO_HOME',
  'RUSTUP_*',
  'GOPATH',
  'GOROOT',
  'GOCACHE',
  'GOMODCACHE',
  'GOPROXY',
  'GOPRIVATE',
  'GONOPROXY',
  'GONOSUMDB',
  'GONOSUMCHECK',
  'GOSUMDB',
  'GOTOOLCHAIN',
  'GOBIN',
  'UV_*',
  'PIP_*',
  'POETRY_*',
  'PIPX_*',
  'PYENV_*',
  'VIRTUAL_ENV',
  'CONDA_*',
  'RBENV_*',
  'JAVA_HOME',
  'SDKMAN_*',
  'DOCKER_*',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'WSL_*',
  'WSLENV',
  'SystemRoot',
  'SystemDrive',
  'windir',
  'ComSpec',
  'PATHEXT',
  'APPDATA',
  'LOCALAPPDATA',
  'USERPROFILE',
  'USERNAME',
  'HOMEDRIVE',
  'HOMEPATH',
  'ProgramData',
  'ProgramFiles*',
  'ProgramW6432',
  'CommonProgramFiles*',
  'NUMBER_OF_PROCESSORS',
  'PROCESSOR_*',
  'OS',
]

export const defaultKey: readonly string[] = [
  'CI',
  'NODE_ENV',
  'TZ',
  'PYTHONPATH',
  'RUSTFLAGS',
  'GOFLAGS',
  'CGO_ENABLED',
  'GOOS',
  'GOARCH',
  'CC',
  'CXX',
  'CFLAGS',
  'CXXFLAGS',
  'LDFLAGS',
]

/** Never given, whatever is allowed: a hook's repository, switches that turn a child into something else, traces of the starter of pawl. */
const withheld: readonly string[] = [
  'GIT_*',
  'BUN_OPTIONS',
  'BUN_BE_BUN',
  'BUN_INSPECT*',
  'npm_lifecycle_*',
  'npm_package_*',
  'INIT_CWD',
  // Told nothing, tools see that nobody watches; told something, a project's own tests of its colours fail.
  'FORCE_COLOR',
  'CLICOLOR_FORCE',
  'npm_config_user_agent',
  'npm_config_npm_version',
  'npm_config_local_prefix',
  'npm_config_global_prefix',
]

/** The environment for a child that runs in `cwd` of the checkout `root` (both absolute). Tools of the checkout come first in PATH. */
export function childEnvironment(source: Environment, allow: AllowedNames, folders: { readonly root: string; readonly cwd: string }): Record<string, string> {
  const env: Record<string, string> = {}
  const allowed = [...allow.pass, ...allow.key]
  const isAllowed = allowance(allowed)
  const isNamed = allow.logins === true ? () => true : matcher(allowed.filter((name) => !wide.has(name)))
  for (const [name, value] of Object.entries(source)) {
    if (value !== undefined && isAllowed(name) && (isNamed(name) || !isLogin(name, value))) env[name] = value
  }
  // Windows writes it "Path".
  const pathName = Object.keys(env).find((name) => sameName(name, 'PATH')) ?? 'PATH'
  env[pathName] = [...toolFolders(folders), ...withoutStarter(env[pathName] ?? '')].join(delimiter)
  return env
}

/** The variables whose values count for reuse, sorted by name. A variable that is not set is not listed. */
export function keyedValues(env: Environment, allow: AllowedNames): readonly (readonly [name: string, value: string])[] {
  const counts = allowance(allow.key)
  return Object.entries(env)
    .flatMap(([name, value]) => (value !== undefined && counts(name) ? [[name, value] as const] : []))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
}

/** Covers everything that begins so; in that it is no consent to hand over a secret. */
const wide: ReadonlySet<string> = new Set(defaultPass.filter((name) => name.endsWith('*')))

/** The login for a registry, or an address with a password in it. */
const isLogin = (name: string, value: string): boolean => secretName(name) !== 'no' || /:\/\/[^\s/@:]*:[^\s/@]+@/.test(value)

function allowance(allowed: readonly string[]): (name: string) => boolean {
  const isListed = matcher(allowed)
  const isWithheld = matcher(withheld)
  return (name) => {
    if (isWithheld(name)) return false
    // It changes what every Node program does, so a pattern is not consent.
    if (sameName(name, 'NODE_OPTIONS')) return allowed.some((one) => sameName(one, name))
    return isListed(name)
  }
}

function matcher(patterns: readonly string[]): (name: string) => boolean {
  const exact = new Set(patterns.filter((one) => !one.endsWith('*')).map(folded))
  const starts = patterns.filter((one) => one.endsWith('*')).map((one) => folded(one.slice(0, -1)))
  return (name) => exact.has(folded(name)) || starts.some((start) => folded(name).startsWith(start))
}

/** Names of variables have no case on Windows. */
const folded = (name: string): string => (onWindows ? name.toUpperCase() : name)
const sameName = (a: string, b: string): boolean => folded(a) === folded(b)

/** Where a checkout keeps its own tools: nearest first. Folders of node_modules are listed before they exist, since an install may make them. */
function toolFolders({ root, cwd }: { readonly root: string; readonly cwd: string }): readonly string[] {
  const bins = upTo(root, cwd).map((folder) => join(folder, 'node_modules', '.bin'))
  const venvs = [...new Set([normalize(cwd), normalize(root)])].map((folder) => join(folder, '.venv', onWindows ? 'Scripts' : 'bin'))
  return [...bins, ...venvs.filter((folder) => existsSync(folder))]
}

/** `cwd` and each folder above it as far as `root`; both alone when `cwd` lies elsewhere. */
function upTo(root: string, cwd: string): readonly string[] {
  const way = relative(root, cwd)
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) return [cwd, root]
  const folders = [join(root, way)]
  while (folders.length <= (way === '' ? 0 : way.split(sep).length)) folders.push(dirname(folders.at(-1) ?? root))
  return folders
}

/** npm, npx and their like put folders in front of PATH that are there only because pawl was started through them. */
function withoutStarter(path: string): readonly string[] {
  return path.split(delimiter).filter((entry) => {
    const folder = normalize(entry).replace(/[\\/]+$/, '')
    return entry !== '' && basename(folder) !== 'node-gyp-bin' && !(basename(folder) === '.bin' && basename(dirname(folder)) === 'node_modules')
  })
}
