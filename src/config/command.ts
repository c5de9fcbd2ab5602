/** Turns a command as people write it into arguments, and keeps file names out of shells. */
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import { placed, type Keys, type PlaceOf } from './keys.ts'

export type Platform = 'linux' | 'macos' | 'windows' | 'wsl'

/** Words that only a shell understands, so that `cd x` or `exit 1` are not looked up as programs. */
const shellWords: ReadonlySet<string> = new Set([
  '.',
  ':',
  '!',
  'cd',
  'command',
  'eval',
  'exec',
  'exit',
  'export',
  'for',
  'if',
  'read',
  'return',
  'set',
  'shift',
  'source',
  'trap',
  'type',
  'ulimit',
  'umask',
  'unset',
  'until',
  'wait',
  'while',
  'case',
])
const windowsWords: ReadonlySet<string> = new Set(['call', 'copy', 'del', 'dir', 'echo', 'md', 'mkdir', 'move', 'rd', 'ren', 'rmdir'])
const shells = /^(sh|bash|dash|zsh|ksh|fish|cmd|powershell|pwsh)(\.exe)?$/i

/** The arguments of a command: a list as it is, a text split at blanks, or given to a shell when only a shell understands it. */
export function argvOf(command: string | readonly string[], platform: Platform, keys: Keys, placeOf: PlaceOf): Result<readonly string[]> {
  const wrong = (failure: Omit<Failure, 'place'>): Result<never> => failed({ ...failure, ...placed(placeOf(keys)) })
  const asText = typeof command === 'string'
  const text = asText ? command.trim() : command.join(' ')
  if (text === '' || (!asText && (command[0] ?? '').trim() === ''))
    return wrong({ type: 'config.invalid', what: 'the command is empty', hint: 'Name the program to start.' })
  if (text.includes('\0')) return wrong({ type: 'config.invalid', what: 'the command contains a NUL character', hint: 'Remove it.' })
  if (asText && needsShell(text, platform)) {
    if (text.includes('{files}')) return wrong(filesInShell(text))
    return ok(platform === 'windows' ? ['cmd', '/d', '/s', '/c', text] : ['sh', '-c', text])
  }
  const argv = asText ? text.split(/[ \t]+/) : command
  if (entersShell(argv)) return wrong(filesInShell(text))
  const stray = argv.find((argument, i) => argument.includes('{files}') && (argument !== '{files}' || i === 0))
  if (stray === undefined) return ok(argv)
  return wrong({
    type: 'config.invalid',
    what: `{files} must be an argument of its own, not part of '${stray}'`,
    hint: 'Put blanks around it, or write the command as a list with "{files}" as one entry after the program.',
  })
}

function needsShell(text: string, platform: Platform): boolean {
  const bare = text.replaceAll('{files}', 'files')
  const first = bare.split(/[ \t]/, 1)[0] ?? ''
  if (shellWords.has(first) || /^[A-Za-z_]\w*=/.test(bare)) return true
  if (platform === 'windows' && (/[%^]/.test(bare) || windowsWords.has(first.toLowerCase()))) return true
  return /[|&;<>()$`\\"'*?[\]{}\n\r]/.test(bare) || /(^|[ \t])[~#]/.test(bare)
}

/** Whether {files} of a list would become shell text: what follows `-c`, and everything after `cmd /c` or `-Command`. */
function entersShell(argv: readonly string[]): boolean {
  const shell = argv.findIndex((argument) => shells.test(argument.split(/[/\\]/).at(-1) ?? ''))
  if (shell === -1) return false
  const option = argv.findIndex((argument, i) => i > shell && /^(-\w*c|\/[ck]|-command)$/i.test(argument))
  if (option === -1) return false
  const joins = /^(cmd|powershell|pwsh)/i.test(argv[shell]?.split(/[/\\]/).at(-1) ?? '')
  return (joins ? argv.slice(option + 1) : argv.slice(option + 1, option + 2)).some((argument) => argument.includes('{files}'))
}

function filesInShell(text: string): Omit<Failure, 'place'> {
  return {
    type: 'config.files-in-shell',
    what: '{files} stands in a command that goes through a shell',
    why: `only a shell understands '${text.length > 80 ? `${text.slice(0, 79)}…` : text}', and the name of a file could be read as a command there`,
    hint: 'Write the command as a list of arguments without shell syntax, or move the shell syntax into a script that gets {files} as arguments.',
  }
}
