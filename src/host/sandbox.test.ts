/** In the sandbox a program keeps the promises of Processes, sees only what it was lent, and never runs outside of it. */
import { afterEach, beforeEach, expect, test } from 'bun:test'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fact, wordsOf } from '../../test/soak/watching.ts'
import { newCancellation } from '../model/cancellation.ts'
import { failed } from '../model/failure.ts'
import type { Exit, Processes, ProcessSpec } from '../model/processes.ts'
import { noSandbox, triedMaker } from './sandbox-maker.ts'
import type { SandboxBox } from './sandbox-view.ts'
import { sandboxed, sandboxTrouble } from './sandbox.ts'
import { systemProcesses } from './system-processes.ts'

const trouble = await sandboxTrouble()
if (trouble !== undefined) console.log(`not run: ${trouble.what}: ${trouble.why ?? ''}`)
const shutIn = test.if(trouble === undefined)

const env = { PATH: '/usr/local/bin:/usr/bin:/bin' }
const patient = systemProcesses({ graceMs: 10_000, guarded: false })
const hasty = systemProcesses({ graceMs: 300, guarded: false })
let place = ''
let box: SandboxBox = { folder: '', home: '', readable: [], writable: [], network: 'none' }
let count = 0

beforeEach(() => {
  place = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-sandbox-')))
  for (const name of ['tree', 'home', 'lent', 'exchange', 'apart']) mkdirSync(join(place, name))
  box = { folder: join(place, 'tree'), home: join(place, 'home'), readable: [join(place, 'lent')], writable: [join(place, 'exchange')], network: 'none' }
})
afterEach(() => rmSync(place, { recursive: true, force: true }))

type Wish = Partial<Omit<ProcessSpec, 'argv'>>
const spec = (argv: readonly string[], wish: Wish = {}): ProcessSpec => ({
  argv,
  cwd: box.folder,
  env,
  timeoutMs: 20_000,
  tag: `sandbox-${process.pid}-${++count}`,
  cancellation: newCancellation(),
  ...wish,
})
async function exitOf(argv: readonly string[], wish: Wish = {}, by: Processes = hasty): Promise<Exit> {
  const ended = await sandboxed(by, box).run(spec(argv, wish))
  if (!ended.ok) throw new Error(JSON.stringify(ended.failure))
  return ended.exit
}
const sh = (script: string, wish?: Wish, by?: Processes): Promise<Exit> => exitOf(['sh', '-c', script], wish, by)
async function failureOf(argv: readonly string[], wish?: Wish) {
  const ended = await sandboxed(hasty, box).run(spec(argv, wish))
  if (ended.ok) throw new Error(`did start: ${JSON.stringify(ended.exit)}`)
  return ended.failure
}
const words = (): readonly string[] => readdirSync('/proc').flatMap((pid) => (/^\d+$/.test(pid) ? wordsOf(pid) : []))
const lives = (word: string): boolean => words().includes(word)

/** In a session of its own, deaf, without its environment, known by a word. */
const stays = (word: string): string => `( setsid nohup env -i /bin/sh -c 'trap "" TERM HUP INT; while :; do /bin/sleep 0.1; done' ${word} > /dev/null 2>&1 & )`

shutIn('exit code, both outputs, arguments and millions of bytes arrive as they are', async () => {
  expect(await sh('echo out; echo err >&2; exit 7')).toMatchObject({ kind: 'exited', code: 7, stdout: 'out\n', stderr: 'err\n', cut: false })
  const wild = ['a b', '$HOME', '`id`', '; false', '*', '"\'', 'ä\n', '--bind', '--', 'A=b']
  expect((await exitOf(['printf', '%s|', ...wild])).stdout).toBe(`${wild.join('|')}|`)
  expect((await sh('head -c 3000000 /dev/zero | tr "\\0" x')).stdout.length).toBe(3_000_000)
})

shutIn('a program that dies of its own fault is told with its signal', async () => {
  const exit = await sh('kill -SEGV $$')
  expect(exit).toMatchObject({ kind: 'signalled', signal: 'SIGSEGV' })
  expect(exit.code).toBeUndefined()
  expect(await sh('exit 145')).toMatchObject({ kind: 'exited', code: 145 })
})

