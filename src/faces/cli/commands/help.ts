/** `pawl help [COMMAND]`. */
import { nearest } from '../../../model/suggestion.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { commands } from '../commands.ts'
import { helpText } from '../help-text.ts'
import { say, sayJson, wantsJson } from '../say.ts'

export async function help(context: CommandContext): Promise<CommandEnd> {
  const [name] = context.args.words
  const command = commands.find((candidate) => candidate.name === name)
  if (name !== undefined && command === undefined) {
    const meant = nearest(
      name,
      commands.map((candidate) => candidate.name),
    )
    return {
      failures: [
        {
          type: 'args.unknown-command',
          what: `'${name}' is not a command of pawl`,
          hint: meant === undefined ? 'pawl --help lists them.' : `Did you mean '${meant}'?`,
        },
      ],
    }
  }
  if (wantsJson(context)) sayJson('help', { text: helpText(command) })
  else say(helpText(command))
  return { code: 0 }
}
