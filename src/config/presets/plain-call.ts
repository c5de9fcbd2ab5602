/** Recognises a script that is one plain call of a known tool, so that what it prints and how it ends can be read. */
import type { ParserName, PluginName } from '../../model/task.ts'
import type { CheckConfig } from '../check-shape.ts'
import { understand, type Setting } from './node-invocation.ts'
import type { NodeTool } from './node-tool.ts'
import { scriptParts } from './script-words.ts'

export type PlainCall = { readonly tool: NodeTool; readonly judge: Pick<CheckConfig, 'parser' | 'exits'> }

const known = new WeakMap<Setting, Map<string, PlainCall | undefined>>()

/** The script runs as it is, so only what the tool prints for people can be read. Packages often have the same script: it is understood once. */
export function plainCall(text: string, setting: Setting): PlainCall | undefined {
  const texts = known.get(setting) ?? new Map<string, PlainCall | undefined>()
  known.set(setting, texts)
  if (!texts.has(text)) texts.set(text, recognised(text, setting))
  return texts.get(text)
}

/** These read what the tool prints without a flag of ours. */
const forPeople: ReadonlySet<ParserName | PluginName> = new Set(['tsc', 'file-list', 'markdownlint'])

function recognised(text: string, setting: Setting): PlainCall | undefined {
  const parts = scriptParts(text)
  const part = parts?.length === 1 ? parts[0] : undefined
  const call = part === undefined ? undefined : understand(part, setting, true)
  if (call === undefined || call.as !== 'check') return undefined
  const { parser, exits } = call.tool.judge
  return { tool: call.tool, judge: { parser: parser !== undefined && forPeople.has(parser) ? parser : 'gnu', ...(exits !== undefined && { exits }) } }
}
