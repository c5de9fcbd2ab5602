/** Says how to get a program that is missing. Only ever shown. */

const rustup = 'https://rustup.rs'
const go = 'https://go.dev/dl/'

const known: Readonly<Record<string, string>> = {
  node: 'https://nodejs.org',
  npm: 'https://nodejs.org',
  npx: 'https://nodejs.org',
  pnpm: 'npm install --global pnpm',
  yarn: 'corepack enable',
  bun: 'https://bun.sh',
  bunx: 'https://bun.sh',
  deno: 'https://deno.com',
  cargo: rustup,
  rustc: rustup,
  rustup,
  rustfmt: 'rustup component add rustfmt',
  go,
  gofmt: go,
  python: 'https://www.python.org',
  python3: 'https://www.python.org',
  uv: 'https://docs.astral.sh/uv/getting-started/installation/',
  uvx: 'https://docs.astral.sh/uv/getting-started/installation/',
  poetry: 'pipx install poetry',
  pdm: 'pipx install pdm',
  pipenv: 'pipx install pipenv',
  actionlint: 'https://github.com/rhysd/actionlint/blob/main/docs/install.md',
  shellcheck: 'https://www.shellcheck.net',
  shfmt: 'https://github.com/mvdan/sh',
  hadolint: 'https://github.com/hadolint/hadolint',
}
const fromNpm: ReadonlySet<string> = new Set([
  'eslint',
  'prettier',
  'tsc',
  'biome',
  'oxlint',
  'oxfmt',
  'vitest',
  'jest',
  'stylelint',
  'knip',
  'cspell',
  'turbo',
  'nx',
  'vite',
  'webpack',
  'mocha',
  'playwright',
  'markdownlint-cli2',
  'dprint',
])
const fromPython: ReadonlySet<string> = new Set([
  'ruff',
  'mypy',
  'pytest',
  'black',
  'isort',
  'flake8',
  'pyright',
  'basedpyright',
  'ty',
  'bandit',
  'codespell',
  'yamllint',
  'pip-audit',
  'pre-commit',
  'tox',
  'nox',
])

/** `install` is what the configuration says: a command or an address. */
export function installHint(program: string, install: string | undefined): string {
  const name = program.split(/[\\/]/).at(-1) ?? program
  const how = install ?? (Object.hasOwn(known, name) ? known[name] : undefined)
  if (how !== undefined) return /^https?:/.test(how) ? `How to install ${name}: ${how}` : `Install it: ${how}`
  if (fromNpm.has(name))
    return `Install the dependencies of this repository, or add ${name}: npm install --save-dev ${name === 'tsc' ? 'typescript' : name === 'biome' ? '@biomejs/biome' : name === 'playwright' ? '@playwright/test' : name}`
  if (fromPython.has(name)) return `Install the environment of this repository, or ${name} by itself: uv tool install ${name}`
  return `Install ${name}, or correct its name in the configuration.`
}
