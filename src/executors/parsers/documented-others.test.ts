/** Tools that no package brought to the machine of the recordings: their output as their documentation and source tell it. */
import { expect, test } from 'bun:test'
import type { Finding } from '../../model/finding.ts'
import type { ParserName } from '../../model/task.ts'
import { parsers } from './by-name.ts'
import type { ParsedOutput } from './parser.ts'

const read = (parser: ParserName, output: unknown, stderr = ''): ParsedOutput =>
  parsers[parser]({ stdout: typeof output === 'string' ? output : JSON.stringify(output), stderr })
const found = (parser: ParserName, output: unknown): readonly Finding[] => read(parser, output).findings

test('hadolint is read from its JSON; a Dockerfile that it cannot parse is an error', () => {
  expect(
    found('hadolint-json', [
      { file: 'Dockerfile', line: 3, column: 1, level: 'warning', code: 'DL3008', message: 'Pin versions in apt get install.' },
      { file: 'Dockerfile', line: 4, column: 1, level: 'info', code: 'SC2086', message: 'Double quote to prevent globbing.' },
      { file: 'b/Dockerfile', line: 1, column: 5, level: 'error', code: 'DL1000', message: "unexpected 'x'" },
    ]),
  ).toEqual([
    { file: 'Dockerfile', line: 3, column: 1, rule: 'DL3008', severity: 'warning', message: 'Pin versions in apt get install.' },
    {
      file: 'Dockerfile',
      line: 4,
      column: 1,
      rule: 'SC2086',
      severity: 'info',
      message: 'Double quote to prevent globbing.',
      suggestion: 'https://www.shellcheck.net/wiki/SC2086',
    },
    { file: 'b/Dockerfile', line: 1, column: 5, rule: 'DL1000', severity: 'error', message: "unexpected 'x'" },
  ])
  expect(read('hadolint-json', '[]')).toEqual({ findings: [] })
})

test('every known weakness of a package is a finding of pip-audit; what it left out is said', () => {
  const flask = {
    name: 'flask',
    version: '0.5',
    vulns: [
      { id: 'PYSEC-2019-179', fix_versions: ['1.0', '0.12.3'], aliases: ['CVE-2019-1010083'], description: 'Unexpected memory usage.\nMore.' },
      { id: 'PYSEC-2018-66', fix_versions: [] },
    ],
  }
  const expected: readonly Finding[] = [
    {
      rule: 'PYSEC-2019-179',
      severity: 'error',
      message: 'flask 0.5: PYSEC-2019-179 (CVE-2019-1010083): Unexpected memory usage.',
      suggestion: 'Use flask 1.0 or 0.12.3.',
    },
    { rule: 'PYSEC-2018-66', severity: 'error', message: 'flask 0.5: PYSEC-2018-66' },
  ]
  const skipped = { name: 'mine', skip_reason: 'Dependency not found on PyPI and could not be audited: mine (1.0)' }
  expect(found('pip-audit-json', { dependencies: [{ name: 'pip', version: '25.0', vulns: [] }, flask, skipped], fixes: [] })).toEqual([
    ...expected,
    { rule: 'skipped', severity: 'warning', message: 'mine was not looked at: Dependency not found on PyPI and could not be audited: mine (1.0)' },
  ])
  expect(found('pip-audit-json', [flask])).toEqual([...expected])
})

test('semgrep is read from its JSON; a rule that it cannot run makes a pass worthless, a file that it read in part does not', () => {
  const result = {
    check_id: 'python.lang.security.eval',
    path: 'a.py',
    start: { line: 3, col: 5, offset: 20 },
    end: { line: 3, col: 12, offset: 27 },
    extra: { message: 'Do not use eval.', severity: 'ERROR', fix: 'literal_eval(x)', is_ignored: false, lines: 'eval(x)' },
  }
  const ignored = { ...result, extra: { ...result.extra, is_ignored: true } }
  const low = { check_id: 'x', path: 'b.py', start: { line: 1, col: 1 }, extra: { message: 'Look.', severity: 'LOW' } }
  const torn = { code: 3, level: 'warn', type: ['PartialParsing', []], message: 'Syntax error at line b.py:9', path: 'b.py' }
  expect(read('semgrep-json', { version: '1.100.0', results: [result, ignored, low], errors: [torn], paths: { scanned: ['a.py'] } })).toEqual({
    findings: [
      {
        file: 'a.py',
        line: 3,
        column: 5,
        rule: 'python.lang.security.eval',
        severity: 'error',
        message: 'Do not use eval.',
        fixable: true,
        suggestion: 'Replace it by: literal_eval(x)',
      },
      { file: 'b.py', line: 1, column: 1, rule: 'x', severity: 'info', message: 'Look.' },
      { file: 'b.py', rule: 'PartialParsing', severity: 'warning', message: 'Syntax error at line b.py:9' },
    ],
  })
  const error = { code: 2, level: 'error', type: 'SemgrepError', message: 'Rule x is invalid' }
  expect(read('semgrep-json', { results: [], errors: [error] })).toEqual({
    findings: [{ rule: 'SemgrepError', severity: 'error', message: 'Rule x is invalid' }],
    unreadable: 'semgrep could not do all its work: Rule x is invalid',
  })
})

