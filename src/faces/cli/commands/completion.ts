/** `pawl completion bash|zsh|fish`: completion scripts, made from the tables of commands and flags. */
import { commands, type Command, type CommandContext, type CommandEnd } from '../commands.ts'
import { globalFlags, type Flag } from '../flags.ts'
import { say } from '../say.ts'

export async function completion({ args }: CommandContext): Promise<CommandEnd> {
  const [shell] = args.words
  say(shell === 'fish' ? fish() : shell === 'zsh' ? zsh() : bash())
  return { code: 0 }
}

const flagsOf = (command: Command): readonly Flag[] => [...command.flags, ...globalFlags]
const names = commands.map((command) => command.name).join(' ')
const wordsOf = (command: Command): string => (command.words.choices ?? []).join(' ')

function bash(): string {
  const cases = commands.map(
    (command) => `    ${command.name}) words="${[...flagsOf(command).map((flag) => `--${flag.name}`), wordsOf(command)].join(' ')}" ;;`,
  )
  return `_pawl() {
  local current="\${COMP_WORDS[COMP_CWORD]}" command=run words="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case " ${names} " in *" $word "*) command="$word"; break ;; esac
  done
  case "$command" in
${cases.join('\n')}
  esac
  [ "$COMP_CWORD" -eq 1 ] && words="$words ${names}"
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _pawl pawl`
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
        ...(command.words.choices === undefined ? [] : [`complete -c pawl -n ${quoted(here)} -fa ${quoted(wordsOf(command))}`]),
      ]
    })
    .concat(globalFlags.map((flag) => flagLine(flag, 'true')))
    .join('\n')
}
