/** Reads the command line: flags in any order, nothing unknown accepted, suggestions for what was probably meant. */
import type { Arguments, Command } from './command.ts'
import { failed, ok, type Failure, type Result } from '../../model/failure.ts'
import { nearest } from '../../model/suggestion.ts'
import { globalFlags, type Flag } from './flags.ts'
import { valueOf, type FlagValue } from './flag-value.ts'
import { tokensOf, type Token } from './tokens.ts'

export function readArguments(argv: readonly string[], commands: readonly Command[]): Result<Arguments> {
  const end = argv.indexOf('--')
  const tokens = tokensOf(end === -1 ? argv : argv.slice(0, end), [...globalFlags, ...commands.flatMap((command) => command.flags)])
  const found = findCommand(tokens, commands)
  if (!found.ok) return found
  const { command, at } = found.value
  const known = [...globalFlags, ...command.flags]
  const flags = new Map<string, FlagValue>()
  const problems: Failure[] = []
  for (const token of tokens) {
    if (token.kind === 'word') continue
    // A letter may stand for one flag here and for another one elsewhere; both are of the same kind.
    const isMeant = (one: Flag): boolean => token.kind === 'flag' && (one.name === token.flag.name || token.shown === `-${one.short ?? ''}`)
    const flag = token.kind === 'flag' ? (known.find(({ name }) => name === token.flag.name) ?? known.find(isMeant)) : undefined
    if (token.kind === 'unknown' || flag === undefined) problems.push(unknownFlag(token, known, commands, command))
    else setFlag(flags, flag, token, problems)
  }
  const words = tokens.flatMap((token, i) => (token.kind === 'word' && i !== at ? [token.text] : []))
  // After an unknown flag a word may be its value: one mistake, told once. Who asks for help need not know what to name.
  if (problems.length === 0 && !flags.has('help') && !flags.has('version')) problems.push(...wordProblems(command, words), ...conflicts(command, flags))
  return problems.length > 0 ? failed(...problems) : ok({ command, named: at !== undefined, flags, words, rest: end === -1 ? [] : argv.slice(end + 1) })
}

/** The first word names the command; without a word it is run. After an unknown flag a word may be its value. */
function findCommand(tokens: readonly Token[], commands: readonly Command[]): Result<{ command: Command; at: number | undefined }> {
  const named = (token: Token): Command | undefined => commands.find((command) => token.kind === 'word' && command.name === token.text)
  const first = tokens.findIndex((token) => token.kind === 'word')
  const at = tokens.some((token) => token.kind === 'unknown') ? tokens.findIndex((token) => named(token) !== undefined) : first
  const token = tokens[at]
  const command = token === undefined ? commands.find((candidate) => candidate.name === 'run') : named(token)
  if (command !== undefined) return ok({ command, at: token === undefined ? undefined : at })
  const word = token?.kind === 'word' ? token.text : ''
  const meant = nearest(
    word,
    commands.map((candidate) => candidate.name),
  )
  const hint =
    valueHint(tokens[at - 1], word) ??
    (meant === undefined ? 'pawl --help lists them. Files are named after "--" or with --files.' : `Did you mean '${meant}'?`)
  return failed({ type: 'args.unknown-command', what: `'${word}' is not a command of pawl`, hint })
}

/** The value of an optional flag stands in the same word: "--fix lock" would be ambiguous. */
function valueHint(before: Token | undefined, word: string): string | undefined {
  if (before?.kind !== 'flag' || before.flag.value !== 'optional' || before.text !== undefined) return undefined
  return before.flag.choices?.includes(word) === true ? `Write --${before.flag.name}=${word} in one word.` : undefined
}

function unknownFlag(token: Exclude<Token, { kind: 'word' }>, known: readonly Flag[], commands: readonly Command[], command: Command): Failure {
  const name = token.kind === 'flag' ? token.flag.name : token.name
  const others = commands.filter((other) => other.name !== command.name)
  const elsewhere = (wanted: string | undefined): string[] =>
    others.filter((other) => other.flags.some((flag) => flag.name === wanted)).map((other) => `pawl ${other.name}`)
  const owners = elsewhere(name)
  const meant = nearest(
    name,
    known.map((flag) => flag.name),
  )
  const there = nearest(
    name,
    others.flatMap((other) => other.flags.map((flag) => flag.name)),
  )
  const hint =
    meant === name
      ? `Did you mean '--${name}'?`
      : owners.length > 0
        ? `It is a flag of ${owners.join(', ')}.`
        : name.length > 1 && meant !== undefined
          ? `Did you mean '--${meant}'?`
          : name.length > 1 && there !== undefined
            ? `Did you mean '--${there}' of ${elsewhere(there).join(', ')}?`
            : `${command.name === 'run' ? 'pawl --help' : `pawl ${command.name} --help`} lists its flags.`
  return { type: 'args.unknown-flag', what: `pawl ${command.name} has no flag ${token.shown}`, hint }
}

