/** Takes a command action apart into the calls that do it: batches of files, or the pre script, the script and the post script of a package.json. */
import type { CommandAction } from '../model/task.ts'
import { commandCalls } from './command-calls.ts'

type Environment = Readonly<Record<string, string>>
export type Step = { readonly argv: readonly string[]; readonly env: Environment }

/** The whole environment that the package manager gives to one script. */
export type ScriptVariables = (event: string, text: string) => Environment

/** None when files were selected but none is left. */
export function stepsOf(
  action: CommandAction,
  files: readonly string[] | undefined,
  root: string,
  env: Environment,
  variables: ScriptVariables,
): readonly Step[] {
  const { script, argv } = action
  if (script === undefined) return commandCalls(action, files, root).map((words) => ({ argv: words, env: { ...env, ...action.env } }))
  const shell = argv.slice(0, -1)
  const step = (event: string, text: string): Step => ({ argv: [...shell, text], env: { ...variables(event, text), ...action.env } })
  return [
    ...(script.before === undefined ? [] : [step(`pre${script.name}`, script.before)]),
    step(script.name, argv.at(-1) ?? ''),
    ...(script.after === undefined ? [] : [step(`post${script.name}`, script.after)]),
  ]
}