shutIn('the environment is the one that is asked for, with a home of its own and nothing that names places outside', async () => {
  const wish = {
    ...env,
    ONE: '1',
    HOME: '/root',
    TMPDIR: '/somewhere',
    SSH_AUTH_SOCK: '/tmp/agent',
    XDG_RUNTIME_DIR: '/run/user/0',
    LD_LIBRARY_PATH: '/usr/lib',
  }
  const exit = await exitOf(['env'], { env: wish, tag: 'lint@1.1' })
  const lines = exit.stdout
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('PAWL_ATTEMPT='))
  const expected = [`HOME=${box.home}`, 'LD_LIBRARY_PATH=/usr/lib', 'ONE=1', `PATH=${env.PATH}`, `PWD=${box.folder}`, 'TMPDIR=/tmp']
  expect(lines.toSorted()).toEqual(expected)
  expect(exit.stdout).toContain('PAWL_ATTEMPT=')
})

shutIn('it reads nothing, the file that it is given, or what is said to it', async () => {
  writeFileSync(join(place, 'apart', 'brief'), 'do it\n')
  expect(await exitOf(['cat'])).toMatchObject({ code: 0, stdout: '' })
  expect(await exitOf(['cat'], { inputFile: join(place, 'apart', 'brief') })).toMatchObject({ code: 0, stdout: 'do it\n' })
  expect(await sh('read -r word; echo "$word back"', { talk: (say) => say('hello\n') })).toMatchObject({ code: 0, stdout: 'hello back\n' })
})

shutIn('usage is measured and output is passed on while it runs', async () => {
  const cancellation = newCancellation()
  const exit = await sh('i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo ready; sleep 30', {
    cancellation,
    onOutput: () => cancellation.request('enough'),
  })
  expect(exit).toMatchObject({ kind: 'cancelled', stdout: 'ready\n' })
  expect(exit.usage).toBeDefined()
})

shutIn('it can tidy up when it is asked to end, and one that does not listen is ended', async () => {
  const [asked, deaf] = [newCancellation(), newCancellation()]
  const tidy = 'trap "echo tidied; exit 3" TERM; echo ready; while :; do sleep 0.02; done'
  expect(await sh(tidy, { cancellation: asked, onOutput: () => asked.request('enough') }, patient)).toMatchObject({
    kind: 'cancelled',
    code: 3,
    stdout: 'ready\ntidied\n',
  })
  const stubborn = 'trap "" TERM; echo ready; while :; do sleep 0.02; done'
  expect(await sh(stubborn, { cancellation: deaf, onOutput: () => deaf.request('enough') })).toMatchObject({ kind: 'cancelled', signal: 'SIGKILL' })
})

shutIn('what it leaves behind ends with it: at an exit, at a time limit, in silence', async () => {
  for (const [last, wish, kind] of [
    ['exit 5', {}, 'exited'],
    ['sleep 60', { timeoutMs: 900 }, 'timed-out'],
    ['sleep 60', { silenceMs: 900 }, 'silent'],
  ] as const) {
    const word = `stays-${crypto.randomUUID()}`
    const exit = await sh(`${stays(word)}; sleep 0.2; ${last}`, wish)
    expect([exit.kind, lives(word)]).toEqual([kind, false])
  }
})

shutIn('KILL to bwrap alone leaves nothing', async () => {
  const word = `stays-${crypto.randomUUID()}`
  let heard = false
  const running = sh(`${stays(word)}; echo ready; sleep 60`, { onOutput: () => void (heard = true) })
  expect(await fact(() => heard && lives(word))).toBe(true)
  const outer = readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && wordsOf(pid)[0]?.endsWith('/bwrap') === true && wordsOf(pid).includes(box.folder))
  process.kill(Number(outer), 'SIGKILL')
  expect(await fact(() => !lives(word))).toBe(true)
  expect((await running).signal).toBe('SIGKILL')
})

shutIn('the folder, its home and the exchange can be written, what is lent can be read, and nothing else is there', async () => {
  writeFileSync(join(place, 'lent', 'a'), 'lent\n')
  writeFileSync(join(place, 'apart', 'secret'), 'secret\n')
  const exit = await sh(`
    echo 1 > here; echo 2 > "$HOME/own"; echo 3 > ${place}/exchange/out; echo 4 > /tmp/gone; cat ${place}/lent/a
    echo 5 > ${place}/lent/b; cat ${place}/apart/secret; echo 6 > ${place}/new; echo 7 > /new; echo 8 > /usr/new; ls /root /home /proc | grep -c '^[0-9]'`)
  expect(exit.stdout).toMatch(/^lent\n[1-9]\n$/)
  expect(exit.stderr.split('\n').filter((line) => line !== '').length).toBeGreaterThanOrEqual(5)
  expect(['tree/here', 'home/own', 'exchange/out', 'lent/b', 'new'].map((path) => existsSync(join(place, path)))).toEqual([true, true, true, false, false])
  expect([existsSync('/tmp/gone'), existsSync('/usr/new')]).toEqual([false, false])
})

