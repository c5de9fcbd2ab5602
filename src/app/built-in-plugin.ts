/** What pawl itself brings, as a plugin like any other; its parts are used without its name before them. */
import { presets } from '../config/presets.ts'
import { parsers } from '../executors/parsers/by-name.ts'
import type { Plugin } from './plugin.ts'

export const builtInPlugin = { name: 'pawl', parsers, presets } as const satisfies Plugin