function setFlag(flags: Map<string, FlagValue>, flag: Flag, token: Extract<Token, { kind: 'flag' }>, problems: Failure[]): void {
  const value = valueOf(flag, token)
  if (!value.ok) return void problems.push(...value.failures)
  const before = flags.get(flag.name)
  const isList = (candidate: FlagValue | undefined): candidate is readonly string[] => Array.isArray(candidate)
  flags.set(flag.name, isList(before) && isList(value.value) ? [...before, ...value.value] : value.value)
}

function wordProblems(command: Command, words: readonly string[]): Failure[] {
  const { least, most, choices, called = 'a name' } = command.words
  if (words.length < least)
    return [
      {
        type: 'args.bad-value',
        what: `pawl ${command.name} needs ${choices === undefined ? called : `one of ${choices.join(', ')}`}`,
        hint: `Usage: ${command.usage}`,
      },
    ]
  if (command.name === 'run' && words.length > 0)
    return [{ type: 'args.unknown-command', what: `'${words[0]}' is neither a flag nor a command`, hint: 'Files are named after "--" or with --files.' }]
  if (words.length > most)
    return [{ type: 'args.bad-value', what: `pawl ${command.name} does not know what to do with '${words[most]}'`, hint: `Usage: ${command.usage}` }]
  const first = words[0]
  if (choices === undefined || first === undefined || choices.includes(first)) return []
  const meant = nearest(first, choices)
  return [
    {
      type: 'args.bad-value',
      what: `pawl ${command.name} cannot do '${first}'`,
      hint: meant === undefined ? `Usage: ${command.usage}` : `Did you mean '${meant}'?`,
    },
  ]
}

/** Flags that cannot both be obeyed. */
function conflicts(command: Command, flags: ReadonlyMap<string, FlagValue>): Failure[] {
  const has = (...names: readonly string[]): boolean => names.every((name) => flags.has(name))
  const conflict = (what: string, hint: string): Failure => ({ type: 'args.conflict', what, hint })
  return [
    ...(has('quiet', 'verbose') ? [conflict('--quiet and --verbose contradict each other', 'Leave one of them out.')] : []),
    ...(has('fix', 'no-fix') ? [conflict('--fix and --no-fix contradict each other', 'Leave one of them out.')] : []),
    ...(has('json', 'interactive') ? [conflict('--json leaves nobody to answer the questions of --interactive', 'Leave one of them out.')] : []),
    ...(command.name === 'init' ? initConflicts(flags) : []),
    ...(command.name === 'run'
      ? documentConflicts(flags)
      : has('json', 'format') && flags.get('format') !== 'json'
        ? [conflict(`--json and --format ${String(flags.get('format'))} contradict each other`, 'Leave one of them out.')]
        : []),
  ]
}

/** One kind of file at a time, so that each answer is about one thing. */
function initConflicts(flags: ReadonlyMap<string, FlagValue>): Failure[] {
  const [first, second] = ['hooks', 'workflow', 'vscode', 'alias'].filter((name) => flags.has(name))
  if (second !== undefined)
    return [{ type: 'args.conflict', what: `--${first} and --${second} are written one at a time`, hint: 'Run pawl init once for each of them.' }]
  const value = first === undefined ? undefined : flags.get(first)
  if (!flags.has('remove') || value === true) return []
  return [
    first === undefined
      ? { type: 'args.conflict', what: '--remove does not say what', hint: 'Write it with --hooks, --workflow, --vscode or --alias.' }
      : {
          type: 'args.conflict',
          what: `--${first}=${String(value)} and --remove contradict each other`,
          hint: `pawl init --${first} --remove takes out all of it.`,
        },
  ]
}

/** Standard output holds one thing, and a file that was asked for is written. */
function documentConflicts(flags: ReadonlyMap<string, FlagValue>): Failure[] {
  const format = flags.get('format')
  const output = flags.get('output')
  if (output === undefined) {
    return flags.has('json') && format !== undefined
      ? [
          {
            type: 'args.conflict',
            what: '--json and --format both want standard output',
            hint: 'Write the findings to a file with --output FILE, or leave one of them out.',
          },
        ]
      : []
  }
  if (flags.has('dry-run'))
    return [{ type: 'args.conflict', what: '--dry-run writes nothing, so there is nothing to put into the file of --output', hint: 'Leave one of them out.' }]
  if (documentFormat(flags) !== undefined) return []
  return [
    {
      type: 'args.bad-value',
      what: format === undefined ? `--output cannot tell a format from the name '${String(output)}'` : `--output cannot write the format ${String(format)}`,
      hint: 'Use --format json, sarif or junit, or a name that ends in .json, .sarif or .xml.',
    },
  ]
}

/** The document that a run ends with; without --format the ending of the file says it. */
export function documentFormat(flags: ReadonlyMap<string, FlagValue>): 'json' | 'sarif' | 'junit' | undefined {
  const format = flags.get('format')
  if (format !== undefined) return format === 'json' || format === 'sarif' || format === 'junit' ? format : undefined
  const output = flags.get('output')
  if (typeof output !== 'string') return undefined
  return output.endsWith('.sarif') ? 'sarif' : output.endsWith('.xml') ? 'junit' : output.endsWith('.json') ? 'json' : undefined
}
