/** Every parser, by the name that configuration uses. */
import type { ParserName, PluginName } from '../../model/task.ts'
import { actionlint } from './actionlint.ts'
import { banditJson } from './bandit-json.ts'
import { biomeJson } from './biome-json.ts'
import { cargoJson } from './cargo-json.ts'
import { checkstyle } from './checkstyle.ts'
import { codespell } from './codespell.ts'
import { eslintJson } from './eslint-json.ts'
import { fileList } from './file-list.ts'
import { gitleaksJson } from './gitleaks-json.ts'
import { gnu } from './gnu.ts'
import { goTestJson } from './go-test-json.ts'
import { go } from './go.ts'
import { hadolintJson } from './hadolint-json.ts'
import { junit } from './junit.ts'
import { jestJson, vitestJson } from './jest-json.ts'
import { knipJson } from './knip-json.ts'
import { lines } from './lines.ts'
import { markdownlint } from './markdownlint.ts'
import { mypy } from './mypy.ts'
import { none } from './none.ts'
import { npmAuditJson } from './npm-audit-json.ts'
import { oxlintJson } from './oxlint-json.ts'
import type { Parser } from './parser.ts'
import { pipAuditJson } from './pip-audit-json.ts'
import { pyrightJson } from './pyright-json.ts'
import { ruffJson } from './ruff-json.ts'
import { sarif } from './sarif.ts'
import { semgrepJson } from './semgrep-json.ts'
import { shellcheckJson } from './shellcheck-json.ts'
import { staticcheckJson } from './staticcheck-json.ts'
import { stylelintJson } from './stylelint-json.ts'
import { tsc } from './tsc.ts'

export const parsers = {
  lines,
  gnu,
  tsc,
  'eslint-json': eslintJson,
  'biome-json': biomeJson,
  'oxlint-json': oxlintJson,
  'stylelint-json': stylelintJson,
  markdownlint,
  'knip-json': knipJson,
  'vitest-json': vitestJson,
  'jest-json': jestJson,
  'npm-audit-json': npmAuditJson,
  'file-list': fileList,
  'ruff-json': ruffJson,
  mypy,
  'cargo-json': cargoJson,
  go,
  'go-test-json': goTestJson,
  actionlint,
  sarif,
  junit,
  checkstyle,
  'pyright-json': pyrightJson,
  'bandit-json': banditJson,
  'pip-audit-json': pipAuditJson,
  codespell,
  'shellcheck-json': shellcheckJson,
  'hadolint-json': hadolintJson,
  'gitleaks-json': gitleaksJson,
  'semgrep-json': semgrepJson,
  'staticcheck-json': staticcheckJson,
  none,
} as const satisfies Record<ParserName, Parser>

export type ParserOf = (name: ParserName | PluginName) => Parser | undefined

export const builtInParser: ParserOf = (name) => (Object.hasOwn(parsers, name) ? parsers[name as ParserName] : undefined)

/** A part of one of these says nothing: half a document cannot be read. */
const neededWhole: ReadonlySet<ParserName> = new Set([
  'eslint-json',
  'biome-json',
  'oxlint-json',
  'stylelint-json',
  'knip-json',
  'vitest-json',
  'jest-json',
  'npm-audit-json',
  'ruff-json',
  'cargo-json',
  'go-test-json',
  'sarif',
  'junit',
  'checkstyle',
  'pyright-json',
  'bandit-json',
  'pip-audit-json',
  'shellcheck-json',
  'hadolint-json',
  'gitleaks-json',
  'semgrep-json',
  'staticcheck-json',
])

/** With an exit code of 0 their errors are meant to pass: ruff, bandit and hadolint have a flag for that, knip and npm audit list also what their settings let pass. */
const settled: ReadonlySet<ParserName> = new Set(['bandit-json', 'hadolint-json', 'knip-json', 'npm-audit-json', 'ruff-json'])

/** Reports whose own errors outweigh an exit code of 0, which a wrapper (`|| true`) may have made, or a tool that fails only when it is told to. */
const outweighingPass: ReadonlySet<ParserName> = new Set([...neededWhole].filter((name) => !settled.has(name)))

const isOfPlugin = (name: ParserName | PluginName): name is PluginName => name.includes('/')

/** What a plugin makes of a part nobody knows: it gets all. */
export const isNeededWhole = (name: ParserName | PluginName): boolean => isOfPlugin(name) || neededWhole.has(name)

export const isOutweighingPass = (name: ParserName | PluginName): boolean => isOfPlugin(name) || outweighingPass.has(name)
