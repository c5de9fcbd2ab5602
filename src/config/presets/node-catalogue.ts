/** The JavaScript tools that pawl knows by name: what they read, how they say what they found, how they mend it. */
import type { CheckConfig } from '../shape.ts'

export type NodeTool = {
  /** Name of the check. */
  readonly name: string
  readonly program: string
  /** Words that must follow the program: "check" of `biome check`. */
  readonly lead: readonly string[]
  readonly packages: readonly string[]
  /** Globs, in the root, of files that configure it. */
  readonly configs: readonly string[]
  /** Key of package.json that configures it. */
  readonly key?: string
  readonly kind: 'lint' | 'format' | 'types' | 'test'
  /** Endings of files it can be given one by one; empty: it always judges the whole. */
  readonly endings: readonly string[]
  /** What it judges when no path is named; undefined: nothing. */
  readonly whole?: readonly string[]
  /** Flags followed by a value, and flags that are not: needed to tell paths from values. */
  readonly valued: readonly string[]
  readonly bare: readonly string[]
  /** Flags that make it write. */
  readonly mends: readonly string[]
  /** Words and flags that make it no check at all. */
  readonly never: readonly string[]
  /** Valued flags and bare flags that `machine` replaces. */
  readonly replaced: readonly string[]
  /** Added so that pawl can read the answer. */
  readonly machine: readonly string[]
  /** What takes the place of `lead` and is added for mending. */
  readonly fix?: { readonly lead: readonly string[]; readonly flags: readonly string[] }
  readonly judge: Pick<CheckConfig, 'parser' | 'exits' | 'failsOnOutput' | 'severity'>
  /** Further inputs than the files it judges and its own configs. */
  readonly reads: readonly string[]
}

const scriptEndings = ['js', 'mjs', 'cjs', 'jsx', 'ts', 'mts', 'cts', 'tsx']
const componentEndings = ['vue', 'svelte', 'astro']
const typeReads = ['**/tsconfig*.json', '**/jsconfig.json', '**/*.d.{ts,mts,cts}', '**/package.json']
const one = { exits: { pass: [0], findings: [1] } }
const base = { lead: [], configs: [], valued: [], bare: [], mends: [], never: [], replaced: [], machine: [], reads: [], endings: [] } satisfies Partial<NodeTool>

const eslint: NodeTool = {
  ...base, name: 'eslint', program: 'eslint', packages: ['eslint'], kind: 'lint', key: 'eslintConfig', endings: [...scriptEndings, ...componentEndings], whole: ['.'],
  configs: ['eslint.config.{js,mjs,cjs,ts,mts,cts}', '.eslintrc', '.eslintrc.{js,cjs,json,yml,yaml}'],
  valued: ['--ext', '-c', '--config', '--rulesdir', '--plugin', '--rule', '--parser', '--parser-options', '--resolve-plugins-relative-to', '--ignore-path', '--ignore-pattern', '--max-warnings', '--cache-location', '--cache-file', '--cache-strategy', '--env', '--global', '--report-unused-disable-directives-severity', '--fix-type', '--flag', '--concurrency', '--suppressions-location', '-f', '--format'],
  bare: ['--cache', '--quiet', '--no-eslintrc', '--no-config-lookup', '--no-ignore', '--no-error-on-unmatched-pattern', '--report-unused-disable-directives', '--color', '--no-color', '--no-inline-config', '--no-warn-ignored', '--pass-on-no-patterns', '--exit-on-fatal-error', '--stats'],
  mends: ['--fix'], never: ['--init', '--fix-dry-run', '--inspect-config', '--print-config', '-o', '--output-file', '--version', '--help', '--suppress-all', '--prune-suppressions', '--stdin'], replaced: ['-f', '--format'], machine: ['--format', 'json'],
  fix: { lead: [], flags: ['--fix'] }, judge: { parser: 'eslint-json', ...one }, reads: ['**/.eslintrc*', '.eslintignore', '**/*.json', ...typeReads],
}

