/** A Parser turns what a tool printed into findings. Pure; never throws; time grows with the length of the output. */
import type { Finding } from '../../model/finding.ts'

export type ToolOutput = { readonly stdout: string; readonly stderr: string }

export type ParsedOutput = {
  readonly findings: readonly Finding[]
  /** Why the output is not what the format demands. A pass that nobody could read is no pass. */
  readonly unreadable?: string
  /** The tool says that what it told of each file depends on no other one. */
  readonly alone?: true
}

export type Parser = (output: ToolOutput) => ParsedOutput
