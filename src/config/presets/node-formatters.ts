/** The formatters of the JavaScript world that pawl knows by name; Biome, which also lints, is one of them. */
import { base, componentEndings, one, scriptEndings, type NodeTool } from './node-tool.ts'

const biomeEndings = [...scriptEndings, ...componentEndings, 'json', 'jsonc', 'css', 'graphql', 'gql', 'html']
const biome = (name: string, word: string, mendingWord: string, kind: 'lint' | 'format'): NodeTool => ({
  ...base,
  name,
  program: 'biome',
  lead: [word],
  packages: ['@biomejs/biome'],
  kind,
  endings: biomeEndings,
  whole: ['.'],
  configs: ['biome.json', 'biome.jsonc', '.biome.json', '.biome.jsonc'],
  valued: ['--config-path', '--max-diagnostics', '--diagnostic-level', '--reporter', '--only', '--skip', '--colors'],
  bare: ['--no-errors-on-unmatched', '--error-on-warnings', '--files-ignore-unknown', '--verbose', '--linter-enabled=false', '--formatter-enabled=false'],
  mends: ['--write', '--fix', '--apply', '--apply-unsafe', '--unsafe'],
  never: ['--watch', '--staged', '--changed', '--since', '--stdin-file-path'],
  replaced: ['--reporter'],
  machine: ['--reporter=json', '--no-errors-on-unmatched'],
  fix: { lead: [mendingWord], flags: ['--write'] },
  judge: { parser: 'biome-json', ...one },
  reads: ['**/biome.json', '**/biome.jsonc', '**/package.json', '.editorconfig', '**/.gitignore'],
})

/** 2 as soon as a file cannot be parsed: such files are named, and so are those that are not formatted. */
const syntaxToo = { exits: { pass: [0], findings: [1, 2] } }

const prettier: NodeTool = {
  ...base,
  name: 'prettier',
  program: 'prettier',
  packages: ['prettier'],
  kind: 'format',
  key: 'prettier',
  endings: [...scriptEndings, 'vue', 'json', 'jsonc', 'json5', 'css', 'scss', 'less', 'html', 'md', 'mdx', 'yml', 'yaml', 'graphql', 'gql', 'hbs'],
  configs: ['.prettierrc', '.prettierrc.{json,json5,yml,yaml,toml,js,cjs,mjs,ts,cts,mts}', 'prettier.config.{js,cjs,mjs,ts,cts,mts}'],
  valued: [
    '--config',
    '--ignore-path',
    '--plugin',
    '--log-level',
    '--loglevel',
    '--cache-location',
    '--cache-strategy',
    '--parser',
    '--print-width',
    '--tab-width',
    '--trailing-comma',
    '--end-of-line',
  ],
  bare: [
    '--ignore-unknown',
    '-u',
    '--cache',
    '--no-config',
    '--no-editorconfig',
    '--no-error-on-unmatched-pattern',
    '--with-node-modules',
    '--single-quote',
    '--no-semi',
  ],
  mends: ['--write', '-w'],
  never: ['--stdin-filepath', '--find-config-path', '--file-info', '--support-info', '--version', '--help'],
  replaced: ['--check', '-c', '--list-different', '-l'],
  machine: ['--list-different'],
  fix: { lead: [], flags: ['--write'] },
  judge: { parser: 'file-list', ...syntaxToo },
  reads: ['**/.prettierrc*', '**/prettier.config.*', '**/.prettierignore', '**/.editorconfig', '**/package.json', '**/.gitignore'],
}

const oxfmt: NodeTool = {
  ...base,
  name: 'oxfmt',
  program: 'oxfmt',
  packages: ['oxfmt'],
  kind: 'format',
  endings: prettier.endings,
  whole: ['.'],
  configs: ['.oxfmtrc.json', '.oxfmtrc.jsonc', 'oxfmt.config.ts'],
  valued: ['-c', '--config', '--ignore-path', '--threads'],
  bare: ['--no-error-on-unmatched-pattern', '--with-node-modules'],
  mends: ['--write'],
  never: ['--init', '--lsp', '--migrate', '--stdin-filepath', '--version', '--help'],
  replaced: ['--check', '--list-different'],
  machine: ['--list-different'],
  fix: { lead: [], flags: [] },
  judge: { parser: 'file-list', ...syntaxToo },
  reads: ['**/.oxfmtrc*', '**/.prettierignore', '**/.editorconfig', '**/.gitignore'],
}

const dprint: NodeTool = {
  ...base,
  name: 'dprint',
  program: 'dprint',
  lead: ['check'],
  packages: ['dprint'],
  kind: 'format',
  quick: true,
  configs: ['dprint.json', 'dprint.jsonc', '.dprint.json', '.dprint.jsonc'],
  fix: { lead: ['fmt'], flags: [] },
  judge: { parser: 'none', exits: { pass: [0], findings: [20] } },
  reads: ['**/*'],
}

export const formatters: readonly NodeTool[] = [
  biome('biome', 'check', 'check', 'lint'),
  biome('biome', 'ci', 'check', 'lint'),
  biome('biome:lint', 'lint', 'lint', 'lint'),
  biome('biome:format', 'format', 'format', 'format'),
  prettier,
  oxfmt,
  dprint,
]
