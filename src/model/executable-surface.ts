/** Knows the files that make programs run or decide what is checked: a person looks at changes of them before they land. */
import { parsedJson } from './json.ts'

/** By these something runs, or is trusted, on the machine of whoever uses the repository. */
const surface: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['hooks of git', /(?:^|\/)(?:\.husky|\.githooks|\.git-hooks|githooks|hooks\.d)\/|^hooks\/(?:pre|post|commit|prepare|applypatch|update|reference)[^/]*$/],
  [
    'hooks of git',
    /(?:^|\/)(?:lefthook|\.lefthook|lefthook-local)\.(?:ya?ml|toml|json)$|(?:^|\/)\.pre-commit-(?:config|hooks)\.ya?ml$|(?:^|\/)\.(?:lintstagedrc|huskyrc|simple-git-hooks)(?:\.|$)/,
  ],
  ['settings of git', /(?:^|\/)(?:\.gitattributes|\.gitmodules|\.lfsconfig|\.gitconfig)$|(?:^|\/)\.git(?:\/|$)/i],
  [
    'the environment of a shell',
    /(?:^|\/)(?:\.envrc|\.env(?:\..*)?|\.bashrc|\.zshrc|\.profile|\.tool-versions|mise\.toml|\.mise\.toml|flake\.nix|shell\.nix|default\.nix)$/,
  ],
  [
    'settings of an editor',
    /(?:^|\/)(?:\.vscode|\.idea|\.zed|\.fleet|\.devcontainer)\/|(?:^|\/)\.?devcontainer\.json$|\.code-workspace$|(?:^|\/)\.(?:vimrc|exrc|nvimrc|nvim\.lua|dir-locals\.el)$/,
  ],
  [
    'settings of coding agents',
    /(?:^|\/)(?:\.claude|\.codex|\.gemini|\.opencode|\.cursor|\.aider|\.continue|\.windsurf|\.qwen|\.agents)\/|(?:^|\/)(?:\.mcp\.json|mcp\.json|opencode\.jsonc?|\.cursorrules|\.windsurfrules|\.aider\.conf\.yml|CLAUDE\.md|AGENTS\.md|GEMINI\.md|copilot-instructions\.md)$/,
  ],
  [
    'settings of a package manager',
    /(?:^|\/)(?:\.npmrc|\.yarnrc(?:\.yml)?|\.pnpmfile\.c?js|pnpm-workspace\.yaml|bunfig\.toml|\.pypirc|pip\.conf|\.condarc|\.bundle\/config|\.netrc|\.cargo\/config(?:\.toml)?|nuget\.config)$|(?:^|\/)\.yarn\/(?:plugins|releases)\//i,
  ],
  [
    'a build that runs commands',
    /(?:^|\/)(?:(?:GNU)?[Mm]akefile|Justfile|justfile|\.justfile|Taskfile\.ya?ml|Rakefile|build\.rs|setup\.py|conftest\.py|sitecustomize\.py|Jenkinsfile|Vagrantfile|Procfile|Dockerfile|Containerfile|(?:docker-)?compose\.ya?ml|noxfile\.py|tasks\.py|gulpfile\.[cm]?[jt]s|Gruntfile\.[cm]?js|binding\.gyp|CMakeLists\.txt)$|\.(?:mk|pth)$|(?:^|\/)Dockerfile\.[\w-]+$/,
  ],
  [
    'workflows',
    /^\.github\/(?:workflows|actions)\/|(?:^|\/)action\.ya?ml$|^\.(?:gitlab-ci|travis|drone|woodpecker|appveyor)\.ya?ml$|^\.(?:circleci|buildkite|gitlab|forgejo|gitea|woodpecker)\/|^(?:azure-pipelines|bitbucket-pipelines|cloudbuild)\.ya?ml$/,
  ],
  ['who must review', /(?:^|\/)CODEOWNERS$|^\.github\/(?:dependabot|renovate)\.(?:ya?ml|json5?)$|^renovate\.json5?$/],
]

