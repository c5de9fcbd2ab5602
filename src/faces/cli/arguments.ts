/** Reads the command line: flags in any order, nothing unknown accepted, suggestions for what was probably meant. */
import type { Command } from './commands.ts'
import { parseDuration } from '../../model/duration.ts'
import { failed, ok, type Failure, type Result } from '../../model/failure.ts'
import type { FixWish, Request, Selection } from '../../model/request.ts'
import { nearest } from '../../model/suggestion.ts'
import { globalFlags, type Flag } from './flags.ts'

export type Arguments = {
  readonly command: Command
  /** By long name; switches are true, lists are joined over repetitions. */
  readonly flags: ReadonlyMap<string, true | string | number | readonly string[]>
  readonly words: readonly string[]
  /** What stands after "--". */
  readonly rest: readonly string[]
}

export function readArguments(argv: readonly string[], commands: readonly Command[]): Result<Arguments> {
  const problems: Failure[] = []
  const command = findCommand(argv, commands, problems)
  if (command === undefined) return failed(...problems)
  const known = [...globalFlags, ...command.flags]
  const flags = new Map<string, true | string | number | readonly string[]>()
  const words: string[] = []
  const end = argv.indexOf('--')
  const before = end === -1 ? argv : argv.slice(0, end)
  let named = command.name === 'run' && !before.includes('run')
  for (let i = 0; i < before.length; i++) {
    const word = before[i] ?? ''
    if (!word.startsWith('-') || word === '-') {
      if (!named && word === command.name) named = true
      else words.push(word)
      continue
    }
    for (const { flag, text } of flagsOf(word, known, commands, command, problems)) {
      const needsValue = flag.value !== undefined && flag.value !== 'optional'
      const given = text ?? (needsValue ? before[++i] : undefined)
      setFlag(flags, flag, given, problems)
    }
  }
  // After an unknown flag a word may be its value: one mistake, told once.
  if (problems.length === 0) problems.push(...wordProblems(command, words))
  return problems.length > 0 ? failed(...problems) : ok({ command, flags, words, rest: end === -1 ? [] : argv.slice(end + 1) })
}

/** The first word that is not a flag or the value of one. Without a word: run. */
function findCommand(argv: readonly string[], commands: readonly Command[], problems: Failure[]): Command | undefined {
  const run = commands.find((command) => command.name === 'run')
  const every = [...globalFlags, ...commands.flatMap((command) => command.flags)]
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? ''
    if (word === '--') return run
    if (word.startsWith('-')) {
      const name = word.replace(/^--?/, '').split('=')[0]
      const flag = every.find((candidate) => candidate.name === name || (word.length === 2 && candidate.short === name))
      // What follows an unknown flag may be its value: the flag is the mistake to tell about.
      if (flag === undefined && word.startsWith('--')) return run
      if (flag?.value !== undefined && flag.value !== 'optional' && !word.includes('=')) i++
      continue
    }
    const found = commands.find((command) => command.name === word)
    if (found !== undefined) return found
    const meant = nearest(word, commands.map((command) => command.name))
    problems.push({ type: 'args.unknown-command', what: `'${word}' is not a command of pawl`, hint: meant === undefined ? 'pawl --help lists them. Files are named after "--" or with --files.' : `Did you mean '${meant}'?` })
    return undefined
  }
  return run
}

/** One long flag, or several short switches in one word. */
function flagsOf(word: string, known: readonly Flag[], commands: readonly Command[], command: Command, problems: Failure[]): { flag: Flag; text: string | undefined }[] {
  const equals = word.indexOf('=')
  const text = equals === -1 ? undefined : word.slice(equals + 1)
  const name = (equals === -1 ? word : word.slice(0, equals)).replace(/^--?/, '')
  if (word.startsWith('--')) {
    const flag = known.find((candidate) => candidate.name === name)
    if (flag === undefined) problems.push(unknownFlag(`--${name}`, name, known, commands, command))
    return flag === undefined ? [] : [{ flag, text }]
  }
  return [...name].flatMap((letter, i) => {
    const flag = known.find((candidate) => candidate.short === letter)
    if (flag === undefined) problems.push(unknownFlag(`-${letter}`, letter, known, commands, command))
    return flag === undefined ? [] : [{ flag, text: i === name.length - 1 ? text : undefined }]
  })
}

function unknownFlag(shown: string, name: string, known: readonly Flag[], commands: readonly Command[], command: Command): Failure {
  const meant = name.length > 1 ? nearest(name, known.map((flag) => flag.name)) : undefined
  const elsewhere = commands.filter((other) => other.flags.some((flag) => flag.name === name)).map((other) => `pawl ${other.name}`)
  const hint = meant !== undefined ? `Did you mean '--${meant}'?` : elsewhere.length > 0 ? `It is a flag of ${elsewhere.join(', ')}.` : `pawl ${command.name} --help lists its flags.`
  return { type: 'args.unknown-flag', what: `pawl ${command.name} has no flag ${shown}`, hint }
}

