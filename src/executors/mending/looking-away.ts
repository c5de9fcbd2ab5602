/** The spellings by which tools are told to look away, each as its tool documents it. */

export type Sign = {
  readonly rule: string
  /** What stands at the beginning of a directive. */
  readonly pattern: RegExp
  readonly what: string
  /** After the beginning: the list of what is not to be seen, as group 1. Where there is none, everything is meant. */
  readonly list?: RegExp
  /** How much of the code it is about, by its beginning: the greater, the more. */
  readonly width?: (head: string) => number
  /** Paths of files in which it means something; absent: all. */
  readonly only?: RegExp
}

/** Until the reason that may follow. */
const names = /^[\s=:]+((?:(?!--)[\w@/.-]+(?:\s*,\s*|[ \t]+|$)?)+)/
const codes = /^\s*:\s*((?:[A-Z]+\d+[,\s]*)+)/i
const brackets = /^[^\n[]{0,12}\[([^\]\n]*)\]/
const parentheses = /^([^)\n]*)\)/
const wholeFile =
  (narrow: RegExp) =>
  (head: string): number =>
    narrow.test(head) ? 0 : 1
const oneLine = wholeFile(/line|next/i)

const typed = /\.(?:[cm]?tsx?|vue|svelte|astro)$/
const scripts = /\.(?:[cm]?[jt]sx?|vue|svelte|astro|html?)$/
const python = /\.pyi?$/

