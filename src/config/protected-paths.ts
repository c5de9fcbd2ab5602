/** What an agent that mends must not change: what decides about the checks, what is installed, secrets, and the tests. */
import { foreignMarkFile, markFile } from '../model/ratchet.ts'

/** Whoever changes these changes what is checked instead of the code. */
const gates: readonly string[] = [
  'pawl.yaml',
  'pawl.yml',
  'pawl.config.*',
  '.pawl/**',
  markFile,
  foreignMarkFile,
  '**/{package,jsconfig,pyrightconfig,deno,turbo,nx,lerna,composer}.json',
  '**/{tsconfig,jsconfig}*.json',
  '**/{pyproject,Cargo,ruff,.ruff,ty,clippy,.clippy,rustfmt,.rustfmt,deny,go.mod,rust-toolchain,mise,.mise,Pipfile,bunfig}{,.toml}',
  '**/{setup,tox,mypy,.mypy,pytest,.coveragerc,.flake8,.pylintrc,pylintrc,.bandit,.codespellrc,.shellcheckrc,.editorconfig}{,.cfg,.ini,.rc}',
  '**/{requirements,constraints}*.{txt,in}',
  '**/{.eslintrc,.prettierrc,.stylelintrc,.oxlintrc,.oxfmtrc,.babelrc,.swcrc,.mocharc,.nycrc,.c8rc,.markdownlint,.markdownlint-cli2,.lintstagedrc,.commitlintrc}{,.*}',
  '**/.{eslint,prettier,stylelint,markdownlint,semgrep,gitleaks,betterleaks,git,docker,npm}ignore',
  '**/*.config.{js,mjs,cjs,ts,mts,cts,json}',
  '**/{biome,knip,lefthook,.lefthook,.golangci,.hadolint,.yamllint,.gitleaks,.betterleaks,.semgrep,.actionlint,.pre-commit-config,codecov,.codecov}{,.*}',
  '**/{Makefile,makefile,GNUmakefile,justfile,Justfile,Taskfile,noxfile.py,Jenkinsfile,CODEOWNERS,build.gradle,build.gradle.kts,pom.xml}{,.yml,.yaml}',
  '{.github,.husky,.circleci,.gitlab,.vscode,.claude,.cursor}/**',
  '{.gitlab-ci,azure-pipelines}.{yml,yaml}',
  '**/{.gitattributes,.gitmodules,.mailmap}',
  '**/{CLAUDE,AGENTS,GEMINI}.md',
]

/** Whoever changes these changes what is installed. */
const locks: readonly string[] = [
  '**/{package-lock.json,npm-shrinkwrap.json,yarn.lock,pnpm-lock.yaml,pnpm-workspace.yaml,bun.lock,bun.lockb,deno.lock}',
  '**/{Cargo,poetry,uv,pdm,Pipfile,Gemfile,composer,flake}.lock',
  '**/{go.sum,go.work,go.work.sum,Gemfile,flake.nix}',
  '**/{.npmrc,.yarnrc,.yarnrc.yml,.pnpmfile.cjs,.nvmrc,.node-version,.python-version,.tool-versions}',
]

const secrets: readonly string[] = ['**/.env{,.*}', '**/.envrc', '**/*.{pem,key,p12,pfx,jks,keystore}', '**/{id_rsa,id_ed25519,.netrc,.pypirc}', '**/secrets.*']

const tests: readonly string[] = [
  '**/{test,tests,__tests__,spec,specs,e2e,cypress,__snapshots__}/**',
  '**/*{.,_,-}{test,tests,spec,cy}.{js,jsx,ts,tsx,mjs,cjs,mts,cts}',
  '**/{test_*,*_test,conftest}.py',
  '**/*_{test,spec}.{go,rb,exs,ex}',
  '**/*{Test,Tests}.{java,kt,cs}',
  '**/*.snap',
]

/** The name that allows all tests at once. */
const allTests = 'tests'

/** For an agent that writes tests: everything else. Fixtures of tests that decide about checks stay protected, too. */
export const allButTests = (protect: readonly string[]): readonly string[] => [
  '**',
  ...tests.map((glob) => `!${glob}`),
  ...gates,
  ...locks,
  ...secrets,
  ...protect,
]

/** Globs in which the last match counts. `allow` takes out of them what it matches, and "tests" all tests. */
export function protectedPaths(protect: readonly string[], allow: readonly string[]): readonly string[] {
  const allowed = allow.filter((one) => one !== allTests).map((glob) => `!${glob}`)
  return [...(allow.includes(allTests) ? [] : tests), ...gates, ...locks, ...secrets, ...protect, ...allowed]
}