shutIn('a network of its own has loopback only', async () => {
  const listening = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('outside') })
  const ask = `exec 3<>/dev/tcp/127.0.0.1/${listening.port} && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3`
  const said = async (network: SandboxBox['network']) => {
    box = { ...box, network }
    return (await exitOf(['bash', '-c', `cat /proc/net/dev | tail -n +3 | cut -d: -f1 | tr -d ' ' | tr '\\n' ,; ${ask}`])).stdout
  }
  expect(await said('none')).toBe('lo,')
  expect(await said('loopback')).toBe('lo,')
  expect(await said('host')).toContain('outside')
  await listening.stop(true)
})

shutIn('what it cannot see or what is not there does not start, inside or outside', async () => {
  const apart = join(place, 'apart', 'tool')
  writeFileSync(apart, `#!/bin/sh\ntouch ${place}/started\n`)
  chmodSync(apart, 0o755)
  symlinkSync(apart, join(box.folder, 'tool'))
  expect(await failureOf([apart])).toMatchObject({ type: 'tool.missing', what: `${apart} cannot be seen in the sandbox` })
  expect(await failureOf(['./tool'])).toMatchObject({ type: 'tool.missing' })
  expect(await failureOf(['no-such-program'])).toMatchObject({ type: 'tool.missing', what: 'no-such-program was not found' })
  expect(await failureOf(['sh'], { cwd: join(place, 'apart') })).toMatchObject({ type: 'process.spawn' })
  expect(await failureOf(['sh'], { cwd: join(box.folder, 'gone') })).toMatchObject({ type: 'process.spawn' })
  box = { ...box, readable: [join(place, 'gone')] }
  expect(await failureOf(['true'])).toMatchObject({ type: 'agent.no-sandbox' })
  expect(existsSync(join(place, 'started'))).toBe(false)
})

shutIn('a bwrap or a library that the agent put into its folder makes no sandbox', async () => {
  const bin = join(box.folder, 'node_modules', '.bin')
  mkdirSync(bin, { recursive: true })
  for (const name of ['bwrap', 'env']) {
    writeFileSync(join(bin, name), `#!/bin/sh\ntouch ${place}/escaped\n`)
    chmodSync(join(bin, name), 0o755)
  }
  writeFileSync(join(bin, 'evil.so'), 'not a library')
  const exit = await sh('echo inside', { env: { PATH: `${bin}:${env.PATH}`, LD_PRELOAD: join(bin, 'evil.so') } })
  expect([exit.stdout, existsSync(join(place, 'escaped'))]).toEqual(['inside\n', false])
  // The loader complains inside, once for each program, and not outside.
  expect(exit.stderr).not.toContain('bwrap')
})

shutIn('a box that would hold the home of the user, or mount what the agent can exchange, is a mistake', async () => {
  const given = box
  box = { ...given, readable: ['/'] }
  await expect(failureOf(['true'])).rejects.toThrow('home of the user')
  box = { ...given, readable: [join(given.folder, 'sub')] }
  await expect(failureOf(['true'])).rejects.toThrow('anything can be put in its place')
})

test('without a sandbox nothing runs: no bwrap, one that is refused, one that lies', async () => {
  if (process.platform !== 'linux') return expect(await triedMaker()).toMatchObject({ ok: false, failures: [{ type: 'agent.no-sandbox' }] })
  const fake = async (name: string, script?: string) => {
    const bin = join(place, name)
    mkdirSync(bin)
    if (script !== undefined) writeFileSync(join(bin, 'bwrap'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    const made = await triedMaker([bin])
    return made.ok ? made : made.failures[0]
  }
  expect(await fake('none')).toMatchObject({ type: 'agent.no-sandbox', why: 'bubblewrap (bwrap) is not installed' })
  expect(await fake('refused', 'echo "bwrap: No permissions to create new namespace" >&2; exit 1')).toMatchObject({
    type: 'agent.no-sandbox',
    why: 'bwrap: No permissions to create new namespace',
  })
  expect(await fake('lying', 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"')).toMatchObject({ type: 'agent.no-sandbox' })
  const nowhere = sandboxed(hasty, box, async () => failed(noSandbox('bubblewrap (bwrap) is not installed')))
  expect(await nowhere.run(spec(['sh', '-c', `touch ${place}/started`]))).toMatchObject({ ok: false, failure: { type: 'agent.no-sandbox' } })
  expect(existsSync(join(place, 'started'))).toBe(false)
})
