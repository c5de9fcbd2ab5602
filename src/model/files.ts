/** Files of the repository, as detection and built-in checks read them. Paths are relative to the root. */

export type Files = {
  /** Absolute path of the root, for messages and child processes. */
  readonly root: string
  /** UTF-8 text, or undefined when there is no such file. Cached for the life of this object. */
  read(path: string): Promise<string | undefined>
  exists(path: string): Promise<boolean>
  /** Names in a folder, sorted; folders end with "/". Empty when there is no such folder. */
  list(folder: string): Promise<readonly string[]>
  /** Existing paths, tracked or untracked but not ignored, that match the globs; sorted. */
  glob(globs: readonly string[]): Promise<readonly string[]>
}
