/** Judges by the text of a dry run, for package managers whose dry run ends with 0 whatever it would do. */
import type { Builtin } from '../builtin.ts'
import { ask, crashed, textOr, textsOf } from './asking.ts'

/** `done`: the text that says that nothing would happen; `pending`: that something would. Neither: the tool has changed its words. */
export const dryRun: Builtin = async (args, world) => {
  const argv = textsOf(args['argv'])
  const answer = await ask(argv, world, { timeoutMs: 300_000 })
  if (!answer.ok) return answer
  const { exit } = answer
  if (exit.code !== 0) return { failure: crashed(argv, exit) }
  const text = `${exit.stdout}\n${exit.stderr}`
  world.output(text)
  if (new RegExp(textOr(args['done'], '(?!)')).test(text)) return { findings: [], summary: 'everything is installed' }
  const line = text.split('\n').find((row) => new RegExp(textOr(args['pending'], '(?!)')).test(row))
  if (line !== undefined)
    return {
      findings: [{ severity: 'error', rule: 'installed', message: line.trim(), suggestion: argv.filter((arg) => arg !== '--dry-run').join(' ') }],
      summary: line.trim(),
    }
  return {
    failure: { type: 'tool.unparsed', what: `${argv.join(' ')} said neither that something is to be done nor that nothing is`, why: text.trim().slice(0, 300) },
  }
}