export const ignores: readonly Sign[] = [
  { rule: 'eslint-disable', pattern: /eslint-disable(?:-next-line|-line)?/g, what: 'ESLint', list: names, width: oneLine },
  {
    rule: 'eslint-disable',
    pattern: /\/[*/]\s*eslint\s[^*\n]*?:\s*\[?\s*(?:[01]|(["']?)(?:off|warn)\1)(?![\w-])|\/\*\s*(?:eslint-env|globals?|exported)\s[^*\n]*\*\//g,
    what: 'ESLint',
    only: scripts,
  },
  { rule: 'oxlint-disable', pattern: /oxlint-disable(?:-next-line|-line)?/g, what: 'oxlint', list: names, width: oneLine },
  { rule: 'biome-ignore', pattern: /biome-ignore(?:-all|-start)?\b/g, what: 'Biome', list: /^\s+([\w/]+)/, width: (head) => (/-/.test(head.slice(6)) ? 1 : 0) },
  {
    rule: 'ts-ignore',
    pattern: /@ts-(?:ignore|expect-error|nocheck)\b/g,
    what: 'TypeScript',
    width: (head) => ['expect-error', 'ignore', 'nocheck'].findIndex((word) => head.includes(word)),
  },
  {
    rule: 'type-escape',
    pattern:
      /\bas\s+any\b(?!\s+(?!as\b|extends\b|satisfies\b)[a-z])|\bas\s+(?:unknown\s+as|never)\b(?!\s+[a-z])|[<,|]\s*any\s*[>,|[]|:\s*any\b(?!\s+[a-z])|\bas\s+unknown\s+as\b/gm,
    what: 'TypeScript, by a type that fits all,',
    only: typed,
  },
  { rule: 'type-escape', pattern: /\bcast\(\s*["']?(?:typing\.)?Any\b/g, what: 'type checkers, by a cast,', only: python },
  { rule: 'flow-ignore', pattern: /\$Flow(?:FixMe|Ignore|ExpectedError|Issue)\b|@noflow\b/g, what: 'Flow' },
  { rule: 'deno-ignore', pattern: /deno-(?:lint|fmt|coverage)-ignore(?:-file)?/g, what: 'Deno', list: names, width: (head) => (head.includes('file') ? 1 : 0) },
  { rule: 'older-lint', pattern: /tslint:disable|js(?:hint|cs)\s+(?:ignore|-W\d+)|jscs:\s*disable|rslint-disable/g, what: 'a linter' },
  { rule: 'prettier-ignore', pattern: /(?:prettier|dprint)-ignore(?:-start|-file)?\b/g, what: 'a formatter' },
  { rule: 'stylelint-disable', pattern: /stylelint-disable(?:-next-line|-line)?/g, what: 'Stylelint', list: names, width: oneLine },
  {
    rule: 'markdownlint-disable',
    pattern: /markdownlint-(?:disable(?:-next-line|-line|-file)?|configure-file)/g,
    what: 'markdownlint',
    list: names,
    width: oneLine,
  },
  {
    rule: 'prose-disable',
    pattern: /<!--\s*(?:vale\s+(?:off|\S+\s*=\s*NO)|textlint-disable|lint\s+(?:disable|ignore)|pyml\s+disable|mdformat\s+off)/g,
    what: 'a linter of texts',
  },
  {
    rule: 'coverage-ignore',
    pattern:
      /(?:istanbul|c8|v8|node:coverage)\s+ignore|node:coverage\s+disable|pragma:\s*no\s*(?:cover|branch)|:nocov:|LCOV_EXCL|GCOVR?_EXCL|@codeCoverageIgnore|\[ExcludeFromCodeCoverage|#!?\[\s*(?:coverage\s*\(\s*off|cfg_attr\([^\n]*coverage)|\bcoverage:ignore/g,
    what: 'coverage',
  },
  {
    rule: 'noqa',
    pattern: /(?:#|--)\s*(?:flake8:\s*|ruff:\s*)?noqa\b/gi,
    what: 'flake8, Ruff and SQLFluff',
    list: codes,
    width: (head) => (/flake8|ruff/i.test(head) ? 1 : 0),
  },
  { rule: 'ruff-disable', pattern: /#\s*ruff\s*:\s*(?:disable|ignore|file-ignore)/g, what: 'Ruff', list: brackets },
  {
    rule: 'type-ignore',
    pattern:
      /#\s*(?:type|pyright|ty|pyrefly)\s*:\s*ignore|#\s*pyre-(?:ignore|fixme)(?:-all-errors)?|#\s*pytype:\s*(?:disable|skip-file)|@(?:typing\.)?no_type_check\w*/g,
    what: 'type checkers',
    list: /^\[([^\]\n]*)\]/,
  },
  {
    rule: 'type-setting',
    pattern: /#\s*(?:mypy\s*:\s*(?!strict\b)|pyright\s*:\s*(?!strict\s*$|ignore)|pyre-(?:unsafe|placeholder-stub))/gm,
    what: 'type checkers',
  },
  { rule: 'pylint-disable', pattern: /#\s*pylint:\s*(?:disable(?:-next)?|skip-file)/g, what: 'Pylint', list: names },
  { rule: 'nosec', pattern: /#\s*nosec\b|\bgosec:disable\b/gi, what: 'Bandit and gosec', list: /^:?\s*((?:[BG]\d+[,\s]*)+)/ },
  {
    rule: 'fmt-off',
    pattern:
      /#\s*fmt:\s*(?:off|skip)\b|#\s*isort:\s*(?:skip|off|split)|#\s*yapf:\s*disable|#\s*autopep8:\s*off|rustfmt::skip|rustfmt_skip|clang-format\s+off|\bscalafmt:\s*off|@formatter:off|\{#\s*djlint:\s*off/g,
    what: 'formatters',
  },
  { rule: 'spelling-ignore', pattern: /codespell:ignore|\b(?:c?spell-?(?:check(?:er)?)?):\s?(?:disable|ignore|words?)/gi, what: 'a spelling checker' },
  { rule: 'shellcheck-disable', pattern: /#\s*shellcheck\s+disable/g, what: 'ShellCheck', list: names },
  {
    rule: 'hadolint-ignore',
    pattern: /#\s*hadolint\s+(?:global\s+)?ignore/g,
    what: 'hadolint',
    list: names,
    width: (head) => (head.includes('global') ? 1 : 0),
  },
  { rule: 'yamllint-disable', pattern: /#\s*yamllint\s+disable(?:-line|-file)?/g, what: 'yamllint', width: oneLine },
  {
    rule: 'nolint',
    pattern: /\/\/\s*(?:nolint|lint:ignore|lint:file-ignore|revive:disable|exhaustive:ignore)\b/g,
    what: 'linters of Go',
    list: /^\s*[:\s]\s*([\w,-]+)/,
    width: (head) => (head.includes('file') ? 1 : 0),
  },
  {
    rule: 'allow-attribute',
    pattern: /#!?\[\s*(?:allow|expect)\s*\(|#!?\[\s*cfg_attr\s*\([^\n]*?\ballow\s*\(/g,
    what: 'rustc and Clippy',
    list: parentheses,
    width: (head) => (head.startsWith('#!') ? 2 : head.includes('expect') ? 0 : 1),
  },
  {
    rule: 'gitleaks-allow',
    pattern: /(?:gitleaks|betterleaks):allow|trufflehog:ignore|pragma:\s*(?:allow|white)list\b|ggignore\b/g,
    what: 'a scanner for secrets',
  },
  { rule: 'nosemgrep', pattern: /nosem(?:grep)?\b/g, what: 'Semgrep', list: /^:\s*([\w.,-]+)/ },
  { rule: 'nosonar', pattern: /\bNOSONAR\b|#\s*skipcq\b|\blgtm\s*\[|\bcodeql\s*\[|deepcode\s+ignore/g, what: 'a scanner' },
  {
    rule: 'infrastructure-ignore',
    pattern: /#\s*(?:tfsec:ignore|trivy:ignore|checkov:skip|tflint-ignore|kics-scan\s+ignore|zizmor:\s*ignore)/g,
    what: 'a scanner',
  },
  { rule: 'rubocop-disable', pattern: /#\s*(?:rubocop|standard):\s*(?:disable|todo)|#\s*credo:disable|\berb_?lint:disable/g, what: 'a linter', list: names },
  { rule: 'phpcs-ignore', pattern: /phpcs:\s*(?:ignore|disable)|@phpstan-ignore|@psalm-suppress|@phan-suppress|@phpcs:?ignore/gi, what: 'a linter of PHP' },
  {
    rule: 'suppress',
    pattern:
      /@Suppress(?:Warnings|Lint|FBWarnings)?\s*\(|\bNOPMD\b|CHECKSTYLE[.:]\s*(?:OFF|SUPPRESS)|ktlint-disable|scala(?:fix|style):\s*off|#pragma\s+warning\s+(?:disable|\(\s*disable)|\bSuppressMessage\s*\(|ReSharper\s+disable|#pragma\s+(?:GCC|clang)\s+diagnostic\s+ignored|\bNOLINT(?:NEXTLINE|BEGIN)?\b|cppcheck-suppress|swiftlint:disable|\/\/\s*ignore(?:_for_file)?:/g,
    what: 'a compiler or linter',
  },
  { rule: 'editorconfig-disable', pattern: /editorconfig-checker-disable/g, what: 'editorconfig-checker' },
  {
    rule: 'generated',
    pattern: /(?:\/[*/]|[*#])\s*@generated\b|\bCode generated\b[^\n]*\bDO NOT EDIT\b|<auto-generated|\/\/\s*(?:go:build|\+build)\s+ignore\b/g,
    what: 'every tool, as of a generated file,',
  },
]

export const testFile =
  /(?:^|\/)(?:tests?|__tests__|spec|specs|e2e|cypress)\/|(?:\.|_|-)(?:test|spec|cy)\.[cm]?[jt]sx?$|(?:^|\/)test_[^/]+\.py$|_test\.(?:py|go|rb|exs?)$|(?:^|\/)conftest\.py$|_spec\.rb$|Tests?\.(?:java|kt|cs|php)$/i

export const skips: readonly Sign[] = [
  {
    rule: 'skipped-test',
    pattern:
      /\b(?:describe|it|test|suite|context|specify)(?:\.\w+)*(?:\.(?:skip|only|todo|fixme|failing|fails|skipIf|runIf)\b|\[\s*['"`](?:skip|only|todo)['"`]\s*\])|\b(?:xit|xdescribe|xtest|fit|fdescribe)\s*\(|\bpytest\.mark\.(?:skip|skipif|xfail)\b|@(?:unittest\.(?:skip|skipIf|skipUnless|expectedFailure)|Disabled|Ignore)\b|\bpytest\.(?:skip|xfail|importorskip)\s*\(|\bself\.skipTest\s*\(|\bSkipTest\b|\bt\.(?:Skip|SkipNow|Skipf)\s*\(|#\[\s*ignore\b|\bmarkTest(?:Skipped|Incomplete)\b/g,
    what: 'test runners',
  },
  {
    rule: 'skipped-test',
    pattern:
      /[{,]\s*(?:skip|todo)\s*:\s*(?:true|['"`!])|\b(?:this|t|ctx|testInfo)\.(?:skip|todo)\s*\(|\b__test__\s*=\s*False|\bcollect_ignore(?:_glob)?\b|^\s*(?:pending|skip)(?=\s+["']|\s*$)/gm,
    what: 'test runners',
    only: testFile,
  },
]

/** By these a file asks to be checked. */
export const askings = /@ts-check\b|(?<=[/*#\s])@flow\b|#\s*(?:mypy|pyright)\s*:\s*strict\b|#\s*typed:\s*(?:true|strict|strong)/g

/** What has such a name is text that tools read. */
export const codeFile =
  /\.(?:[cm]?[jt]sx?|vue|svelte|astro|pyi?|rb|rs|go|java|kts?|cs|c|cc|cpp|h|hpp|php|swift|dart|sh|s?css|html?|md|ya?ml|toml|json|sql|tf)$/i
