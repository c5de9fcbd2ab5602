/** Understands the call of a known tool in a script and turns it into a check: readable output, files one by one where it can, its fix apart. */
import type { CheckConfig, FixConfig } from '../check-shape.ts'
import { nodeTools } from './node-catalogue.ts'
import type { NodeTool } from './node-tool.ts'
import { runProgram, wantedRange, type NodeProject } from './node-project.ts'
import type { ScriptPart } from './script-words.ts'

export type Setting = {
  readonly project: NodeProject
  /** Whether the compiler writes nothing under this tsconfig. */
  readonly emitsNothing: (tsconfig: string) => boolean
  /** eslint.config.* is there: then files that it ignores can be passed over in silence. */
  readonly flatEslint: boolean
  /** What Prettier says of a file depends on that file and on settings that are plain data. */
  readonly plainPrettier: boolean
}

/** check: it judges · mend: it writes, and the config is what it would be as a check · never: it watches, serves or prints. */
export type Call = { readonly tool: NodeTool; readonly as: 'check' | 'mend' | 'never'; readonly config: CheckConfig }

/** Undefined: not a call that pawl understands completely. `judging`: the script is named as one that only judges. */
export function understand(part: ScriptPart, setting: Setting, judging: boolean): Call | undefined {
  const words = withoutRunner(part.words, setting.project)
  if (words === undefined) return undefined
  const wrapped = withoutCoverage(words)
  const found = toolOf(wrapped.words)
  if (found === undefined) return undefined
  const { tool, args, mending } = found
  if (args.some((arg) => tool.never.includes(arg.split('=')[0] ?? ''))) return { tool, as: 'never', config: {} }
  if (tool.kind === 'types' && !judging && !isPure(args, setting)) return undefined
  if (tool.name === 'prettier' && !args.some((arg) => tool.replaced.includes(arg) || tool.mends.includes(arg))) return undefined
  const split = splitArguments(tool, tool.name === 'vitest' ? onceOnly(args) : args)
  const as = mending || split.mends || (tool.name === 'oxfmt' && !args.some((arg) => tool.replaced.includes(arg))) ? 'mend' : 'check'
  const config = part.globbed ? throughShell(part, tool, split, setting) : direct(wrapped.wrapper, tool, split, setting)
  if (config === undefined) return undefined
  const env = part.globbed || Object.keys(part.env).length === 0 ? {} : { env: { ...part.env } }
  return { tool, as, config: { ...config, ...env, ...common(tool, split, setting.project) } }
}

/** The check of a tool that only its configuration file speaks for. */
export function unscripted(tool: NodeTool, args: readonly string[], setting: Setting): CheckConfig {
  const split = splitArguments(tool, args)
  return { ...direct([], tool, split, setting), ...common(tool, split, setting.project) }
}

/** "npx --no-install eslint ." → "eslint ."; undefined when npx might fetch what nobody installed. */
function withoutRunner(words: readonly string[], project: NodeProject): readonly string[] | undefined {
  const [first, second] = words
  const fetching = first === 'npx' || first === 'bunx' ? 1 : (first === 'bun' && second === 'x') || (first === 'npm' && second === 'exec') ? 2 : 0
  if (fetching > 0) {
    const rest = words.slice(fetching)
    const start = rest.findIndex((word) => !['--no', '--no-install', '--', '-y', '--yes'].includes(word))
    const program = rest[start]
    const isKnown = nodeTools.some((tool) => tool.program === program && tool.packages.some((name) => wantedRange(project, name) !== undefined))
    return isKnown ? rest.slice(start) : undefined
  }
  if ((first === 'pnpm' || first === 'yarn') && second === 'exec') return words.slice(words[2] === '--' ? 3 : 2)
  if ((first === 'pnpm' || first === 'yarn') && nodeTools.some((tool) => tool.program === second && tool.packages.length > 0)) return words.slice(1)
  return words
}

/** `c8 mocha` is mocha; c8 stays in front of it. */
function withoutCoverage(words: readonly string[]): { readonly wrapper: readonly string[]; readonly words: readonly string[] } {
  if (words[0] !== 'c8' && words[0] !== 'nyc') return { wrapper: [], words }
  const inner = words.findIndex((word, i) => i > 0 && nodeTools.some((tool) => tool.kind === 'test' && tool.program === word))
  return inner < 0 ? { wrapper: [], words } : { wrapper: words.slice(0, inner), words: words.slice(inner) }
}

