/** The compilers and test runners of the JavaScript world that pawl knows by name. They always judge the whole. */
import { base, componentEndings, one, scriptEndings, type NodeTool } from './node-tool.ts'

const compiler = (name: string, program: string, packages: readonly string[]): NodeTool => ({
  ...base,
  name,
  program,
  packages,
  kind: 'types',
  configs: ['tsconfig.json'],
  never: ['-w', '--watch', '--init', '--showConfig', '--emitDeclarationOnly', '--listFiles', '--clean', '--version', '-v', '--help'],
  replaced: ['--pretty'],
  machine: ['--pretty', 'false'],
  // 4: projects that refer to each other in a circle.
  judge: { parser: 'tsc', exits: { pass: [0], findings: [1, 2, 4] } },
  reads: [`**/*.{${[...scriptEndings, ...componentEndings, 'json'].join(',')}}`],
})

const runner = (name: string, program: string, packages: readonly string[], more: Partial<NodeTool> = {}): NodeTool => ({
  ...base,
  name,
  program,
  packages,
  kind: 'test' as const,
  judge: { parser: 'gnu' as const, ...one },
  reads: ['**/*'],
  never: ['-w', '--watch', '--watchAll', '-u', '--update', '--updateSnapshot', '--update-snapshots', '-U', '--ui', '--help', '--version'],
  ...more,
})

/** Their exit code is the number of failed tests. */
const counting: Partial<NodeTool> = { judge: { parser: 'gnu', exits: { pass: [0], findings: 'other' } } }

export const runners: readonly NodeTool[] = [
  compiler('tsc', 'tsc', ['typescript']),
  compiler('tsgo', 'tsgo', ['@typescript/native-preview']),
  compiler('vue-tsc', 'vue-tsc', ['vue-tsc']),
  runner('vitest', 'vitest', ['vitest'], {
    configs: ['vitest.config.{js,mjs,cjs,ts,mts,cts}', 'vitest.workspace.{js,ts,json}'],
    never: ['watch', 'dev', 'bench', 'list', 'init', '-w', '--watch', '-u', '--update', '--ui', '--help', '--version'],
  }),
  runner('jest', 'jest', ['jest'], { configs: ['jest.config.{js,mjs,cjs,ts,json}'], key: 'jest' }),
  runner('node-test', 'node', []),
  runner('bun-test', 'bun', [], { lead: ['test'], ...counting }),
  runner('mocha', 'mocha', ['mocha'], counting),
  runner('ava', 'ava', ['ava']),
  runner('tap', 'tap', ['tap'], counting),
  runner('uvu', 'uvu', ['uvu']),
  runner('playwright', 'playwright', ['@playwright/test'], { lead: ['test'] }),
]
