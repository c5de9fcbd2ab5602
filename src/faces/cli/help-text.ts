/** Help as text: of pawl as a whole, or of one command; made from the tables of commands and flags. */
import { version } from '../../app/version.ts'
import type { Command } from './command.ts'
import { commands } from './commands.ts'
import { globalFlags, type Flag } from './flags.ts'

export function helpText(command: Command | undefined): string {
  return command === undefined ? overview() : helpOf(command)
}

const exitCodesText = `Exit codes: 0 passed · 1 findings in your code · 2 pawl could not do its work · 70 a bug of pawl
            75 another run holds the repository · 130 cancelled (129 hang-up, 143 terminated)`

function overview(): string {
  const run = commands.find((command) => command.name === 'run')
  return [
    `pawl ${version}: takes a repository forward and never lets it slip back.`,
    '',
    'Usage: pawl [command] [flags]',
    '',
    'Commands:',
    ...table(commands.map((command) => [command.name === 'run' ? 'run (default)' : command.name, command.summary])),
    '',
    'Flags of run:',
    ...flagLines(run?.flags ?? []),
    '',
    'Flags of every command:',
    ...flagLines(globalFlags),
    '',
    'Examples:',
    ...table(run?.examples ?? []),
    '',
    exitCodesText,
    '',
    'pawl COMMAND --help says more.',
  ].join('\n')
}

function helpOf(command: Command): string {
  const own = command.flags.length === 0 ? [] : ['', 'Flags:', ...flagLines(command.flags)]
  const examples = command.examples.length === 0 ? [] : ['', 'Examples:', ...table(command.examples)]
  return [
    `${command.summary}.`,
    '',
    `Usage: ${command.usage}`,
    ...own,
    '',
    'Flags of every command:',
    ...flagLines(globalFlags),
    ...examples,
    '',
    exitCodesText,
  ].join('\n')
}

export function flagText(flag: Flag): string {
  const value = flag.value === undefined ? '' : flag.value === 'optional' ? `[=${flag.shown ?? 'VALUE'}]` : ` ${flag.shown ?? flag.value.toUpperCase()}`
  return `${flag.short === undefined ? '    ' : `-${flag.short}, `}--${flag.name}${value}`
}

const flagLines = (flags: readonly Flag[]): string[] => table(flags.map((flag) => [flagText(flag), flag.help]))

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
