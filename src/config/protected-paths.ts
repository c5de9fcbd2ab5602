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
  // Of many tools: what is named after what it is.
  '**/*.config.{js,mjs,cjs,ts,mts,cts,json,json5,jsonc,yaml,yml,toml,xml}',
  '**/*.conf.{js,cjs,mjs,ts}',
  '**/.*{rc,ignore}',
  '**/.*rc.{js,mjs,cjs,ts,mts,cts,json,json5,jsonc,yaml,yml,toml}',
  '**/{.config,.cargo,.semgrep,.husky,.gradle,.mvn,.bundle,.storybook}/**',
  // JavaScript and its relatives.
  '**/{package,jsconfig,pyrightconfig,deno,turbo,nx,lerna,composer,tslint,dprint,.dprint,cspell,.cspell,angular,cypress,.size-limit}.{json,jsonc}',
  '**/{tsconfig,jsconfig}*.{json,jsonc}',
  '**/{biome,knip,oxlint,lefthook,.lefthook,lefthook-local,.lefthook-local,.markdownlint,.markdownlint-cli2,.ls-lint,.dependency-cruiser,.pa11yci,.ember-cli,.flowconfig,jest.setup,vitest.setup,vitest.workspace,setupTests}{,.*}',
  '**/{Gruntfile,gulpfile}.*',
  // Python.
  '**/{pyproject,ruff,.ruff,ty,mise,.mise,uv,poetry,pdm,hatch,tox,pytest,.pytest,.pylintrc,pylintrc,.coveragerc,bunfig,tach,complexipy,.mdformat}.toml',
  '**/{setup,tox,mypy,.mypy,pytest,.pytest,.coveragerc,.flake8,pylintrc,.bandit,bandit,.isort,.pytype,.shellcheckrc,.importlinter,.vulture,pycodestyle}{,.cfg,.ini,.rc,.yaml,.yml}',
  '**/{setup,noxfile,sitecustomize,usercustomize}.py',
  '{tasks,dodo}.py',
  '**/{.pep8,.pycodestyle,.pydocstyle,.style.yapf,.pyre_configuration,Pipfile,MANIFEST.in,.secrets.baseline,py.typed,.mypy}',
  '**/{requirements,constraints}*.{txt,in}',
  // Rust, Go, and what is compiled.
  '**/{Cargo,clippy,.clippy,rustfmt,.rustfmt,deny,rust-toolchain,.cargo,nextest,tarpaulin,.tarpaulin}{,.toml}',
  '**/{go.mod,go.work,staticcheck.conf,revive.toml,.revive.toml,build.rs}',
  '**/{.clang-tidy,.clang-format,_clang-format,CMakeLists.txt,CMakePresets.json,meson.build,BUILD,BUILD.bazel,WORKSPACE,MODULE.bazel}',
  '**/{pom.xml,build.gradle,settings.gradle,build.gradle.kts,settings.gradle.kts,gradle.properties,checkstyle.xml,lint.xml,detekt.yml,.scalafmt.conf,.scalafix.conf,build.sbt}',
  '**/{Directory.Build.props,Directory.Build.targets,.globalconfig,*.ruleset,*.csproj,*.fsproj,*.vbproj,global.json,nuget.config}',
  // Ruby, PHP, and others.
  '**/{.rubocop,.rubocop_todo,.reek,.standard,.erb-lint,.haml-lint,.slim-lint,.swiftlint,analysis_options,dart_test,pubspec,buf,buf.gen,.ansible-lint,.tflint}{,.yml,.yaml,.hcl}',
  '**/{Rakefile,.rspec,.simplecov,.credo.exs,.formatter.exs,mix.exs,.sobelow-conf,.sqlfluff,.gitlint,.vale.ini,stylua.toml,.stylua.toml,selene.toml,.luacheckrc}',
  '**/{phpunit,phpcs,.phpcs,psalm}.xml{,.dist}',
  '**/{phpstan.neon,phpstan.neon.dist,phpstan-baseline.neon,psalm-baseline.xml,.php-cs-fixer.php,.php-cs-fixer.dist.php,rector.php,pint.json}',
  // Whatever looks at everything.
  '**/{.editorconfig,.editorconfig-checker.json,.ecrc,.codespellrc,typos.toml,_typos.toml,.typos.toml,lychee.toml,.lychee.toml,sonar-project.properties,.sonarcloud.properties}',
  '**/{.golangci,.hadolint,.yamllint,.gitleaks,.betterleaks,.semgrep,.actionlint,.pre-commit-config,codecov,.codecov,.coveralls,trivy,.checkov,.snyk,osv-scanner,.zizmor,zizmor,.safety-policy,.megalinter,.mega-linter}{,.*}',
  '**/{Makefile,makefile,GNUmakefile,justfile,Justfile,.justfile,Taskfile,Jenkinsfile,CODEOWNERS}{,.yml,.yaml}',
  '{.github,.circleci,.gitlab,.vscode,.claude,.cursor}/**',
  '{.gitlab-ci,azure-pipelines,.travis,bitbucket-pipelines}.{yml,yaml}',
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
  '**/{__mocks__,__fixtures__,testdata,test-data,fixtures}/**',
  '**/*{Test,Tests,Spec}.{java,kt,kts,cs,scala,groovy,swift,hs,php}',
  '**/*.{snap,feature,golden}',
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
