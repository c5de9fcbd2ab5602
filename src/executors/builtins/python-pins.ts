/** What a repository says about the Python that it wants, each with the place where it says so. */
import { whyUnreadable } from '../../model/unreadable.ts'
import type { Files } from '../../model/files.ts'

export type PythonPin = { readonly wanted: string; readonly file: string; readonly line?: number }

export async function pythonPins(files: Files): Promise<readonly PythonPin[]> {
  const pins: PythonPin[] = []
  const pyproject = await files.read('pyproject.toml')
  if (pyproject !== undefined) pins.push(...(await projectPins(pyproject)))
  const version = (await files.read('.python-version'))
    ?.split('\n')
    .find((line) => /^\d/.test(line.trim()))
    ?.trim()
  if (version !== undefined) pins.push({ wanted: version, file: '.python-version', line: 1 })
  const tools = await files.read('.tool-versions')
  const line = tools?.split('\n').findIndex((text) => /^python\s+\d/.test(text)) ?? -1
  if (tools !== undefined && line >= 0) pins.push({ wanted: tools.split('\n')[line]?.split(/\s+/)[1] ?? '', file: '.tool-versions', line: line + 1 })
  for (const file of ['mise.toml', '.mise.toml']) pins.push(...misePin(await files.read(file), file))
  const setup = /^\s*python_requires\s*=\s*['"]?([^'"\n]+?)['"]?\s*,?\s*$/m.exec(
    `${(await files.read('setup.cfg')) ?? ''}\n${(await files.read('setup.py')) ?? ''}`,
  )?.[1]
  if (setup !== undefined && !pins.some((pin) => pin.file === 'pyproject.toml'))
    pins.push({ wanted: setup, file: (await files.exists('setup.cfg')) ? 'setup.cfg' : 'setup.py' })
  return pins
}

async function projectPins(text: string): Promise<readonly PythonPin[]> {
  const { parse, TomlError } = await import('smol-toml')
  let table: unknown
  try {
    table = parse(text)
  } catch (error) {
    if (!(error instanceof TomlError) && whyUnreadable(error) === undefined) throw error
    return [{ wanted: 'a pyproject.toml that cannot be parsed', file: 'pyproject.toml', ...(error instanceof TomlError ? { line: error.line } : {}) }]
  }
  const wanted = at(table, 'project', 'requires-python') ?? at(table, 'tool', 'poetry', 'dependencies', 'python')
  if (typeof wanted !== 'string' || wanted === '*') return []
  const line = text.split('\n').findIndex((row) => /^\s*(requires-python|python)\s*=/.test(row)) + 1
  return [{ wanted, file: 'pyproject.toml', ...(line > 0 ? { line } : {}) }]
}

function misePin(text: string | undefined, file: string): readonly PythonPin[] {
  const match = text === undefined ? undefined : /^\s*python\s*=\s*['"](\d[^'"]*)['"]/m.exec(text)
  if (text === undefined || match?.[1] === undefined) return []
  return [{ wanted: match[1], file, line: text.slice(0, match.index).split('\n').length }]
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key) ? Reflect.get(inner, key) : undefined),
    value,
  )
}
