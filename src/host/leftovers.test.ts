import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endLeftovers } from './leftovers.ts'
import { liveProcess } from './proc-table.ts'

const onLinux = process.platform === 'linux'
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pawl-leftovers-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const pids = (): readonly number[] => {
  const path = join(folder, 'pids')
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').map(Number) : []
}
const living = (): readonly number[] => pids().filter((pid) => liveProcess(pid) !== undefined)

const stayAlive = 'echo $$ >> pids; while :; do sleep 0.2; done'
const hostileTree = `
  trap '' TERM
  setsid sh -c '${stayAlive}' &
  setsid env -i PATH="$PATH" sh -c '${stayAlive}' &
  (env -i PATH="$PATH" sh -c '${stayAlive}' &)
  (setsid nohup sh -c 'trap "" TERM; ${stayAlive}' > /dev/null 2>&1 &)
  ${stayAlive}
`

/** A parent that runs the tree as pawl does, and is then killed so that it can end nothing. */
async function lostTree(tag: string): Promise<void> {
  const program = join(folder, 'parent.ts')
  const spec = { argv: ['sh', '-c', hostileTree], cwd: folder, env: { PATH: process.env['PATH'] ?? '' }, timeoutMs: 60_000, tag }
  writeFileSync(
    program,
    `
    import { systemProcesses } from ${JSON.stringify(import.meta.resolve('./system-processes.ts'))}
    import { newCancellation } from ${JSON.stringify(import.meta.resolve('../model/cancellation.ts'))}
    await systemProcesses({ guarded: false }).run({ ...${JSON.stringify(spec)}, cancellation: newCancellation() })
  `,
  )
  const parent = spawn(process.execPath, [program], { stdio: 'inherit' })
  while (pids().length < 5) await new Promise((resolve) => setTimeout(resolve, 5))
  parent.kill('SIGKILL')
  await once(parent, 'exit')
}

/** Asked by another process: orphans may have come to this one, and children are spared. */
async function endedBy(tag: string): ReturnType<typeof endLeftovers> {
  const program = `import { endLeftovers } from ${JSON.stringify(import.meta.resolve('./leftovers.ts'))}
    console.log(JSON.stringify(await endLeftovers((one) => one === ${JSON.stringify(tag)})))`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  await once(child, 'close')
  return JSON.parse(said) as Awaited<ReturnType<typeof endLeftovers>>
}

test('what a killed pawl left running is found by its tag and ended', async () => {
  if (!onLinux) return console.log('not run: tags can be read on Linux only')
  const tag = `lost-${process.pid}`
  await lostTree(tag)
  expect(living()).toHaveLength(5)
  expect(await endLeftovers((one) => one === 'another')).toEqual({ ended: 0, remaining: [] })
  expect(living()).toHaveLength(5)
  const { ended, remaining } = await endedBy(tag)
  expect(remaining).toEqual([])
  expect(ended).toBeGreaterThanOrEqual(5)
  expect(living()).toEqual([])
})

test('a nested attempt is found by the tag of the outer one', async () => {
  if (!onLinux) return console.log('not run: tags can be read on Linux only')
  const outer = `outer-${process.pid}`
  // The shell in between ends at once: our own children are spared.
  const child = spawn('sh', ['-c', `setsid sh -c '${stayAlive}' > /dev/null 2>&1 &`], {
    cwd: folder,
    stdio: 'ignore',
    env: { ...process.env, PAWL_ATTEMPT: `${outer}\tinner` },
  })
  await once(child, 'exit')
  while (pids().length < 1) await new Promise((resolve) => setTimeout(resolve, 5))
  const { remaining } = await endedBy(outer)
  expect(remaining).toEqual([])
  expect(living()).toEqual([])
})

test('nothing is ended when nothing carries a tag of ours', async () => {
  expect(await endLeftovers(() => false)).toEqual({ ended: 0, remaining: [] })
})