function toolOf(words: readonly string[]): { readonly tool: NodeTool; readonly args: readonly string[]; readonly mending: boolean } | undefined {
  const starts = (lead: readonly string[]): boolean => lead.every((word, i) => words[i + 1] === word)
  for (const tool of nodeTools.filter((each) => each.program === words[0])) {
    if (tool.program === 'node')
      return words.includes('--test') && !words.some((word) => /^(-e|-p|--eval|--print)$/.test(word))
        ? { tool, args: words.slice(1), mending: false }
        : undefined
    if (starts(tool.lead)) return { tool, args: words.slice(1 + tool.lead.length), mending: false }
    if (tool.fix !== undefined && tool.fix.lead.length > 0 && starts(tool.fix.lead)) return { tool, args: words.slice(1 + tool.fix.lead.length), mending: true }
  }
  return undefined
}

function isPure(args: readonly string[], setting: Setting): boolean {
  const flag = args.indexOf('--noEmit')
  if (flag >= 0) return args[flag + 1] !== 'false'
  if (args.includes('-b') || args.includes('--build')) return false
  const named = args.findIndex((arg) => arg === '-p' || arg === '--project')
  return setting.emitsNothing(named < 0 ? 'tsconfig.json' : (args[named + 1] ?? ''))
}

/** Vitest watches when somebody sits at a terminal; a check never does. */
const onceOnly = (args: readonly string[]): readonly string[] =>
  args[0] === 'run' || args[0] === 'related' || args.includes('--run') ? args : ['run', ...args]

type Arguments = {
  readonly flags: readonly string[]
  readonly paths: readonly string[]
  readonly mends: boolean
  /** Paths and values cannot be told apart. */ readonly literal: boolean
  readonly changed: boolean
}

function splitArguments(tool: NodeTool, args: readonly string[]): Arguments {
  const flags: string[] = []
  const paths: string[] = []
  const left = { mends: false, literal: tool.endings.length === 0, changed: false }
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? ''
    const [name = ''] = arg.split('=')
    const takesNext = tool.valued.includes(name) && !arg.includes('=') && i + 1 < args.length
    if (tool.mends.includes(name)) left.mends = true
    else if (tool.replaced.includes(name)) {
      left.changed = true
      if (takesNext || (tool.kind === 'types' && /^(true|false)$/.test(args[i + 1] ?? ''))) i += 1
    } else if (takesNext) {
      flags.push(arg, args[i + 1] ?? '')
      i += 1
    } else if (arg.startsWith('-')) {
      flags.push(arg)
      const next = args[i + 1]
      if (arg === '--' || (!tool.bare.includes(name) && !arg.includes('=') && next !== undefined && !next.startsWith('-'))) left.literal = true
    } else if (left.literal) flags.push(arg)
    else paths.push(arg)
  }
  // A flag of unknown kind may have come after some paths: then nothing may change its place.
  return left.literal
    ? { ...left, flags: inOrder(args, [...flags, ...paths]), paths: [] }
    : { ...left, flags, paths: paths.length > 0 ? paths : [...(tool.whole ?? [])] }
}

function inOrder(args: readonly string[], kept: readonly string[]): readonly string[] {
  const left = [...kept]
  return args.filter((arg) => {
    const i = left.indexOf(arg)
    if (i >= 0) left.splice(i, 1)
    return i >= 0
  })
}

