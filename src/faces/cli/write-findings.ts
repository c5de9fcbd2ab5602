/** Writes the findings of a run in the format that was asked for, to standard output or to a file. */
import { saveText } from '../../app/output.ts'
import type { Checked } from '../../app/perform.ts'
import type { Failure } from '../../model/failure.ts'
import { newFacts, remember, type Facts } from '../reporters/facts.ts'
import { findingsJson } from '../reporters/findings-json.ts'
import { junit } from '../reporters/junit.ts'
import { sarif } from '../reporters/sarif.ts'
import { shortPause, writerTo } from '../reporters/screen.ts'
import type { Event } from '../../model/event.ts'
import { documentFormat } from './arguments.ts'
import type { Arguments } from './command.ts'
import { statSync, writeFileSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import { messageOf } from '../../model/thrown.ts'

export async function writeFindings(cwd: string, args: Arguments, checked: Checked, events: readonly Event[]): Promise<readonly Failure[]> {
  const text = documentOf(documentFormat(args.flags), checked, events)
  if (text === undefined) return []
  const path = args.flags.get('output')
  if (typeof path !== 'string') return printed(text)
  return isDevice(resolve(cwd, path)) ? written(path, text) : saveText(resolve(cwd, path), text)
}

function documentOf(format: ReturnType<typeof documentFormat>, { plan, result }: Checked, events: readonly Event[]): string | undefined {
  const facts: Facts = newFacts()
  for (const event of events) remember(facts, event)
  if (format === 'json') return findingsJson(plan, result, facts)
  if (format === 'sarif') return sarif(plan, result, facts)
  if (format === 'junit') return junit(plan, result, facts)
  return undefined
}

function printed(text: string): readonly Failure[] {
  try {
    writerTo((bytes, offset) => writeSync(1, bytes, offset), shortPause)(`${text.replace(/\n$/, '')}\n`)
    return []
  } catch (error) {
    const what = 'the findings could not be written to the end'
    return [{ type: 'report.unwritten', what, why: messageOf(error), kept: 'the run itself is recorded: pawl status' }]
  }
}

/** A pipe, a terminal or /dev/null is written to; it must not be replaced by a file. */
const isDevice = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === false

function written(path: string, text: string): readonly Failure[] {
  try {
    writeFileSync(path, text)
    return []
  } catch (error) {
    return [{ type: 'store.unusable', what: `cannot write ${path}`, why: messageOf(error), kept: 'the run itself is recorded' }]
  }
}