const xo: NodeTool = {
  ...base, name: 'xo', program: 'xo', packages: ['xo'], kind: 'lint', key: 'xo', endings: scriptEndings, whole: [], configs: ['xo.config.{js,cjs,mjs,ts}', '.xo-config', '.xo-config.{json,js,cjs}'],
  mends: ['--fix'], never: ['--print-config', '--version', '--help', '--stdin'], replaced: ['--reporter'], valued: ['--reporter'], machine: ['--reporter=json'], fix: { lead: [], flags: ['--fix'] }, judge: { parser: 'eslint-json', ...one }, reads: ['**/*.json', ...typeReads],
}

const oxlint: NodeTool = {
  ...base, name: 'oxlint', program: 'oxlint', packages: ['oxlint'], kind: 'lint', endings: [...scriptEndings, ...componentEndings], whole: ['.'], configs: ['.oxlintrc.json', '.oxlintrc.jsonc', 'oxlint.config.ts'],
  valued: ['-c', '--config', '--tsconfig', '-A', '--allow', '-D', '--deny', '-W', '--warn', '--max-warnings', '--ignore-path', '--ignore-pattern', '--threads', '-f', '--format'],
  bare: ['--quiet', '--deny-warnings', '--type-aware', '--type-check', '--import-plugin', '--react-plugin', '--vitest-plugin', '--jest-plugin', '--no-ignore', '--no-error-on-unmatched-pattern', '--report-unused-disable-directives', '--disable-nested-config'],
  mends: ['--fix', '--fix-suggestions', '--fix-dangerously'], never: ['--init', '--lsp', '--print-config', '--rules', '--version', '--help'], replaced: ['-f', '--format'], machine: ['--format=json'],
  fix: { lead: [], flags: ['--fix'] }, judge: { parser: 'oxlint-json', ...one }, reads: ['**/.oxlintrc.json', '.eslintignore', ...typeReads],
}

const biomeEndings = [...scriptEndings, ...componentEndings, 'json', 'jsonc', 'css', 'graphql', 'gql', 'html']
const biome = (name: string, word: string, mendingWord: string, kind: 'lint' | 'format'): NodeTool => ({
  ...base, name, program: 'biome', lead: [word], packages: ['@biomejs/biome'], kind, endings: biomeEndings, whole: ['.'], configs: ['biome.json', 'biome.jsonc', '.biome.json', '.biome.jsonc'],
  valued: ['--config-path', '--max-diagnostics', '--diagnostic-level', '--reporter', '--only', '--skip', '--colors'], bare: ['--no-errors-on-unmatched', '--error-on-warnings', '--files-ignore-unknown', '--verbose', '--linter-enabled=false', '--formatter-enabled=false'],
  mends: ['--write', '--fix', '--apply', '--apply-unsafe', '--unsafe'], never: ['--watch', '--staged', '--changed', '--since', '--stdin-file-path'], replaced: ['--reporter'], machine: ['--reporter=json', '--no-errors-on-unmatched'],
  fix: { lead: [mendingWord], flags: ['--write'] }, judge: { parser: 'biome-json', ...one }, reads: ['**/biome.json', '**/biome.jsonc', '**/package.json', '.editorconfig', '**/.gitignore'],
})

