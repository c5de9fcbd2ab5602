/** Both ways to start a child keep the same promises: the one of Bun with pipes of its own, and the portable one. */
import { expect, test } from 'bun:test'
import { childOnBun } from '../../src/host/child-on-bun.ts'
import { childOnNode } from '../../src/host/child-on-node.ts'
import type { StartChild } from '../../src/host/child-process.ts'
import { nativeCalls } from '../../src/host/native-calls.ts'

const native = nativeCalls()
const ways: readonly (readonly [string, StartChild])[] = [
  ['node:child_process', childOnNode],
  ...(native === undefined ? [] : [['Bun.spawn', childOnBun(Bun, native)] as const]),
]
const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' }

async function played(start: StartChild, script: string) {
  const said = { stdout: '', stderr: '' }
  const child = await start(
    { program: '/bin/sh', args: ['-c', script], cwd: '/', env },
    { output: (chunk, from) => void (said[from] += Buffer.from(chunk).toString('latin1')), trouble: () => undefined },
  )
  if (child instanceof Error) throw child
  const { code, signal } = await child.exited
  await child.endOutput(2000)
  return { code, signal, ...said }
}

for (const [name, start] of ways) {
  test(`${name}: exit code, signal and both outputs are told`, async () => {
    expect(await played(start, 'echo out; echo err >&2; exit 7')).toEqual({ code: 7, signal: null, stdout: 'out\n', stderr: 'err\n' })
    expect(await played(start, 'kill -SEGV $$')).toEqual({ code: null, signal: 'SIGSEGV', stdout: '', stderr: '' })
    expect(await played(start, "printf '\\377\\0x'")).toMatchObject({ stdout: '\xff\0x' })
  })

  test(`${name}: the child reads nothing and leads a session`, async () => {
    expect(await played(start, 'cat; set -- $(sed "s/.*) //" /proc/$$/stat); [ "$3" = $$ ] && [ "$4" = $$ ] && echo leads')).toMatchObject({
      stdout: process.platform === 'linux' ? 'leads\n' : '',
    })
  })

  test(`${name}: millions of bytes arrive whole`, async () => {
    expect((await played(start, 'head -c 3000000 /dev/zero | tr "\\0" x')).stdout.length).toBe(3_000_000)
  })

  test(`${name}: what the system refuses is an error with its code`, async () => {
    const refused = await start({ program: '/no/such', args: [], cwd: '/', env }, { output: () => undefined, trouble: () => undefined })
    expect(refused).toMatchObject({ code: 'ENOENT' })
  })
}

test('a program may open its own output by name', async () => {
  if (native === undefined) return console.log('not run: needs Bun on Linux')
  expect(await played(childOnBun(Bun, native), 'echo a > /dev/stdout; echo b > /dev/stderr')).toMatchObject({ stdout: 'a\n', stderr: 'b\n', code: 0 })
})

test('a child that is given an input hears what is said to it, and what is said after its end is lost without harm', async () => {
  let heard = ''
  const child = await childOnNode(
    { program: '/bin/sh', args: ['-c', 'read -r word; echo "$word back"'], cwd: '/', env, reads: true },
    { output: (chunk) => void (heard += Buffer.from(chunk).toString()), trouble: () => undefined },
  )
  if (child instanceof Error) throw child
  child.say?.('hello\n')
  expect(await child.exited).toMatchObject({ code: 0 })
  child.say?.('anybody?\n')
  await child.endOutput(2000)
  expect(heard).toBe('hello back\n')
})