function direct(wrapper: readonly string[], tool: NodeTool, split: Arguments, setting: Setting): CheckConfig {
  const program = runProgram(setting.project, tool.program)
  const start = wrapper.length > 0 ? [...wrapper, tool.program] : tool.packages.length === 0 ? [tool.program] : program
  const places = split.literal ? [] : ['{files}']
  // A selected file that the configuration ignores must not count as a warning.
  const quiet = tool.name === 'eslint' && setting.flatEslint && !split.literal && !split.flags.includes('--no-warn-ignored')
  const machine = quiet ? [...tool.machine, '--no-warn-ignored'] : tool.machine
  const whole = split.literal ? {} : { whole: [...split.paths] }
  const fix: FixConfig | undefined = tool.fix && {
    command: [...start, ...tool.fix.lead, ...split.flags, ...tool.fix.flags, ...places],
    level: 'tracked',
    ...whole,
    exits: mendExits(tool),
  }
  const plain = tool.name === 'prettier' && setting.plainPrettier && !split.literal && !split.flags.some((flag) => /^--(?:plugin|config)\b/.test(flag))
  // Without flags of unknown weight: what they bring in the formatter cannot see.
  const told = tool.name === 'eslint' && setting.flatEslint && !split.literal && wrapper.length === 0
  const perFile =
    plain || told
      ? {
          perFile: {
            reads: plain ? [...tool.configs, ...tool.reads] : [...eslintReads, ...(setting.project.lock === undefined ? [] : [setting.project.lock])],
            names: false,
            ...(told && { told: 'eslint' as const }),
          },
        }
      : {}
  return { command: [...start, ...tool.lead, ...split.flags, ...machine, ...places], ...whole, ...perFile, ...(fix && { fix }) }
}

/** What decides about every answer of ESLint: its configuration, and what that may take from the repository by name alone. */
const eslintReads: readonly string[] = ['**/eslint.config.*', '**/package.json', '**/.gitignore', '**/.eslintignore']

/** A fixer that leaves something behind it cannot mend has still done its work; the check says what is left. */
const mendExits = (tool: NodeTool): { pass: number[] } => ({ pass: [0, ...(Array.isArray(tool.judge.exits?.findings) ? tool.judge.exits.findings : [])] })

/** Words that a shell replaces stay with a shell, exactly as written. */
function throughShell(part: ScriptPart, tool: NodeTool, split: Arguments, { project }: Setting): CheckConfig | undefined {
  if (project.plugAndPlay || split.mends || split.changed || (tool.name === 'vitest' && !part.words.some((word) => word === 'run' || word === '--run')))
    return undefined
  const command = [part.text, ...tool.machine].join(' ')
  const fix: FixConfig | undefined =
    tool.fix && tool.fix.lead.length === 0 ? { command: [part.text, ...tool.fix.flags].join(' '), level: 'tracked', exits: mendExits(tool) } : undefined
  return { command, ...(fix && { fix }) }
}

function common(tool: NodeTool, split: Arguments, project: NodeProject): CheckConfig {
  const byFile = tool.kind === 'lint' || tool.kind === 'format'
  const endings = endingsOf(tool, split.flags)
  const all = endings.length === 0 ? [] : [`**/*.{${endings.join(',')}}`]
  const inputs = tool.reads.includes('**/*')
    ? ['**/*']
    : [...new Set([...all, ...tool.configs, ...tool.reads, 'package.json', ...(project.lock === undefined ? [] : [project.lock])])]
  const files = split.paths.length === 0 ? (tool.kind === 'types' ? [...tool.reads] : all) : split.paths.map((path) => filesBelow(path, endings))
  const unlocked = project.lock === undefined ? { extra: ['node_modules/.package-lock.json'] } : {}
  return {
    ...tool.judge,
    ...(files.length > 0 && { files }),
    inputs,
    ...unlocked,
    tools: ['node'],
    ...(tool.quick === true || (byFile && endings.length > 0) ? { fast: true } : {}),
    ...(byFile && endings.length > 0 ? {} : { timeout: '20m' }),
  }
}

function endingsOf(tool: NodeTool, flags: readonly string[]): readonly string[] {
  const named = flags.flatMap((flag, i) => (flag === '--ext' ? [flags[i + 1] ?? ''] : flag.startsWith('--ext=') ? [flag.slice(6)] : []))
  return named.length === 0 || tool.name !== 'eslint'
    ? tool.endings
    : named.flatMap((list) => list.split(',')).map((ending) => ending.trim().replace(/^\./, ''))
}

/** The glob for what a path argument reaches: a folder, a file, or a glob. */
function filesBelow(path: string, endings: readonly string[]): string {
  const refused = path.startsWith('!') ? '!' : ''
  const clean = path
    .slice(refused.length)
    .replace(/^(\.\/)+/, '')
    .replace(/\/+$/, '')
  if (clean === '' || clean === '.') return `${refused}**/*.{${endings.join(',')}}`
  if (/[*?[{]/.test(clean) || /\.\w+$/.test(clean)) return refused + clean
  return `${refused}${clean}/**/*.{${endings.join(',')}}`
}