/** These decide what a gate sees. */
const gate: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['pawl', /(?:^|\/)pawl\.(?:ya?ml|config\.[cm]?[jt]s)$|(?:^|\/)\.pawl\//],
  [
    'what a tool passes over',
    /(?:^|\/)\.(?:eslint|prettier|stylelint|biome|oxlint|markdownlint|dockerlint|gitleaks|semgrep|trivy|snyk|npm|docker|ruff|cspell|secretlint|nyc|c8)ignore$|(?:^|\/)\.gitignore$/,
  ],
  [
    'a linter or formatter',
    /(?:^|\/)(?:\.?eslint(?:rc|\.config)|\.?oxlintrc|\.?oxfmtrc|biome|\.?prettier(?:rc|\.config)|\.?stylelint(?:rc|\.config)|\.markdownlint(?:-cli2)?|\.golangci|\.?rubocop|clippy|\.clippy|rustfmt|\.rustfmt|\.flake8|\.?ruff|\.pylintrc|mypy|\.mypy|pyrightconfig|\.editorconfig|\.yamllint|\.hadolint|knip|\.jscpd|cspell|\.secretlintrc|\.gitleaks|sonar-project)(?:\.[\w.]+)?$/i,
  ],
  ['a type checker', /(?:^|\/)(?:tsconfig|jsconfig)(?:\.[\w-]+)*\.json$/],
  [
    'tests and coverage',
    /(?:^|\/)(?:vitest|vite|jest|playwright|cypress|karma|ava|babel)\.(?:config|workspace|setup|conf)\.[\w.]+$|(?:^|\/)(?:\.mocharc|\.nycrc|\.c8rc|\.coveragerc|\.taprc)(?:\.\w+)?$|(?:^|\/)(?:pytest|tox)\.ini$|(?:^|\/)(?:setup\.cfg|phpunit\.xml(?:\.dist)?|codecov\.ya?ml|\.codecov\.ya?ml)$/,
  ],
]

const nameIn = (table: typeof surface, path: string): string | undefined => table.find(([, pattern]) => pattern.test(path))?.[0]

/** In words what a change of this file may make run; undefined: nothing known. */
export const runsBy = (path: string): string | undefined => nameIn(surface, path)

/** In words whose judgement this file decides; undefined: nobody's known. */
export const judgesBy = (path: string): string | undefined => nameIn(gate, path)

/** What of a manifest runs, or decides what is checked; the rest are names and versions. */
const manifests: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /(?:^|\/)package\.json$/,
    [
      'scripts',
      'husky',
      'lint-staged',
      'simple-git-hooks',
      'pre-commit',
      'bin',
      'gypfile',
      'packageManager',
      'eslintConfig',
      'eslintIgnore',
      'prettier',
      'stylelint',
      'jest',
      'ava',
      'mocha',
      'nyc',
      'c8',
      'babel',
      'pnpm',
      'overrides',
      'resolutions',
      'trustedDependencies',
      'workspaces',
      'type',
      'imports',
    ],
  ],
  [/(?:^|\/)composer\.json$/, ['scripts', 'config', 'repositories']],
  [/(?:^|\/)deno\.jsonc?$/, ['tasks', 'lint', 'fmt', 'test', 'imports']],
]

/** Keys of a manifest that differ and matter; undefined: this is none. A text that cannot be read matters as a whole. */
export function movedKeys(path: string, before: string | undefined, after: string | undefined): readonly string[] | undefined {
  const keys = manifests.find(([pattern]) => pattern.test(path))?.[1]
  if (keys === undefined) return undefined
  const [was, is] = [recordIn(before), recordIn(after)]
  if (was === undefined || is === undefined) return ['the whole file']
  return keys.filter((key) => JSON.stringify(was[key]) !== JSON.stringify(is[key]))
}

function recordIn(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined) return {}
  const value = parsedJson(text)
  return typeof value === 'object' && value !== null ? { ...value } : undefined
}

/** Sections of a pyproject.toml or Cargo.toml that run or judge; compared as text, since whoever moves a line there is looked at anyway. */
const sections =
  /^\s*\[+\s*(?:tool\.(?!poetry\.(?:dependencies|group)|uv\.sources)|build-system|project\.(?:scripts|entry-points)|lints|profile|patch|workspace|package\.metadata)/

export function movedSections(path: string, before = '', after = ''): boolean {
  if (!/(?:^|\/)(?:pyproject|Cargo)\.toml$/.test(path)) return false
  return sectionsIn(before) !== sectionsIn(after)
}

function sectionsIn(text: string): string {
  let isIn = false
  const lines = text.split('\n').filter((line) => {
    if (/^\s*\[/.test(line)) isIn = sections.test(line)
    return isIn && line.trim() !== '' && !line.trim().startsWith('#')
  })
  return lines.join('\n')
}
