/** Takes the configuration out of a TypeScript or JavaScript module. */
import { failed, ok, type Result } from '../model/failure.ts'
import type { Files } from '../model/files.ts'
import { kindAndMessageOf } from '../model/thrown.ts'

export type ImportModule = (absolutePath: string) => Promise<unknown>

export async function readModule(files: Files, path: string, importModule: ImportModule): Promise<Result<unknown>> {
  const absolute = /^([/\\]|[A-Za-z]:)/.test(path) ? path : `${files.root.replace(/[/\\]$/, '')}/${path}`
  let module: unknown
  try {
    module = await importModule(absolute)
  } catch (error) {
    // Whatever a module of the user throws is about the module, so it becomes a failure with its text.
    return failed({
      type: 'config.unreadable',
      what: `${path} could not be imported`,
      why: kindAndMessageOf(error),
      hint: `Run it alone to see the whole message: node ${path}`,
      place: { file: path },
    })
  }
  const exported = exportsOf(module)
  const config = exported['config'] ?? exported['default']
  if (config !== undefined) return ok(config)
  return failed({
    type: 'config.invalid',
    what: `${path} exports no configuration`,
    hint: 'Write: export const config = { checks: { … } }',
    place: { file: path },
  })
}

const exportsOf = (module: unknown): Readonly<Record<string, unknown>> =>
  typeof module === 'object' && module !== null ? (module as Readonly<Record<string, unknown>>) : {}
