/** Reads a package.json of which nothing is sure. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parsedJson } from '../model/json.ts'

/** Of the package in `folder`; empty where there is none, or none that can be read. */
export function manifestIn(folder: string): { readonly name?: unknown; readonly version?: unknown; readonly bin?: unknown } {
  const path = join(folder, 'package.json')
  if (!existsSync(path)) return {}
  const manifest = parsedJson(readFileSync(path, 'utf8'))
  return typeof manifest === 'object' && manifest !== null ? manifest : {}
}
