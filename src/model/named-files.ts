/** Files that a person named, wherever they lie: unlike `Files`, a path may leave the root, and nothing is repaired while it is decoded. Paths are absolute. */

export type NamedText =
  /** Byte for byte: a byte order mark and the ends of lines are kept. */
  | { readonly kind: 'text'; readonly text: string }
  /** No such file, or something that is no file. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'too-large'; readonly bytes: number }
  /** No valid UTF-8. */
  | { readonly kind: 'not-text' }

export type NamedFiles = {
  /** Links are followed. Undefined: nothing is there, or neither a file nor a folder. */
  kind(path: string): Promise<'file' | 'folder' | undefined>
  /** Names in a folder, sorted; folders end with "/". Empty when there is no such folder. */
  names(folder: string): Promise<readonly string[]>
  /** At most so many bytes are read. */
  text(path: string, mostBytes: number): Promise<NamedText>
}
