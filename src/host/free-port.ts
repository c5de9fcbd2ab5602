/** Finds out whether a TCP port of this machine is free: it is bound on loopback, in both families, and let go again. */
import { createServer } from 'node:net'
import { Bug } from '../model/failure.ts'
import { codeOf } from './state-trouble.ts'

/** One that cannot be bound, for whatever reason, is not free. */
export async function isPortFree(port: number): Promise<boolean> {
  for (const host of loopback) if (!(await canBind(port, host))) return false
  return true
}

const loopback = ['127.0.0.1', '::1'] as const

/** A machine without IPv6 has nobody there to be in the way. */
const noSuchFamily: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT'])

function canBind(port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error) => {
      const code = codeOf(error)
      if (code === undefined) reject(new Bug(`binding port ${port} failed without a code: ${String(error)}`))
      else resolve(noSuchFamily.has(code) && host === '::1')
    })
    server.listen({ port, host, exclusive: true, ipv6Only: host === '::1' }, () => server.close(() => resolve(true)))
  })
}
