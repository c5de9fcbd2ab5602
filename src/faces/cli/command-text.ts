/** The command as it was typed, for history. */
import type { Arguments } from './command.ts'

export const commandText = ({ command, flags, rest }: Arguments): string =>
  [
    command.name === 'run' ? 'pawl' : `pawl ${command.name}`,
    ...[...flags].flatMap(([name, value]) => (value === true ? [`--${name}`] : [`--${name}=${Array.isArray(value) ? value.join(',') : String(value)}`])),
    ...(rest.length > 0 ? ['--', ...rest] : []),
  ].join(' ')
