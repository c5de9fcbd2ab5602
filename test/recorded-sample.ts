/** Recorded output of tools, and findings as short lines to compare. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ToolOutput } from '../src/executors/parsers/parser.ts'
import type { Finding } from '../src/model/finding.ts'

const samples = join(import.meta.dirname, '../src/executors/parsers/samples')

/** "file:line:column severity rule: message", and "*" for what the tool can mend. */
export const short = (finding: Finding): string => {
  const place = [finding.file ?? '-', finding.line, finding.column].filter((part) => part !== undefined).join(':')
  return `${place} ${finding.severity} ${finding.rule ?? '-'}${finding.fixable === true ? '*' : ''}: ${finding.message}`
}

/** What the tool printed; the name of the sample says on which output. */
export function outputOf(sample: string): ToolOutput {
  const text = readFileSync(join(samples, `${sample}.txt`), 'utf8')
  return sample.endsWith('stderr') ? { stdout: '', stderr: text } : { stdout: text, stderr: '' }
}
