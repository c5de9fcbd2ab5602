/** SHA-256 where start-up counts: Bun has it built in, while loading node:crypto there costs milliseconds. */

type Hasher = { update(data: string | Uint8Array): Hasher; digest(encoding: 'hex'): string }

const bun = (globalThis as { Bun?: typeof Bun }).Bun

/** Lower-case hex. */
export const sha256 = (data: string | Uint8Array): string => newHasher().update(data).digest('hex')

const newHasher = (): Hasher => (bun === undefined ? process.getBuiltinModule('node:crypto').createHash('sha256') : new bun.CryptoHasher('sha256'))
