/** Finds what an edit silences instead of solving: new ignores, skipped tests, asserts and tests that are gone. */
import type { Finding } from '../../model/finding.ts'
import type { ProposedFile } from '../../model/proposal.ts'

type Sign = { readonly rule: string; readonly pattern: RegExp; readonly what: string }

/** Comments and attributes by which tools are told to look away. Each is the documented spelling of its tool. */
const ignores: readonly Sign[] = [
  { rule: 'eslint-disable', pattern: /eslint-disable(?:-next-line|-line)?|\/[*/]\s*eslint\s+[\w@/-]+\s*:\s*(?:0|"off"|'off'|off)(?!\w)/g, what: 'ESLint' },
  { rule: 'oxlint-disable', pattern: /oxlint-disable(?:-next-line|-line)?/g, what: 'oxlint' },
  { rule: 'biome-ignore', pattern: /biome-ignore(?:-all|-start)?\b/g, what: 'Biome' },
  { rule: 'ts-ignore', pattern: /@ts-(?:ignore|expect-error|nocheck)\b/g, what: 'TypeScript' },
  { rule: 'type-escape', pattern: /\bas\s+any\b(?=\s*[;,)\]}.]|\s*$)|\bas\s+unknown\s+as\b|<any>/gm, what: 'TypeScript, by a cast,' },
  { rule: 'prettier-ignore', pattern: /prettier-ignore(?:-start)?\b/g, what: 'Prettier' },
  { rule: 'stylelint-disable', pattern: /stylelint-disable(?:-next-line|-line)?/g, what: 'Stylelint' },
  { rule: 'markdownlint-disable', pattern: /markdownlint-disable(?:-next-line|-line|-file)?/g, what: 'markdownlint' },
  { rule: 'coverage-ignore', pattern: /(?:istanbul|c8|v8|node:coverage)\s+ignore|node:coverage\s+disable|pragma:\s*no\s*(?:cover|branch)/g, what: 'coverage' },
  { rule: 'noqa', pattern: /#\s*(?:noqa|flake8:\s*noqa|ruff:\s*noqa)\b/gi, what: 'flake8 and Ruff' },
  {
    rule: 'type-ignore',
    pattern: /#\s*(?:type|pyright|mypy|ty|pyrefly)\s*:\s*ignore|#\s*mypy:\s*disable|@(?:typing\.)?no_type_check\b/g,
    what: 'type checkers',
  },
  { rule: 'pylint-disable', pattern: /#\s*pylint:\s*disable/g, what: 'Pylint' },
  { rule: 'nosec', pattern: /#\s*nosec\b/gi, what: 'Bandit and gosec' },
  { rule: 'fmt-off', pattern: /#\s*fmt:\s*(?:off|skip)\b|#\s*isort:\s*skip|rustfmt::skip|rustfmt_skip/g, what: 'formatters' },
  { rule: 'codespell-ignore', pattern: /codespell:ignore/g, what: 'codespell' },
  { rule: 'shellcheck-disable', pattern: /#\s*shellcheck\s+disable/g, what: 'ShellCheck' },
  { rule: 'hadolint-ignore', pattern: /#\s*hadolint\s+(?:global\s+)?ignore/g, what: 'hadolint' },
  { rule: 'yamllint-disable', pattern: /#\s*yamllint\s+disable/g, what: 'yamllint' },
  { rule: 'nolint', pattern: /\/\/\s*(?:nolint|lint:ignore|lint:file-ignore)\b/g, what: 'golangci-lint and staticcheck' },
  { rule: 'allow-attribute', pattern: /#!?\[\s*(?:allow|expect)\s*\(/g, what: 'rustc and Clippy' },
  { rule: 'gitleaks-allow', pattern: /(?:gitleaks|betterleaks):allow/g, what: 'gitleaks' },
  { rule: 'nosemgrep', pattern: /nosem(?:grep)?\b/g, what: 'Semgrep' },
  { rule: 'nosonar', pattern: /\bNOSONAR\b/g, what: 'Sonar' },
]

const skips: Sign = {
  rule: 'skipped-test',
  pattern:
    /\b(?:describe|it|test|suite|context)\.(?:skip|only|todo|fixme|failing|skipIf|runIf)\b|\b(?:xit|xdescribe|xtest|fit|fdescribe)\s*\(|\{\s*(?:skip|todo)\s*:\s*(?:true|['"`])|@(?:pytest\.mark\.(?:skip|skipif|xfail)|unittest\.(?:skip|skipIf|skipUnless|expectedFailure)|Disabled|Ignore)\b|\bpytest\.(?:skip|xfail|importorskip)\s*\(|\bself\.skipTest\s*\(|\bt\.(?:Skip|SkipNow|Skipf)\s*\(|#\[\s*ignore\b/g,
  what: 'test runners',
}

const asserts = /\b(?:expect|assert\w*|should|require)\b\s*[.(!]|\bassert\s|\.should\b|\bt\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)\s*\(/g
const tests = /\b(?:it|test)(?:\.(?:each|concurrent|for|skip|only|todo))?\s*[(`]|\bdef\s+test_\w+|\bfunc\s+Test\w+|#\[\s*(?:tokio::)?test\b/g
const testFile =
  /(?:^|\/)(?:tests?|__tests__|spec|specs|e2e|cypress)\/|(?:\.|_|-)(?:test|spec|cy)\.[cm]?[jt]sx?$|(?:^|\/)test_[^/]+\.py$|_test\.(?:py|go|rb|exs?)$|(?:^|\/)conftest\.py$|_spec\.rb$|Tests?\.(?:java|kt|cs)$/i

/** A file that holds tests, by the usual names. */
export const isTestFile = (path: string): boolean => testFile.test(path)

const countOf = (text: string | undefined, pattern: RegExp): number => (text === undefined ? 0 : (text.match(pattern)?.length ?? 0))

/** Over all files together: what only moved from one to another silences nothing. */
export function silencedIn(files: readonly ProposedFile[]): readonly Finding[] {
  const rise = (pattern: RegExp, some: readonly ProposedFile[]): number =>
    some.reduce((sum, file) => sum + countOf(file.after, pattern) - countOf(file.before, pattern), 0)
  const inTests = files.filter((file) => isTestFile(file.path))
  const more = (sign: Sign, text: (count: number) => string): readonly Finding[] => {
    const count = rise(sign.pattern, files)
    const where = files.find((file) => countOf(file.after, sign.pattern) > countOf(file.before, sign.pattern))
    return count <= 0 ? [] : [finding(sign.rule, text(count), where)]
  }
  const fewer = (rule: string, pattern: RegExp, what: string): readonly Finding[] => {
    const count = -rise(pattern, inTests)
    const where = inTests.find((file) => countOf(file.after, pattern) < countOf(file.before, pattern))
    return count <= 0 ? [] : [finding(rule, `${count} fewer ${what} than before`, where)]
  }
  return [
    ...ignores.flatMap((sign) => more(sign, (count) => `${count} more ${count === 1 ? 'place' : 'places'} where ${sign.what} is told to look away`)),
    ...more(skips, (count) => `${count} more ${count === 1 ? 'test is' : 'tests are'} skipped, or run alone`),
    ...fewer('deleted-test', tests, 'tests'),
    ...fewer('deleted-assert', asserts, 'asserts'),
  ]
}

function finding(rule: string, message: string, where: ProposedFile | undefined): Finding {
  return { rule: `silenced/${rule}`, severity: 'error', message, ...(where === undefined ? {} : { file: where.path }) }
}
