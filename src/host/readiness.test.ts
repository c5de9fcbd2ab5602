import { afterEach, expect, test } from 'bun:test'
import { once } from 'node:events'
import { createServer as createHttp } from 'node:http'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { httpLook, portLook } from './readiness.ts'

const servers: Server[] = []
afterEach(() => {
  servers.splice(0).forEach((server) => server.close())
})

async function listening(server: Server, host: string): Promise<number> {
  servers.push(server)
  server.listen({ host, port: 0 })
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

test.each(['127.0.0.1', '::1'])('a port is ready when something at %s accepts connections, and not before', async (host) => {
  const server = createServer((socket) => socket.destroy())
  const port = await listening(server, host)
  expect(await portLook(port)(5000)).toBeUndefined()
  server.close()
  await once(server, 'close')
  expect(await portLook(port)(5000)).toBe(`nothing accepts connections on port ${port}`)
})

test.each([
  [200, undefined],
  [302, undefined],
  [404, 'answers with status 404'],
  [503, 'answers with status 503'],
])('an address that answers with status %d: %p', async (status, why) => {
  const port = await listening(
    createHttp((_, answer) => {
      answer.writeHead(status, { location: 'http://127.0.0.1:1/' }).end()
    }),
    '127.0.0.1',
  )
  const url = `http://127.0.0.1:${port}/health`
  expect(await httpLook(url)(5000)).toBe(why === undefined ? undefined : `${url} ${why}`)
})

test('an address at which nothing answers, or at which something accepts and says nothing, is not ready', async () => {
  const mute = createServer()
  const port = await listening(mute, '127.0.0.1')
  expect(await httpLook(`http://127.0.0.1:${port}/`)(50)).toContain('does not answer')
  expect(await httpLook('http://127.0.0.1:1/')(5000)).toContain('does not answer')
})