const secret = 'ghp_0123456789abcdef0123456789abcdef0123'

test('what gitleaks and betterleaks found is told by rule, file, line and commit; the secret stays where it is', () => {
  const leak = {
    RuleID: 'github-pat',
    Description: 'Uncovered a GitHub Personal Access Token.',
    StartLine: 7,
    EndLine: 7,
    StartColumn: 12,
    Match: `token = ${secret}`,
    Secret: secret,
    Line: `token = ${secret}`,
    File: 'src/a.py',
    Commit: '8b1a9953c4611296a827abf8c47804d7f0000000',
    Fingerprint: '8b1a:src/a.py:github-pat:7',
  }
  const second = {
    ruleID: 'github-pat',
    description: `found ${secret}`,
    match: secret,
    secret,
    location: { startLine: 2, startColumn: 3 },
    attributes: { path: 'b.py', resource: 'fs.content' },
  }
  const { findings } = read('gitleaks-json', [leak, second])
  expect(findings).toEqual([
    {
      file: 'src/a.py',
      line: 7,
      column: 12,
      rule: 'github-pat',
      severity: 'error',
      message: 'Uncovered a GitHub Personal Access Token. (commit 8b1a9953c461)',
      suggestion: 'It stays in the history: make it worthless where it was given out.',
    },
    { file: 'b.py', line: 2, column: 3, rule: 'github-pat', severity: 'error', message: 'a secret was found by the rule github-pat' },
  ])
  expect(JSON.stringify(findings)).not.toContain(secret)
  for (const nothing of ['[]', 'null']) expect(read('gitleaks-json', nothing)).toEqual({ findings: [] })
})

test('a report of gitleaks that is torn is not shown: it may hold a secret; its log is', () => {
  const torn = `[{"RuleID": "github-pat", "Secret": "${secret}"`
  expect(JSON.stringify(read('gitleaks-json', torn))).not.toContain(secret)
  expect(read('gitleaks-json', torn)).toMatchObject({ findings: [{ rule: 'unparsed', severity: 'error' }], unreadable: 'what was printed is not JSON' })
  expect(read('gitleaks-json', '', '10:00 FTL unable to load gitleaks config\n')).toMatchObject({
    findings: [{ rule: 'unparsed', message: '10:00 FTL unable to load gitleaks config' }],
  })
})

test('mypy is read from the JSON that it can print since version 1.11', () => {
  const line = (rest: object): string =>
    JSON.stringify({ file: 'a.py', line: 3, column: 4, message: 'Bad', hint: null, code: 'arg-type', severity: 'error', ...rest })
  expect(found('mypy', [line({ hint: 'Use int' }), line({ line: 9, column: -1, code: null, severity: 'note' })].join('\n'))).toEqual([
    { file: 'a.py', line: 3, column: 5, rule: 'arg-type', severity: 'error', message: 'Bad', suggestion: 'Use int' },
    { file: 'a.py', line: 9, severity: 'info', message: 'Bad' },
  ])
})

test('ty is read from its short lines', () => {
  expect(found('gnu', 'src/a.py:3:5: error[unresolved-import] Cannot resolve imported module `y`\nFound 1 diagnostic\n')).toEqual([
    { file: 'src/a.py', line: 3, column: 5, rule: 'unresolved-import', severity: 'error', message: 'Cannot resolve imported module `y`' },
  ])
})

test('codespell says why it would not write a word, and may judge names of files', () => {
  expect(found('codespell', 'a.c:3: clas ==> class | disabled because of name clash in c++\n./recieve.md: recieve ==> receive\nWARNING: x\n')).toEqual([
    { file: 'a.c', line: 3, rule: 'spelling', severity: 'error', message: 'clas ==> class (disabled because of name clash in c++)', suggestion: 'class' },
    { file: './recieve.md', rule: 'spelling', severity: 'error', message: 'recieve ==> receive', fixable: true, suggestion: 'receive' },
  ])
})