function setFlag(flags: Map<string, true | string | number | readonly string[]>, flag: Flag, text: string | undefined, problems: Failure[]): void {
  const bad = (why: string): void => void problems.push({ type: 'args.bad-value', what: `--${flag.name} ${why}` })
  if (flag.value === undefined) return text === undefined ? void flags.set(flag.name, true) : bad('takes no value')
  if (flag.value === 'optional' && text === undefined) return void flags.set(flag.name, true)
  if (text === undefined || (text === '' && flag.value !== 'text')) return bad(`needs a value (${flag.shown ?? flag.value})`)
  if (flag.choices !== undefined && !flag.choices.includes(text)) {
    const meant = nearest(text, flag.choices)
    return bad(`cannot be '${text}'; it is one of ${flag.choices.join(', ')}${meant === undefined ? '' : `. Did you mean '${meant}'?`}`)
  }
  if (flag.value === 'number') return /^[1-9]\d*$/.test(text) ? void flags.set(flag.name, Number(text)) : bad(`needs a whole number from 1, not '${text}'`)
  if (flag.value === 'duration') {
    const ms = parseDuration(text)
    return ms === undefined ? bad(`needs a duration like 90s, 10m or 1h, not '${text}'`) : void flags.set(flag.name, ms)
  }
  if (flag.value !== 'list') return void flags.set(flag.name, text)
  const before = flags.get(flag.name)
  flags.set(flag.name, [...(Array.isArray(before) ? before : []), ...text.split(',').filter((part) => part !== '')])
}

function wordProblems(command: Command, words: readonly string[]): Failure[] {
  const { least, most, choices } = command.words
  if (command.name === 'run' && words.length > 0) return [{ type: 'args.unknown-command', what: `'${words[0]}' is neither a flag nor a command`, hint: 'Files are named after "--" or with --files.' }]
  if (words.length < least) return [{ type: 'args.bad-value', what: `pawl ${command.name} needs ${choices === undefined ? 'a name' : `one of ${choices.join(', ')}`}`, hint: `Usage: ${command.usage}` }]
  if (words.length > most) return [{ type: 'args.bad-value', what: `pawl ${command.name} does not know what to do with '${words[most]}'`, hint: `Usage: ${command.usage}` }]
  const first = words[0]
  if (choices === undefined || first === undefined || choices.includes(first)) return []
  const meant = nearest(first, choices)
  return [{ type: 'args.bad-value', what: `pawl ${command.name} cannot do '${first}'`, hint: meant === undefined ? `Usage: ${command.usage}` : `Did you mean '${meant}'?` }]
}

/** The part of the flags that decides about plan and run. */
export function requestOf(args: Arguments): Result<Request> {
  const { flags } = args
  const has = (name: string): boolean => flags.get(name) === true
  const list = (name: string): readonly string[] | undefined => {
    const value = flags.get(name)
    return Array.isArray(value) ? value : undefined
  }
  const fix = fixWish(args)
  const selection = selectionOf(args)
  const problems = [...(fix.ok ? [] : fix.failures), ...(selection.ok ? [] : selection.failures)]
  if (!fix.ok || !selection.ok) return failed(...problems)
  const text = (name: string): string | undefined => (typeof flags.get(name) === 'string' ? String(flags.get(name)) : undefined)
  const number = (name: string): number | undefined => (typeof flags.get(name) === 'number' ? Number(flags.get(name)) : undefined)
  return ok(
    present({
      fast: has('fast') || undefined, skipTests: has('skip-tests') || undefined, dryRun: has('dry-run') || undefined, interactive: has('interactive') || undefined,
      force: has('force') || undefined, failFast: has('fail-fast') || undefined, persist: has('persist') || undefined, fix: fix.value, selection: selection.value,
      only: list('only'), skip: list('skip'), stage: list('stage'), strategy: text('strategy'), profile: text('profile'), jobs: number('jobs'), timeoutMs: number('timeout'),
    }),
  )
}

/** Without the keys whose value is undefined. */
function present(request: { [K in keyof Request]: Request[K] | undefined }): Request {
  return Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined))
}

function fixWish(args: Arguments): Result<FixWish | undefined> {
  const fix = args.flags.get('fix')
  if (args.flags.has('no-fix')) return fix === undefined ? ok(false) : failed({ type: 'args.conflict', what: '--fix and --no-fix contradict each other' })
  return ok(fix === undefined ? undefined : fix === true ? true : (fix as FixWish))
}

function selectionOf(args: Arguments): Result<Selection | undefined> {
  const files = args.flags.get('files')
  const paths = [...(Array.isArray(files) ? files : []), ...args.rest]
  const since = args.flags.get('since')
  const wanted: Selection[] = [
    ...(paths.length > 0 ? [{ kind: 'files' as const, paths }] : []),
    ...(typeof since === 'string' ? [{ kind: 'since' as const, ref: since }] : []),
    ...(args.flags.has('staged') ? [{ kind: 'staged' as const }] : []),
  ]
  if (wanted.length > 1) return failed({ type: 'args.conflict', what: `only one of --files, --since and --staged can select files, not ${wanted.map((selection) => `--${selection.kind}`).join(' and ')}` })
  return ok(wanted[0])
}
