import { afterEach, beforeEach, expect, test } from 'bun:test'
import { spawn } from 'node:child_process'
import { existsSync, lstatSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { createConnection, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { callerArgv, openDoor, type Door, type DoorLimits, type Listener } from './agent-door.ts'
import { findProgram } from './program-search.ts'

const perl = findProgram('perl', { PATH: '/usr/bin:/bin' }, '/') ?? ''
const onLinux = test.if(process.platform === 'linux' && perl !== '')
let place = ''
beforeEach(() => (place = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-door-')))))
afterEach(() => rmSync(place, { recursive: true, force: true }))

const limits: DoorLimits = { atOnce: 2, callers: 5, bytes: 1000, unread: 200_000 }
type Answer = Parameters<typeof openDoor>[1]

/** Says back what it hears. */
const echo =
  (gone: () => void = () => undefined): Answer =>
  ({ say }): Listener => ({ hear: (chunk) => say(`<${Buffer.from(chunk).toString()}>`), gone: async () => gone() })

async function opened(answer: Answer, name = 'door'): Promise<Door> {
  const door = await openDoor(join(place, name), answer, limits)
  if (!door.ok) throw new Error(JSON.stringify(door.failures))
  return door.value
}

/** `cwd` keeps the path short. */
function relay(folder: string) {
  const [program = '', ...words] = callerArgv(perl, folder)
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'] })
  let told = ''
  let wanted: { readonly text: string; readonly resolve: () => void } | undefined
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text
    if (wanted !== undefined && told.includes(wanted.text)) wanted.resolve()
  })
  return {
    child,
    say: (text: string) => child.stdin.write(text),
    hears: (text: string) => new Promise<void>((resolve) => (told.includes(text) ? resolve() : (wanted = { text, resolve }))),
    ended: new Promise<number | null>((resolve) => child.on('close', resolve)),
  }
}

onLinux('a program comes in by standard input and output, also where the path is long, and leaves when it hangs up or the door is shut', async () => {
  let gone = 0
  const long = `${'long/'.repeat(40)}door`
  const door = await opened(
    echo(() => (gone += 1)),
    long,
  )
  expect(lstatSync(door.folder).mode & 0o777).toBe(0o700)
  const [one, two] = [relay(door.folder), relay(door.folder)]
  one.say('first')
  two.say('second')
  await Promise.all([one.hears('<first>'), two.hears('<second>')])
  one.child.stdin.end()
  expect(await one.ended).toBe(0)
  await door.close()
  expect([await two.ended, gone, existsSync(door.folder)]).toEqual([0, 2, false])
  expect(await relay(door.folder).ended).not.toBe(0)
  await door.close()
})

const connected = (folder: string): Socket => {
  process.chdir(folder)
  return createConnection('socket').on('error', () => undefined)
}
const closed = (socket: Socket): Promise<void> => new Promise((resolve) => socket.on('close', () => resolve()))

onLinux('too many callers, too much said, and a caller that does not listen are sent away, and nobody else', async () => {
  const before = process.cwd()
  try {
    const door = await opened(echo())
    const [one, two] = [relay(door.folder), relay(door.folder)]
    one.say('here')
    two.say('too')
    await Promise.all([one.hears('<here>'), two.hears('<too>')])
    await closed(connected(door.folder))
    two.say('x'.repeat(2000))
    expect(await two.ended).toBe(0)
    await door.close()
    expect(await one.ended).toBe(0)

    const floods = await opened(({ say }) => ({
      hear() {
        for (let i = 0; i < 100; i += 1) say('y'.repeat(10_000))
      },
      gone: async () => undefined,
    }))
    const deaf = connected(floods.folder).pause()
    deaf.write('go')
    deaf.on('end', () => undefined)
    const end = closed(deaf)
    deaf.resume()
    await end
    await floods.close()
  } finally {
    process.chdir(before)
  }
})

onLinux('shutting the door waits until what was asked for has ended', async () => {
  const order: string[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const door = await opened(() => ({
    hear: () => undefined,
    async gone() {
      await promise
      order.push('ended')
    },
  }))
  const one = relay(door.folder)
  one.say('x')
  const closing = door.close().then(() => order.push('shut'))
  resolve()
  await closing
  await one.ended
  expect(order.at(-1)).toBe('shut')
})
