/** A Plugin brings parts that are used by its name and theirs: "acme/report". Built-in parsers and presets are parts of a plugin, too. */
import type { Preset } from '../config/preset.ts'
import type { ConfigFile } from '../config/shape.ts'
import type { StrategyPlugin } from '../config/strategy-plugin.ts'
import type { Adapter } from '../executors/adapter.ts'
import type { Parser } from '../executors/parsers/parser.ts'

export type Plugin = {
  /** Letters, digits and . _ @ + -; two plugins never have the same. */
  readonly name: string
  /** Make findings out of what a tool printed: `parser: acme/report`. */
  readonly parsers?: Readonly<Record<string, Parser>>
  /** Recognise checks in a repository. */
  readonly presets?: readonly Preset[]
  /** Decide which checks run, how many at a time and in which order: `--strategy acme/quick`. */
  readonly strategies?: Readonly<Record<string, StrategyPlugin>>
  /** Judge, in the place of a command: `adapter: acme/links`. */
  readonly adapters?: Readonly<Record<string, Adapter>>
}

/** What pawl.config.ts exports as `config`. */
export type Configuration = Omit<ConfigFile, 'plugins'> & { readonly plugins?: readonly (string | Plugin)[] }

// The words that an author of plugins needs, wherever they live.
export type { Detected, Preset } from '../config/preset.ts'
export type { CheckConfig } from '../config/check-shape.ts'
export type { StrategyFacts, StrategyPlugin, StrategyTask } from '../config/strategy-plugin.ts'
export type { Adapter, AdapterAnswer, AdapterCall, AdapterExit, AdapterWorld } from '../executors/adapter.ts'
export type { ParsedOutput, Parser, ToolOutput } from '../executors/parsers/parser.ts'
