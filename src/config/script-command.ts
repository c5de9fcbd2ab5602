/** Turns the name of a script of a package.json into what is started: its text as a shell reads it, or the package manager. */
import type { Failure } from '../model/failure.ts'
import { commandLine } from '../model/shell-words.ts'
import { nearest } from '../model/suggestion.ts'
import type { Action, CommandAction, PackageScript } from '../model/task.ts'
import type { Platform } from './command.ts'
import { firstPlace, type Keys } from './keys.ts'
import type { ScriptSource } from './script-source.ts'
import type { Translation } from './translation.ts'

export type ScriptWish = { readonly task: string; readonly script: string; readonly cwd: string; readonly keys: Keys }

/** Undefined, and a Failure is told, when there is no such script. */
export function scriptCommand(wish: ScriptWish, translation: Translation): Pick<CommandAction, 'argv' | 'script'> | undefined {
  const { scripts, settings, platform, failures } = translation
  const known = scripts.of(folderOf(wish.cwd))
  const text = known !== undefined && Object.hasOwn(known, wish.script) ? known[wish.script] : undefined
  if (known === undefined || text === undefined) {
    failures.push(missing(wish, known, translation))
    return undefined
  }
  const manager = scripts.manager === 'yarn-classic' ? 'yarn' : scripts.manager
  if (settings.scripts === 'manager' || !isDirect(scripts, platform)) return { argv: [manager, 'run', wish.script] }
  const hooks = hooksOf(wish.script, known, scripts)
  const script: PackageScript = { manager, name: wish.script, folder: folderOf(wish.cwd), ...hooks }
  return { argv: ['sh', '-c', text], script }
}

/** By hand, a script is started by its package manager. */
export const reproduced = (action: Action): { readonly reproduce?: string } =>
  action.kind === 'command' && action.script !== undefined
    ? { reproduce: commandLine([action.script.manager, 'run', action.script.name], action.script.folder, action.env) }
    : {}

const folderOf = (cwd: string): string => cwd.replace(/^(\.\/)+/, '').replace(/\/+$/, '') || '.'

/** Yarn 2 and later reads scripts with a shell of its own, and with plug and play only it finds programs. What cmd.exe reads is left to the manager. */
const isDirect = ({ manager, plugAndPlay, ownShell }: ScriptSource, platform: Platform): boolean =>
  manager !== 'yarn' && !plugAndPlay && !ownShell && platform !== 'windows'

function hooksOf(name: string, known: Readonly<Record<string, string>>, { hooks }: ScriptSource): Pick<PackageScript, 'before' | 'after'> {
  const own = (hook: string): string | undefined => (hooks && Object.hasOwn(known, hook) && known[hook] !== '' ? known[hook] : undefined)
  const [before, after] = [own(`pre${name}`), own(`post${name}`)]
  return { ...(before !== undefined && { before }), ...(after !== undefined && { after }) }
}

function missing({ task, script, cwd, keys }: ScriptWish, known: Readonly<Record<string, string>> | undefined, { placeOf }: Translation): Failure {
  const file = folderOf(cwd) === '.' ? 'package.json' : `${folderOf(cwd)}/package.json`
  const place = firstPlace(placeOf, keys, ['checks', task])
  if (known === undefined)
    return { type: 'config.invalid', what: `'${task}' runs the script '${script}', but there is no ${file} that can be read`, hint: 'Correct "cwd".', ...place }
  const meant = nearest(script, Object.keys(known))
  const hint = meant === undefined ? `Scripts there: ${Object.keys(known).slice(0, 20).join(', ') || 'none'}` : `Did you mean '${meant}'?`
  return { type: 'config.invalid', what: `'${task}' runs the script '${script}', which ${file} does not have`, hint, ...place }
}
