/** How long a warm worker lives: never past what it is for, and never when it costs too much. */
import { expect, test } from 'bun:test'
import { chmodSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { knownProcesses, tagsOf } from '../../src/host/proc-table.ts'
import { newCancellation } from '../../src/model/cancellation.ts'
import { warmLaboratory, type WarmLaboratory } from './warm-laboratory.ts'

const words = ['--list-different', 'a.js']
const files = { 'a.js': 'export const a = 1;\n' }

/** Those that carry the tag of this laboratory. */
const living = (lab: WarmLaboratory): number =>
  knownProcesses().filter((one) => !one.ended && tagsOf(one.pid)?.includes(`warm laboratory ${lab.root} `) === true).length

const slow = (work: string): string =>
  `const rule = { create: () => { ${work}; return {} } }\nexport default [{ plugins: { promise: { rules: { slow: rule } } }, rules: { 'promise/slow': 1 } }]\n`
const forEver = slow('for (;;);')

const onLinux = test.if(process.platform === 'linux')

onLinux(
  'a worker lives between calls, and nothing of it after the end',
  async () => {
    await using lab = warmLaboratory(files)
    await lab.ask('prettier', words)
    await lab.ask('prettier', words)
    expect(living(lab)).toBe(1)
    await lab.end()
    expect(living(lab)).toBe(0)
    expect(await lab.ask('prettier', words)).toEqual({ ok: false, why: 'the workers have been ended' })
  },
  30_000,
)

onLinux(
  'a call that takes too long, or that nobody wants any more, ends the worker with all that it started',
  async () => {
    await using lab = warmLaboratory({ ...files, 'eslint.config.js': forEver })
    const late = await lab.ask('eslint', ['a.js'], { timeoutMs: 1500 })
    expect(late).toMatchObject({ ok: true, exit: { kind: 'timed-out' } })
    expect(living(lab)).toBe(0)
    const cancellation = newCancellation()
    const begun = lab.ask('eslint', ['a.js'], { cancellation })
    cancellation.request('enough')
    expect(await begun).toMatchObject({ ok: true, exit: { kind: 'cancelled' } })
    expect(living(lab)).toBe(0)
  },
  30_000,
)

onLinux(
  'what a plugin leaves running ends with the worker',
  async () => {
    const child = `import { spawn } from 'node:child_process'\n${slow("globalThis.left ??= spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' })")}`
    await using lab = warmLaboratory({ ...files, 'eslint.config.js': child })
    const told = await lab.ask('eslint', ['a.js'])
    // It is not asked again: its configuration starts programs.
    expect(told).toMatchObject({ ok: true, exit: { code: 0 } })
    await lab.end()
    expect(living(lab)).toBe(0)
  },
  30_000,
)

onLinux(
  'above the limit of memory the worker that was asked longest ago goes first',
  async () => {
    await using lab = warmLaboratory(files, { limitBytes: 1 })
    expect(await lab.ask('prettier', words)).toMatchObject({ ok: true, exit: { code: 0 } })
    expect(living(lab)).toBe(0)
    await using two = warmLaboratory(files, { limitBytes: 110 * 2 ** 20 })
    await two.ask('prettier', words, { task: 'first' })
    await two.ask('prettier', words, { task: 'second' })
    expect(living(two)).toBe(1)
    await two.ask('prettier', words, { task: 'second' })
    expect(two.started()).toBe(2)
  },
  30_000,
)

onLinux(
  'a worker that nobody asks for a while ends, and the next call gets a new one',
  async () => {
    await using lab = warmLaboratory(files, { idleMs: 1 })
    await lab.ask('prettier', words)
    while (living(lab) > 0) await new Promise((resolve) => setImmediate(resolve))
    expect(await lab.ask('prettier', words)).toMatchObject({ ok: true, exit: { code: 0 } })
    expect(lab.started()).toBe(2)
  },
  30_000,
)

test('without a Node on PATH, and for a program that is not the tool, no worker answers, and the reason is told', async () => {
  await using lab = warmLaboratory({ ...files, 'fake/prettier': '#!/bin/sh\n' })
  const bin = join(lab.root, 'node_modules/.bin')
  expect(await lab.ask('prettier', words, { env: { PATH: bin } })).toEqual({ ok: false, why: 'there is no node on PATH' })
  expect(await lab.ask('prettier', words, { env: { PATH: '/nowhere' } })).toEqual({ ok: false, why: 'there is no program prettier' })
  const fake = join(lab.root, 'fake/prettier')
  chmodSync(fake, 0o755)
  expect(await lab.ask('prettier', [], { argv: [fake, ...words] })).toEqual({ ok: false, why: `${fake} does not belong to a package with the name prettier` })
  expect(lab.started()).toBe(0)
})

test('the small scripts of pnpm are known for what they start, and other scripts are not', async () => {
  const script = (last: string): string => `#!/bin/sh
basedir=$(dirname "$(echo "$0" | sed -e 's,\\\\,/,g')")
if [ -z "$NODE_PATH" ]; then
  export NODE_PATH="/somewhere/node_modules"
fi
if [ -x "$basedir/node" ]; then
  exec "$basedir/node"  "$basedir/../prettier/bin/prettier.cjs" "$@"
else
  ${last}
fi
`
  await using lab = warmLaboratory(files)
  const place = (text: string): void => {
    const path = join(lab.root, 'node_modules/.bin/prettier')
    rmSync(path)
    lab.write({ 'node_modules/.bin/prettier': text })
    chmodSync(path, 0o755)
  }
  place(script('exec node  "$basedir/../prettier/bin/prettier.cjs" "$@"'))
  expect(await lab.ask('prettier', words)).toMatchObject({ ok: true, exit: { code: 0 } })
  place(script('exec node --inspect "$basedir/../prettier/bin/prettier.cjs" "$@"'))
  expect(await lab.ask('prettier', words)).toMatchObject({ ok: false, why: expect.stringContaining('is not a link to the tool') })
  expect(lab.started()).toBe(1)
}, 30_000)
