/** Whether a path that a program names lies in a folder; by its words alone, so that a link can deceive it. */

/** `path`: absolute, relative to the folder, or a file URL. */
export function isInFolder(folder: string, path: string): boolean {
  const home = partsOf(folder)
  const named = path.startsWith('file://') ? decodeURIComponent(path.slice(7)) : path
  const parts = isAbsolute(named) ? partsOf(named) : partsOf(`${folder}/${named}`)
  return home !== undefined && parts !== undefined && home.every((part, i) => parts[i] === part)
}

const isAbsolute = (path: string): boolean => /^([\\/]|[A-Za-z]:[\\/])/.test(path)

/** Undefined: it leads above the root. */
function partsOf(path: string): readonly string[] | undefined {
  const parts: string[] = []
  for (const part of path.split(/^[A-Za-z]:/.test(path) ? /[\\/]/ : '/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return undefined
  }
  // The temporary folder of a Mac has two names.
  return parts[0] === 'private' ? parts.slice(1) : parts
}
