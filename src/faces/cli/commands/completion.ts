/** `pawl completion bash|zsh|fish`: completion scripts, made from the tables of commands and flags. */
import type { Command, CommandContext, CommandEnd } from '../command.ts'
import { commands } from '../commands.ts'
import { globalFlags, type Flag } from '../flags.ts'
import { say, sayJson, wantsJson } from '../say.ts'

export async function completion(context: CommandContext): Promise<CommandEnd> {
  const [shell] = context.args.words
  const script = completionScript(shell)
  if (wantsJson(context)) sayJson('completion', { shell, script })
  else say(script)
  return { code: 0 }
}

export const completionScript = (shell: string | undefined): string => (shell === 'fish' ? fish() : shell === 'zsh' ? zsh() : bash())

const flagsOf = (command: Command): readonly Flag[] => [...command.flags, ...globalFlags]
const names = commands.map((command) => command.name).join(' ')
const wordsOf = (command: Command): string => (command.name === 'help' ? names : (command.words.choices ?? []).join(' '))

/** bash cuts a word at "=", so that "--format=sa" arrives as three words. */
function bash(): string {
  return `_pawl() {
  local current="\${COMP_WORDS[COMP_CWORD]}" flag="\${COMP_WORDS[COMP_CWORD-1]}" command="" words="" word before=""
  [ "$flag" = "=" ] && flag="\${COMP_WORDS[COMP_CWORD-2]}="
  [ "$current" = "=" ] && flag="$flag=" current=""
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [ "$word" = "=" ] && continue
    case "$before" in ${takers.join('|')}) before=""; continue ;; esac
    before="$word"
    [ "$word" = "--" ] && return
    case " ${names} " in *" $word "*) [ -z "$command" ] && command="$word" ;; esac
  done
  case "\${command:-run} $flag" in
${commands.flatMap((command) => valueCases(command)).join('\n')}
    *" -"*=) return ;;
    *" "${takers.join('|*" "')}) return ;;
    *)
      case "\${command:-run}" in
${commands.map((command) => `        ${command.name}) words="${[...flagsOf(command).map((flag) => `--${flag.name}`), wordsOf(command)].join(' ').trim()}" ;;`).join('\n')}
      esac
      [ -z "$command" ] && words="$words ${names}" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _pawl pawl`
}

const everyFlag = [...new Map(commands.flatMap(flagsOf).map((flag) => [flag.name, flag])).values()]
const spelled = (flag: Flag): string[] => [`--${flag.name}`, ...(flag.short === undefined ? [] : [`-${flag.short}`])]
/** Flags whose value may be the next word. */
const takers = everyFlag.filter((flag) => flag.value !== undefined && flag.value !== 'optional').flatMap(spelled)

/** The choices of each flag that has some; a value that is optional stands behind "=" only. */
function valueCases(command: Command): string[] {
  return flagsOf(command).flatMap((flag) => {
    if (flag.choices === undefined) return []
    const patterns = [`"${command.name} --${flag.name}="`, ...(flag.value === 'optional' ? [] : spelled(flag).map((name) => `"${command.name} ${name}"`))]
    return [`    ${patterns.join('|')}) words="${flag.choices.join(' ')}" ;;`]
  })
}

function zsh(): string {
  return `#compdef pawl
autoload -U +X bashcompinit && bashcompinit
${bash()}`
}

function fish(): string {
  const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  const flagLine = (flag: Flag, condition: string): string =>
    `complete -c pawl -n ${quoted(condition)} -l ${flag.name}${flag.short === undefined ? '' : ` -s ${flag.short}`}${flag.value === undefined || flag.value === 'optional' ? '' : ' -r'}${flag.choices === undefined ? '' : ` -fa ${quoted(flag.choices.join(' '))}`} -d ${quoted(flag.help)}`
  const none = `not __fish_seen_subcommand_from ${names}`
  return commands
    .flatMap((command) => {
      const here = command.name === 'run' ? none : `__fish_seen_subcommand_from ${command.name}`
      return [
        `complete -c pawl -n ${quoted(none)} -fa ${command.name} -d ${quoted(command.summary)}`,
        ...command.flags.map((flag) => flagLine(flag, here)),
        ...(wordsOf(command) === '' ? [] : [`complete -c pawl -n ${quoted(here)} -fa ${quoted(wordsOf(command))}`]),
      ]
    })
    .concat(globalFlags.map((flag) => flagLine(flag, 'true')))
    .join('\n')
}
