import { beforeAll, expect, test } from 'bun:test'
import { globLibrary, matcherFor, type Matcher } from '../host/globs.ts'
import { allButTests, protectedPaths } from './protected-paths.ts'

let isProtected: Matcher
beforeAll(async () => {
  isProtected = matcherFor(protectedPaths([], []), await globLibrary())
})

// As the documentation of each tool names them; most tools take the nearest one, so a new one in a folder decides as well.
test.each(
  `eslint.config.mts .eslintrc src/.eslintrc.json src/.eslintrc.cjs .eslintignore .oxlintrc.json .oxfmtrc.jsonc biome.jsonc web/biome.json .prettierrc.toml
  .prettierrc.json5 prettier.config.ts .stylelintrc.yml stylelint.config.mjs .stylelintignore .markdownlint.jsonc .markdownlint-cli2.yaml tsconfig.build.json src/tsconfig.json
  jsconfig.json deno.jsonc jest.config.ts jest.setup.ts vitest.workspace.ts vitest.setup.ts karma.conf.js wdio.conf.ts .mocharc.cjs .nycrc .nycrc.json .c8rc.json .taprc
  cypress.json .babelrc .swcrc .jshintrc .jscsrc .jshintignore .htmlhintrc .remarkrc .textlintrc.json .remarkignore .proselintrc cspell.json .cspell.json cspell.config.yaml
  .cspell.config.yaml dprint.json .size-limit.json .dependency-cruiser.cjs knip.jsonc tslint.json .npmpackagejsonlintrc.json commitlint.config.ts .commitlintrc.yml .ls-lint.yml
  .flowconfig angular.json nx.json turbo.json
  pyproject.toml src/pyproject.toml setup.cfg setup.py tox.ini pytest.ini .pytest.ini pytest.toml .pytest.toml mypy.ini .mypy.ini .coveragerc .flake8 .pylintrc pylintrc.toml
  .isort.cfg .style.yapf .pydocstyle .pycodestyle .pep8 .bandit bandit.yaml .pyre_configuration .pytype.cfg ruff.toml .ruff.toml ty.toml pyrightconfig.json .importlinter
  sitecustomize.py conftest.py src/conftest.py noxfile.py tasks.py .codespellrc .sqlfluff .secrets.baseline .yamllint.yaml .ansible-lint
  Cargo.toml .cargo/config.toml crates/a/.cargo/config.toml clippy.toml .clippy.toml rustfmt.toml build.rs deny.toml .config/nextest.toml .golangci.yml staticcheck.conf go.mod
  go.work .clang-tidy src/.clang-format CMakeLists.txt checkstyle.xml detekt.yml .scalafmt.conf Directory.Build.props .globalconfig app/app.csproj .editorconfig
  .rubocop.yml .rubocop_todo.yml .rspec Rakefile phpunit.xml.dist phpstan.neon psalm.xml .php-cs-fixer.dist.php .credo.exs .swiftlint.yml analysis_options.yaml
  typos.toml _typos.toml .vale.ini lychee.toml .trivyignore .checkov.yaml .semgrepignore .semgrep/rules.yml .gitleaks.toml .gitleaksignore .hadolint.yaml .shellcheckrc
  .github/actionlint.yaml .actionlintrc .tflint.hcl .gitignore src/.gitignore .gitattributes .pre-commit-config.yaml lefthook-local.yml .ignore .fdignore .rgignore`.split(
    /\s+/,
  ),
)('%s decides about checks', (path) => expect(isProtected(path)).toBe(true))

test.each([
  'src/index.ts',
  'src/config.ts',
  'README.md',
  'src/setup.ts',
  'lib/rc.py',
  'Dockerfile',
  'docker-compose.yml',
  'src/build.ts',
  'scripts/deploy.sh',
  'src/tasks.ts',
])('%s is code like any other', (path) => expect(isProtected(path)).toBe(false))

test('an agent that writes tests may change tests, and neither fixtures of settings nor programs of the checks', async () => {
  const forTests = matcherFor(allButTests(['test/run.mjs']), await globLibrary())
  expect(['test/a.test.ts', 'src/a_test.go', 'test/run.mjs', 'test/tsconfig.json', 'src/a.ts'].map(forTests)).toEqual([false, false, true, true, true])
})