const prettier: NodeTool = {
  ...base, name: 'prettier', program: 'prettier', packages: ['prettier'], kind: 'format', key: 'prettier', endings: [...scriptEndings, 'vue', 'json', 'jsonc', 'json5', 'css', 'scss', 'less', 'html', 'md', 'mdx', 'yml', 'yaml', 'graphql', 'gql', 'hbs'],
  configs: ['.prettierrc', '.prettierrc.{json,json5,yml,yaml,toml,js,cjs,mjs,ts,cts,mts}', 'prettier.config.{js,cjs,mjs,ts,cts,mts}'],
  valued: ['--config', '--ignore-path', '--plugin', '--log-level', '--loglevel', '--cache-location', '--cache-strategy', '--parser', '--print-width', '--tab-width', '--trailing-comma', '--end-of-line'],
  bare: ['--ignore-unknown', '-u', '--cache', '--no-config', '--no-editorconfig', '--no-error-on-unmatched-pattern', '--with-node-modules', '--single-quote', '--no-semi'], mends: ['--write', '-w'],
  never: ['--stdin-filepath', '--find-config-path', '--file-info', '--support-info', '--version', '--help'], replaced: ['--check', '-c', '--list-different', '-l'], machine: ['--list-different'],
  fix: { lead: [], flags: ['--write'] }, judge: { parser: 'file-list', ...one }, reads: ['**/.prettierrc*', '**/prettier.config.*', '**/.prettierignore', '**/.editorconfig', '**/package.json', '**/.gitignore'],
}

const oxfmt: NodeTool = {
  ...base, name: 'oxfmt', program: 'oxfmt', packages: ['oxfmt'], kind: 'format', endings: prettier.endings, whole: ['.'], configs: ['.oxfmtrc.json', '.oxfmtrc.jsonc', 'oxfmt.config.ts'], valued: ['-c', '--config', '--ignore-path', '--threads'], bare: ['--no-error-on-unmatched-pattern', '--with-node-modules'],
  mends: ['--write'], never: ['--init', '--lsp', '--migrate', '--stdin-filepath', '--version', '--help'], replaced: ['--check', '--list-different'], machine: ['--list-different'], fix: { lead: [], flags: [] }, judge: { parser: 'file-list', ...one }, reads: ['**/.oxfmtrc*', '**/.prettierignore', '**/.editorconfig', '**/.gitignore'],
}

const dprint: NodeTool = {
  ...base, name: 'dprint', program: 'dprint', lead: ['check'], packages: ['dprint'], kind: 'format', configs: ['dprint.json', 'dprint.jsonc', '.dprint.json', '.dprint.jsonc'], fix: { lead: ['fmt'], flags: [] },
  judge: { parser: 'none', exits: { pass: [0], findings: [20] } }, reads: ['**/*'],
}

const stylelint: NodeTool = {
  ...base, name: 'stylelint', program: 'stylelint', packages: ['stylelint'], kind: 'lint', key: 'stylelint', endings: ['css', 'scss', 'sass', 'less', 'vue', 'svelte', 'astro', 'html'], configs: ['stylelint.config.{js,mjs,cjs,ts}', '.stylelintrc', '.stylelintrc.{js,mjs,cjs,json,yml,yaml}'],
  valued: ['--config', '--ignore-path', '--ignore-pattern', '--custom-syntax', '--max-warnings', '--cache-location', '--cache-strategy', '-f', '--formatter'], bare: ['--cache', '--allow-empty-input', '--aei', '-q', '--quiet', '--color', '--no-color', '--rd', '--report-needless-disables'],
  mends: ['--fix'], never: ['--print-config', '-o', '--output-file', '--stdin', '--version', '--help'], replaced: ['-f', '--formatter'], machine: ['--formatter', 'unix'], fix: { lead: [], flags: ['--fix'] }, judge: { parser: 'gnu', exits: { pass: [0], findings: [2] } }, reads: ['.stylelintignore', '**/package.json'],
}

const markdownlint: NodeTool = {
  ...base, name: 'markdownlint', program: 'markdownlint-cli2', packages: ['markdownlint-cli2'], kind: 'lint', endings: ['md', 'markdown'], configs: ['.markdownlint-cli2.{jsonc,yaml,cjs,mjs}', '.markdownlint.{jsonc,json,yaml,yml,cjs,mjs}'], valued: ['--config'], bare: ['--no-globs'],
  mends: ['--fix'], never: ['--help', '--format'], fix: { lead: [], flags: ['--fix'] }, judge: { parser: 'gnu', ...one }, reads: ['**/.markdownlint*', '**/package.json'],
}

