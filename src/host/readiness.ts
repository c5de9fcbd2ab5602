/** Looks whether a server answers on this machine: by a connection to its port, or by a request over HTTP. Each look ends when its time is over. */
import { get as getPlain } from 'node:http'
import { get as getSecure } from 'node:https'
import { connect } from 'node:net'

/** Why it is not ready; undefined: it is. */
export type Look = (withinMs: number) => Promise<string | undefined>

/** On loopback, in either family. */
export const portLook =
  (port: number): Look =>
  async (withinMs) => {
    const whys = await Promise.all(['127.0.0.1', '::1'].map((host) => connected(host, port, withinMs)))
    return whys.includes(undefined) ? undefined : `nothing accepts connections on port ${port}`
  }

function connected(host: string, port: number, withinMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const settle = (why: string | undefined): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(why)
    }
    const timer = setTimeout(() => settle('it took too long'), withinMs)
    socket.once('connect', () => settle(undefined))
    socket.once('error', (error) => settle(error.message))
  })
}

/** A status from 200 to 399; nothing is followed. */
export const httpLook =
  (url: string): Look =>
  (withinMs) =>
    new Promise((resolve) => {
      const get = url.startsWith('https:') ? getSecure : getPlain
      const asked = get(url, { agent: false }, (answer) => {
        const { statusCode = 0 } = answer
        answer.resume()
        settle(statusCode >= 200 && statusCode < 400 ? undefined : `${url} answers with status ${statusCode}`)
      })
      const settle = (why: string | undefined): void => {
        clearTimeout(timer)
        asked.destroy()
        resolve(why)
      }
      const timer = setTimeout(() => settle(`${url} does not answer`), withinMs)
      // Also after it was settled: an error that nobody hears would end pawl.
      asked.on('error', (error) => settle(`${url} does not answer: ${error.message}`))
    })
