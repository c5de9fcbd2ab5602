/** The formatters of pawl that run inside of the user's tools, as texts by name. */
import type { FormatterName } from '../../model/task.ts'
import eslint from './eslint-formatter.mjs' with { type: 'text' }

export const formatters: Readonly<Record<FormatterName, string>> = { eslint }
