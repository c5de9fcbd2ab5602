/** In a process namespace of its own nothing that a program leaves behind outlives it, however it hides. */
import { expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { wordsOf } from '../../test/soak/watching.ts'
import { newCancellation } from '../model/cancellation.ts'
import { namespaces } from './pid-namespace.ts'
import { systemProcesses } from './system-processes.ts'

/** Whether any process has the word among its arguments. */
function lives(word: string): boolean {
  return readdirSync('/proc').some((pid) => /^\d+$/.test(pid) && wordsOf(pid).includes(word))
}

async function played(script: string, timeoutMs: number) {
  const env = { PATH: process.env['PATH'] ?? '' }
  // No guardian and no search of ours: what ends is ended by the kernel.
  const { isolated } = systemProcesses({ guarded: false, graceMs: 200 })
  const ended = await isolated.run({ argv: ['sh', '-c', script], cwd: '/', env, timeoutMs, tag: crypto.randomUUID(), cancellation: newCancellation() })
  if (!ended.ok) throw new Error(ended.failure.what)
  return ended.exit
}

const stays = (token: string): string => `( setsid env -i sh -c 'trap "" TERM HUP; while :; do /bin/sleep 0.1; done' ${token} > /dev/null 2>&1 & )`

if (namespaces() === undefined) console.log('not run: this machine gives no process namespaces')
const inNamespace = test.if(namespaces() !== undefined)

inNamespace('exit code and output are those of the program, which is alone among its own', async () => {
  const exit = await played('echo $$; ls /proc | grep -c "^[0-9]"; exit 7', 20_000)
  const [own = '', count = ''] = exit.stdout.trim().split('\n')
  expect({ code: exit.code, own: Number(own) < 10, few: Number(count) < 10 }).toEqual({ code: 7, own: true, few: true })
})

inNamespace('what it leaves behind ends with it, at an exit and at a time limit', async () => {
  for (const [last, timeoutMs, kind] of [
    ['exit 0', 20_000, 'exited'],
    ['sleep 60', 800, 'timed-out'],
  ] as const) {
    const token = `stays-${crypto.randomUUID()}`
    const exit = await played(`${stays(token)}\nsleep 0.3\n${last}`, timeoutMs)
    expect([exit.kind, lives(token)]).toEqual([kind, false])
  }
})
