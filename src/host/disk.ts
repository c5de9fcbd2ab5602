/** Tells how much space is left where a path lies. */
import { statfs } from 'node:fs/promises'

/** Bytes that an ordinary user can still write, exactly as the file system counts them. */
export async function freeBytes(path: string): Promise<number> {
  const { bavail, frsize, bsize } = await statfs(path, { bigint: true })
  // Blocks are counted in units of frsize; older runtimes know bsize only, which is the same on the common file systems.
  return Number(bavail * (frsize ?? bsize))
}
