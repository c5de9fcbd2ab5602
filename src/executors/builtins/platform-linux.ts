/** Looks at the limits of Linux that watchers and test runners run into first. */
import type { Finding } from '../../model/finding.ts'
import type { Builtin, BuiltinWorld } from '../builtin.ts'
import { ask } from './asking.ts'

const watchesWanted = 8192
const filesWanted = 1024

export const platformLinux: Builtin = async (_args, world) => {
  const watches = await numberFrom(['cat', '/proc/sys/fs/inotify/max_user_watches'], world)
  const files = await numberFrom(['sh', '-c', 'ulimit -Sn'], world)
  const findings: Finding[] = []
  if (watches !== undefined && watches < watchesWanted)
    findings.push(advice('inotify', `only ${watches} files can be watched`, 'sudo sysctl fs.inotify.max_user_watches=524288'))
  if (files !== undefined && files < filesWanted) findings.push(advice('open-files', `a process may open only ${files} files`, 'ulimit -n 4096'))
  return { findings, summary: `${watches ?? 'unknown'} watches, ${files ?? 'unlimited'} open files` }
}

export const advice = (rule: string, message: string, suggestion: string): Finding => ({ severity: 'warning', rule, message, suggestion })

/** Undefined: this system has no such limit ("unlimited"), or does not tell. */
async function numberFrom(argv: readonly string[], world: BuiltinWorld): Promise<number | undefined> {
  const answer = await ask(argv, world, { timeoutMs: 10_000 })
  if (!answer.ok || answer.exit.code !== 0) return undefined
  const number = Number(answer.exit.stdout.trim())
  return Number.isInteger(number) ? number : undefined
}
