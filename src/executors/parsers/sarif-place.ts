/** Finds where a result of SARIF is: files are addresses there, relative to named folders, with escapes for all that is not plain. */
import { at, listAt, numberAt, textAt } from './json-output.ts'

export type SarifPlace = { readonly file?: string; readonly line?: number; readonly column?: number }

/** Folders may stand on folders; a circle must end. */
const mostFolders = 10

export function placeOf(result: unknown, run: unknown): SarifPlace {
  const physical = at(result, 'locations', 0, 'physicalLocation')
  const file = fileOf(at(physical, 'artifactLocation'), run)
  const line = numberAt(physical, 'region', 'startLine')
  const column = numberAt(physical, 'region', 'startColumn')
  return { ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) }
}

/** The address itself, or the number of a row in the table of artifacts. */
function fileOf(artifact: unknown, run: unknown): string | undefined {
  const index = numberAt(artifact, 'index')
  const listed = index === undefined ? undefined : at(listAt(run, 'artifacts')[index], 'location')
  const address = addressOf(textAt(artifact, 'uri') === undefined ? listed : artifact, run)
  return address === undefined ? undefined : pathOf(address)
}

function addressOf(location: unknown, run: unknown): string | undefined {
  let address = textAt(location, 'uri')
  let base = textAt(location, 'uriBaseId')
  for (let folders = 0; address !== undefined && base !== undefined && !isAbsolute(address) && folders < mostFolders; folders++) {
    const folder = at(run, 'originalUriBaseIds', base)
    // Without an address of its own the folder is the one that the tool ran in.
    address = joined(textAt(folder, 'uri') ?? '', address)
    base = textAt(folder, 'uriBaseId')
  }
  return address
}

const isAbsolute = (address: string): boolean => /^(?:[A-Za-z][A-Za-z0-9+.-]{0,30}:|\/)/.test(address)
const joined = (folder: string, address: string): string => (folder === '' || folder.endsWith('/') ? `${folder}${address}` : `${folder}/${address}`)

/** "file:///repo/my%20file.ts" is /repo/my file.ts; what is on the web is no file. A tool of Windows may write C:\ as it is. */
function pathOf(address: string): string | undefined {
  if (/^[A-Za-z]:[\\/]/.test(address)) return decoded(address)
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]{0,30}):/.exec(address)?.[1]?.toLowerCase()
  if (scheme !== undefined && scheme !== 'file') return undefined
  const path = scheme === undefined ? address : address.slice('file:'.length).replace(/^\/\/(?:[^/]{0,255})(?=\/)/, '')
  return decoded(path).replace(/^\/(?=[A-Za-z]:[\\/])/, '')
}

/** A % that is no escape stays what it is. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch (error) {
    // The path was not encoded at all: it is a name with a % in it.
    if (error instanceof URIError) return path
    throw error
  }
}
