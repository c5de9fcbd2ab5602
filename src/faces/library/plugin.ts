/** What `import … from 'pawl/plugin'` gives: the types of plugins and of the configuration, and two functions that only check them. */
import type { Configuration, Plugin } from '../../app/plugin.ts'

/** Answers with what it is given; an editor then knows what belongs into it. */
export const definePlugin = <P extends Plugin>(plugin: P): P => plugin

export const defineConfig = (config: Configuration): Configuration => config

export type {
  Adapter,
  AdapterAnswer,
  AdapterCall,
  AdapterExit,
  AdapterWorld,
  CheckConfig,
  Configuration,
  Detected,
  ParsedOutput,
  Parser,
  Plugin,
  Preset,
  StrategyFacts,
  StrategyPlugin,
  StrategyTask,
  ToolOutput,
} from '../../app/plugin.ts'
export type { Files } from '../../model/files.ts'
export type { Finding } from '../../model/finding.ts'
