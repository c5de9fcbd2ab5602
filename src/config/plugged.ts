/** What plugins bring to the making of a plan, by names such as "acme/report". */
import type { Json } from '../model/json.ts'
import type { Inputs } from '../model/task.ts'
import type { Preset } from './preset.ts'
import type { StrategyPlugin } from './strategy-plugin.ts'

/** `code`: digest of the code that it is made of; undefined: nobody can say, so that nothing that it does is reused. */
export type PluggedParser = { readonly code: string | undefined }

export type PluggedAdapter = PluggedParser & {
  readonly inputs: Partial<Inputs> | ((args: Readonly<Record<string, Json>>) => Partial<Inputs>)
}

export type Plugged = {
  readonly parsers: ReadonlyMap<string, PluggedParser>
  readonly adapters: ReadonlyMap<string, PluggedAdapter>
  readonly strategies: ReadonlyMap<string, StrategyPlugin>
  readonly presets: readonly Preset[]
}

export const nothingPlugged: Plugged = { parsers: new Map(), adapters: new Map(), strategies: new Map(), presets: [] }
