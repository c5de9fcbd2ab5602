/** Digests where start-up counts: Bun has them built in, while loading node:crypto there costs as much as all else that a short run does. */

export type Hasher = { update(data: string | Uint8Array): Hasher; digest(encoding: 'hex'): string }

const bun = (globalThis as { Bun?: typeof Bun }).Bun

/** Of one content, in lower-case hex. */
export const sha256 = (data: string | Uint8Array): string => newHasher().update(data).digest('hex')

/** For what comes in pieces. SHA-1 only where git counts with it. */
export const newHasher = (algorithm: 'sha256' | 'sha1' = 'sha256'): Hasher =>
  bun === undefined ? process.getBuiltinModule('node:crypto').createHash(algorithm) : new bun.CryptoHasher(algorithm)
