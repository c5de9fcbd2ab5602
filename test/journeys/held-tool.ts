/** A program that the test holds by the hand: it tells when it is started, prints and exits only when told to. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { dirname, join } from 'node:path'

export type Call = {
  readonly args: readonly string[]
  readonly pid: number
  prints(text: string): Call
  exit(code: number): void
  /** Resolves when the process is gone, in whatever way. */
  readonly gone: Promise<void>
}

export type HeldTool = {
  readonly path: string
  /** The next call; waits for it. */
  started(): Promise<Call>
  /** How often it was called. */
  calls(): number
  close(): Promise<void>
}

export async function heldTool(path: string): Promise<HeldTool> {
  mkdirSync(dirname(path), { recursive: true })
  const waiting: ((call: Call) => void)[] = []
  const arrived: Call[] = []
  let count = 0
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    let text = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const before = text.includes('\n')
      text += chunk
      if (before || !text.includes('\n')) return
      count += 1
      const { args, pid } = JSON.parse(text.split('\n')[0] ?? '{}') as { args: string[]; pid: number }
      const next = waiting.shift()
      const call = callOf(socket, args, pid)
      if (next === undefined) arrived.push(call)
      else next(call)
    })
  })
  const address = `${path}.sock`
  await new Promise<void>((resolve) => server.listen(address, resolve))
  writeFileSync(path, `#!${join(import.meta.dirname, '../../node_modules/.bin/bun')}\n${program(address)}`)
  chmodSync(path, 0o755)
  return {
    path,
    started: () =>
      new Promise((resolve) => {
        const call = arrived.shift()
        if (call === undefined) waiting.push(resolve)
        else resolve(call)
      }),
    calls: () => count,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function callOf(socket: Socket, args: readonly string[], pid: number): Call {
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const order = (value: unknown): void => void socket.write(`${JSON.stringify(value)}\n`)
  const call: Call = {
    args,
    pid,
    gone,
    prints: (text) => {
      order({ print: text })
      return call
    },
    exit: (code) => order({ exit: code }),
  }
  return call
}

const program = (address: string): string => `
const socket = require('node:net').connect(${JSON.stringify(address)})
socket.on('error', () => process.exit(99))
socket.write(JSON.stringify({ args: process.argv.slice(2), pid: process.pid }) + '\\n')
let text = ''
socket.setEncoding('utf8').on('data', (chunk) => {
  text += chunk
  for (let end = text.indexOf('\\n'); end >= 0; end = text.indexOf('\\n')) {
    const order = JSON.parse(text.slice(0, end))
    text = text.slice(end + 1)
    if ('print' in order) require('node:fs').writeSync(1, order.print + '\\n')
    if ('exit' in order) process.exit(order.exit)
  }
})
socket.on('close', () => process.exit(98))
`
