/** What the hooks of well-known pre-commit repositories do, and which files its type tags mean. */

/** Names of the checks that judge the same as a hook. */
export function checksOfHook(id: string): readonly string[] {
  const same = synonyms[id] ?? []
  return [...new Set([...same, id, id.replace(/-(docker|py|system|src|mirror)$/, '')])]
}

const synonyms: Readonly<Record<string, readonly string[]>> = {
  'ruff-check': ['ruff'],
  'uv-lock': ['uv:lockfile'],
  'uv-sync': ['uv:installed'],
  'poetry-check': ['poetry:lockfile'],
  'poetry-lock': ['poetry:lockfile'],
  'pdm-lock-check': ['pdm:lockfile'],
  fmt: ['cargo-fmt'],
  'cargo-check': ['cargo-check', 'clippy'],
  'go-fmt': ['gofmt'],
  'go-mod-tidy': ['go:tidy'],
  'go-unit-tests': ['go-test'],
  'golangci-lint-full': ['golangci-lint'],
  'golangci-lint-mod': ['golangci-lint'],
  'biome-check': ['biome'],
  'biome-ci': ['biome'],
  'biome-lint': ['biome'],
  'biome-format': ['biome'],
  terraform_fmt: ['terraform-fmt'],
  terraform_fmt_docker: ['terraform-fmt'],
  'black-jupyter': ['black'],
  'markdownlint-cli2': ['markdownlint'],
  'ty-check': ['ty'],
  'basedpyright-pre-commit-mirror': ['basedpyright'],
  'taplo-format': ['taplo'],
  'taplo-lint': ['taplo'],
}

const globsOf: Readonly<Record<string, readonly string[]>> = {
  file: [],
  text: [],
  python: ['**/*.py', '**/*.pyi'],
  pyi: ['**/*.pyi'],
  javascript: ['**/*.js', '**/*.mjs', '**/*.cjs'],
  jsx: ['**/*.jsx'],
  ts: ['**/*.ts', '**/*.mts', '**/*.cts'],
  tsx: ['**/*.tsx'],
  json: ['**/*.json'],
  yaml: ['**/*.yaml', '**/*.yml'],
  toml: ['**/*.toml'],
  markdown: ['**/*.md'],
  rust: ['**/*.rs'],
  go: ['**/*.go'],
  shell: ['**/*.sh', '**/*.bash'],
  ruby: ['**/*.rb'],
  css: ['**/*.css'],
  scss: ['**/*.scss'],
  html: ['**/*.html'],
  sql: ['**/*.sql'],
  c: ['**/*.c', '**/*.h'],
  'c++': ['**/*.cpp', '**/*.hpp', '**/*.cc', '**/*.hh'],
  java: ['**/*.java'],
  kotlin: ['**/*.kt', '**/*.kts'],
  swift: ['**/*.swift'],
  dockerfile: ['**/Dockerfile', '**/*.Dockerfile'],
  terraform: ['**/*.tf'],
  vue: ['**/*.vue'],
  svelte: ['**/*.svelte'],
  rst: ['**/*.rst'],
  proto: ['**/*.proto'],
  dart: ['**/*.dart'],
  elixir: ['**/*.ex', '**/*.exs'],
  php: ['**/*.php'],
  xml: ['**/*.xml'],
  jupyter: ['**/*.ipynb'],
}

/** Undefined: a tag that is not known here, so that nobody can say which files are meant. Empty: all files. */
export function fileTypes(tags: readonly string[]): readonly string[] | undefined {
  const globs = tags.map((tag) => globsOf[tag])
  return globs.every((list) => list !== undefined) ? globs.flatMap((list) => list ?? []) : undefined
}
