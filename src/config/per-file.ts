/** Reads `perFile`: whether a check judges each file by itself, so that only files that it has not judged before are handed to it. */
import type { PerFile } from '../model/task.ts'
import type { CheckConfig } from './check-shape.ts'
import { placed } from './keys.ts'
import type { Translation } from './translation.ts'

export function perFileOf(name: string, check: CheckConfig, { placeOf, failures }: Translation): PerFile | undefined {
  const { perFile } = check
  if (perFile === undefined) return undefined
  const trouble = troubleWith(check)
  if (trouble === undefined) return { reads: perFile.reads, names: perFile.names ?? true, ...(perFile.told === undefined ? {} : { told: perFile.told }) }
  const [why, hint] = trouble
  failures.push({ type: 'config.invalid', what: `'${name}' cannot be judged file by file: ${why}`, hint, ...placed(placeOf(['checks', name, 'perFile'])) })
  return undefined
}

function troubleWith(check: CheckConfig): readonly [why: string, hint: string] | undefined {
  const { command = '' } = check
  const takesFiles = typeof command === 'string' ? /(^|\s)\{files\}(\s|$)/.test(command) : Array.isArray(command) && command.includes('{files}')
  if (!takesFiles) return ['its command does not take them', "Put '{files}' where the file names belong: command: [mylint, '{files}']."]
  if (check.inputs === 'unknown') return ["its 'inputs' are unknown", "Say with 'inputs' which files count, or leave 'perFile' out."]
  if (check.outputs !== undefined && check.outputs.length > 0) return ["it has 'outputs', which come from all files together", "Leave 'perFile' out."]
  return check.ttl === undefined ? undefined : ["its results grow old ('ttl')", "Leave 'ttl' or 'perFile' out."]
}
