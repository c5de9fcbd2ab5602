/** Recognises scripts of the root that do nothing but start scripts of the packages. */
import { scriptParts } from './script-words.ts'

/** The scripts that a text starts in the packages; undefined when it does anything else, too. */
export function delegatedScripts(text: string): readonly string[] | undefined {
  const parts = scriptParts(text)
  if (parts === undefined) return undefined
  const names = parts.map(({ words }) => delegatedBy(words))
  return names.some((each) => each === undefined) ? undefined : [...new Set(names.flatMap((each) => each ?? []))]
}

/** The scripts that one call starts in the packages, or undefined. */
export function delegatedBy(words: readonly string[]): readonly string[] | undefined {
  const [first = '', ...rest] = withoutRunner(words)
  switch (first) {
    case 'turbo':
      return plain(rest[0] === 'run' ? rest.slice(1) : rest)
    case 'nx':
      return rest[0] === 'run-many' ? nxTargets(rest.slice(1)) : undefined
    case 'lerna':
      return rest[0] === 'run' ? one(rest.slice(1)) : undefined
    case 'npm':
      return inAll(rest, /^(-ws|--workspaces(=true)?|-w|--workspace(=.*)?)$/)
    case 'pnpm':
      return inAll(rest, /^(-r|--recursive|--filter(=.*)?|-F)$/)
    case 'bun':
      return inAll(rest, /^(--filter(=.*)?|-F|--workspaces)$/)
    case 'yarn':
      return rest[0] === 'workspaces' ? inAll(['-r', ...rest.slice(rest[1] === 'foreach' ? 2 : 1)], /^-r$/) : undefined
    default:
      return undefined
  }
}

function withoutRunner(words: readonly string[]): readonly string[] {
  if (words[0] === 'npx' || words[0] === 'bunx') return words.slice(words[1] === '--no' || words[1] === '--no-install' ? 2 : 1)
  const runs = (words[0] === 'pnpm' || words[0] === 'yarn') && /^(exec|turbo|nx|lerna)$/.test(words[1] ?? '')
  return runs ? words.slice(words[1] === 'exec' ? 2 : 1) : words
}

/** Flags whose value is the next word. */
const valued =
  /^(-w|--workspace|--filter|-F|--concurrency|--scope|--ignore|--stream-prefix|--exclude|--include|--from|--output-logs|--cache-dir|--parallel=.*|-j|--jobs|-p|--projects)$/

/** The words that are neither flags nor values of flags. Behind "--" stand arguments for the script, which a task of its own would not get. */
function wordsOf(args: readonly string[]): readonly string[] | undefined {
  if (args.includes('--')) return undefined
  return args.filter((arg, i) => !arg.startsWith('-') && !valued.test(args[i - 1] ?? ''))
}

function plain(args: readonly string[]): readonly string[] | undefined {
  const words = wordsOf(args)
  return words === undefined || words.length === 0 ? undefined : words
}

function one(args: readonly string[]): readonly string[] | undefined {
  const words = wordsOf(args)
  return words?.length === 1 ? words : undefined
}

/** "npm run build --workspaces", "npm test -ws", "pnpm -r build", "bun run --filter '*' build". */
function inAll(args: readonly string[], flag: RegExp): readonly string[] | undefined {
  if (!args.some((arg) => flag.test(arg))) return undefined
  const words = wordsOf(args)
  if (words === undefined) return undefined
  return one(words[0] === 'run' || words[0] === 'run-script' ? words.slice(1) : words[0] === 't' ? ['test', ...words.slice(1)] : words)
}

function nxTargets(args: readonly string[]): readonly string[] | undefined {
  const targets: string[] = []
  for (let i = 0; i < args.length; i++) {
    const match = /^(?:-t|--targets?)(?:=(.*))?$/.exec(args[i] ?? '')
    if (match?.[1] !== undefined) targets.push(...match[1].split(','))
    else if (match !== null) for (; i + 1 < args.length && !(args[i + 1] ?? '').startsWith('-'); i++) targets.push(...(args[i + 1] ?? '').split(','))
  }
  return targets.length === 0 ? undefined : targets
}
