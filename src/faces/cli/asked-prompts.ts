/** What a person names as prompts: words, a list on standard input or typed at the terminal, or a task itself. */
import { relative } from 'node:path'
import type { Site } from '../../app/site.ts'
import type { PromptWish } from '../../app/jobs/prepared.ts'
import { failed, ok, type Result } from '../../model/failure.ts'
import type { CommandContext } from './command.ts'

export type Hearing = { readonly stdin: () => Promise<string>; readonly canAsk: () => boolean }

export async function askedPrompts({ args, cwd }: CommandContext, site: Site, { stdin, canAsk }: Hearing): Promise<Result<PromptWish>> {
  const { flags, words, rest } = args
  const typed = flags.get('text')
  if (flags.has('stdin') && flags.has('interactive'))
    return failed({ type: 'args.conflict', what: '--stdin and --interactive both read standard input', hint: 'Use one of them.' })
  if (flags.has('interactive') && !canAsk())
    return failed({ type: 'args.conflict', what: 'nobody can be asked: this is no terminal', hint: 'Use --stdin, or name the prompts.' })
  if (flags.has('interactive')) process.stderr.write('Prompts, one a line; an end of file (Ctrl-D) ends the list:\n')
  const heard = flags.has('stdin') || flags.has('interactive') ? [{ file: flags.has('stdin') ? 'standard input' : 'the terminal', text: await stdin() }] : []
  const from = relative(site.root, cwd)
  return ok({
    positional: [...words.slice(1), ...rest],
    lists: heard,
    typed: Array.isArray(typed) ? typed : [],
    ...(from === '' ? {} : { from }),
  })
}