const standard: NodeTool = { ...base, name: 'standard', program: 'standard', packages: ['standard'], kind: 'lint', endings: scriptEndings, whole: [], mends: ['--fix'], never: ['--stdin'], fix: { lead: [], flags: ['--fix'] }, judge: { parser: 'gnu', ...one }, reads: ['**/package.json', '.gitignore'] }
const knip: NodeTool = { ...base, name: 'knip', program: 'knip', packages: ['knip'], kind: 'lint', key: 'knip', configs: ['knip.{json,jsonc,js,ts}', '.knip.{json,jsonc}', 'knip.config.{js,ts}'], mends: ['--fix', '--fix-type', '--allow-remove-files'], never: ['--watch', '--help'], judge: { parser: 'none', ...one }, reads: ['**/*'] }
const cspell: NodeTool = { ...base, name: 'cspell', program: 'cspell', packages: ['cspell'], kind: 'lint', configs: ['cspell.{json,jsonc,yaml,yml,toml}', '.cspell.{json,jsonc,yaml,yml,toml}', 'cspell.config.{json,js,mjs,cjs,yaml,yml,toml,ts}'], never: ['init', 'trace', 'check', 'suggestions'], judge: { parser: 'gnu', ...one, severity: 'advisory' }, reads: ['**/*'] }

const compiler = (name: string, program: string, packages: readonly string[]): NodeTool => ({
  ...base, name, program, packages, kind: 'types', configs: ['tsconfig.json'], never: ['-w', '--watch', '--init', '--showConfig', '--emitDeclarationOnly', '--listFiles', '--clean', '--version', '-v', '--help'], replaced: ['--pretty'], machine: ['--pretty', 'false'],
  judge: { parser: 'tsc', exits: { pass: [0], findings: [1, 2] } }, reads: [`**/*.{${[...scriptEndings, ...componentEndings, 'json'].join(',')}}`],
})

const runner = (name: string, program: string, packages: readonly string[], more: Partial<NodeTool> = {}): NodeTool => ({
  ...base, name, program, packages, kind: 'test' as const, judge: { parser: 'none' as const, ...one }, reads: ['**/*'], never: ['-w', '--watch', '--watchAll', '-u', '--update', '--updateSnapshot', '--update-snapshots', '-U', '--ui', '--help', '--version'], ...more,
})

/** Their exit code is the number of failed tests. */
const counting: Partial<NodeTool> = { judge: { parser: 'none', exits: { pass: [0], findings: 'other' } } }

/** Order counts where several tools have one program: the first whose `lead` fits. */
export const nodeTools: readonly NodeTool[] = [
  biome('biome', 'check', 'check', 'lint'), biome('biome', 'ci', 'check', 'lint'), biome('biome:lint', 'lint', 'lint', 'lint'), biome('biome:format', 'format', 'format', 'format'),
  prettier, oxfmt, dprint, eslint, oxlint, xo, standard, stylelint, markdownlint, knip, cspell,
  compiler('tsc', 'tsc', ['typescript']), compiler('tsgo', 'tsgo', ['@typescript/native-preview']), compiler('vue-tsc', 'vue-tsc', ['vue-tsc']),
  runner('vitest', 'vitest', ['vitest'], { configs: ['vitest.config.{js,mjs,cjs,ts,mts,cts}', 'vitest.workspace.{js,ts,json}'], never: ['watch', 'dev', 'bench', 'list', 'init', '-w', '--watch', '-u', '--update', '--ui', '--help', '--version'] }),
  runner('jest', 'jest', ['jest'], { configs: ['jest.config.{js,mjs,cjs,ts,json}'], key: 'jest' }),
  runner('node-test', 'node', []), runner('bun-test', 'bun', [], { lead: ['test'], ...counting }),
  runner('mocha', 'mocha', ['mocha'], counting), runner('ava', 'ava', ['ava']), runner('tap', 'tap', ['tap'], counting), runner('uvu', 'uvu', ['uvu']),
  runner('playwright', 'playwright', ['@playwright/test'], { lead: ['test'] }),
]
