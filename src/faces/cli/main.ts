/** The entry of the program: arguments in, exit code out. The only place where the process is ended. */
import { resolve } from 'node:path'
import { commands } from './commands.ts'
import { readArguments } from './arguments.ts'
import { environmentRedaction } from '../../app/redacted.ts'
import { showFailures } from './show-failures.ts'
import { failureIn } from '../../model/failure.ts'
import { otherExitCodes } from '../../model/verdict.ts'
import { stackOf } from '../../model/thrown.ts'

/** Runs one command line and returns the exit code. Whatever is thrown below is a bug of pawl, said as one. */
export async function main(argv: readonly string[], env: Readonly<Record<string, string | undefined>>, cwd: string): Promise<number> {
  try {
    return await dispatch(argv, env, cwd)
  } catch (error) {
    const known = failureIn(error)
    if (known !== undefined) {
      showFailures([known], { env, json: wantsJson(argv) })
      return otherExitCodes.failure
    }
    const text = stackOf(error)
    const failure = { type: 'pawl.bug', what: 'pawl itself is wrong', why: text.split('\n')[0] ?? '', hint: 'Please report it with the lines below.' } as const
    showFailures([failure], { env, json: wantsJson(argv) })
    console.error(environmentRedaction(env).text(text))
    return otherExitCodes.bug
  }
}

async function dispatch(argv: readonly string[], env: Readonly<Record<string, string | undefined>>, cwd: string): Promise<number> {
  const json = wantsJson(argv)
  const read = readArguments(argv, commands)
  if (!read.ok) {
    showFailures(read.failures, { env, json })
    return otherExitCodes.failure
  }
  const args = read.value
  if (args.flags.has('version')) {
    const { version } = await import('../../app/version.ts')
    console.log(json ? JSON.stringify({ v: 1, kind: 'version', version }) : version)
    return 0
  }
  if (args.flags.has('help')) {
    const { helpText } = await import('./help-text.ts')
    const text = helpText(args.named ? args.command : undefined)
    console.log(json ? JSON.stringify({ v: 1, kind: 'help', text }) : text)
    return 0
  }
  const perform = await args.command.load()
  const end = await perform({ cwd: resolve(cwd, String(args.flags.get('cwd') ?? '.')), env, args })
  if ('code' in end) return end.code
  showFailures(end.failures, { env, json })
  return end.failures.some((failure) => failure.type === 'lock.busy') ? otherExitCodes.lock : otherExitCodes.failure
}

/** Asked of the words, for the command line itself may be wrong. */
const wantsJson = (argv: readonly string[]): boolean => argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined).includes('--json')
