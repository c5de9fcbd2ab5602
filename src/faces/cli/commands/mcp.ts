/** `pawl mcp`: answers an agent over standard input and output, until its input ends. Nothing but the protocol is written to standard output. */
import { writeSync } from 'node:fs'
import { checkHere } from '../../../app/check-here.ts'
import { lookHere } from '../../../app/look-here.ts'
import { environmentRedaction } from '../../../app/redacted.ts'
import { findSite, type Site } from '../../../app/site.ts'
import { version } from '../../../app/version.ts'
import { newCancellation } from '../../../model/cancellation.ts'
import { ok, type Result } from '../../../model/failure.ts'
import { messageLines } from '../../mcp/message-lines.ts'
import { mcpServer } from '../../mcp/server.ts'
import { instructions, toolsOf } from '../../mcp/tools.ts'
import { shortPause, writerTo } from '../../reporters/screen.ts'
import type { CommandContext, CommandEnd } from '../command.ts'
import { catchSignals } from '../signals.ts'
import { stackOf } from '../../../model/thrown.ts'

export async function mcp(context: CommandContext): Promise<CommandEnd> {
  const { cwd, env } = context
  const send = protocolOutput()
  const first = await findSite(cwd, env)
  if (!first.ok) return first
  const { processes, clock } = first.value
  const base = env['PAWL_BASE']
  const tools = toolsOf({
    async check(wish) {
      const site = await again(cwd, env, processes)
      return site.ok ? checkHere(site.value, wish, base === '' ? undefined : base) : site
    },
    async look(name) {
      const site = await again(cwd, env, processes)
      return site.ok ? lookHere(site.value, name) : site
    },
    env,
    clock,
  })
  const redaction = environmentRedaction(env)
  const broken = (error: unknown): void => console.error(redaction.text(stackOf(error)))
  const server = mcpServer({ version, instructions, tools, send, broken })
  const cancellation = newCancellation()
  const signals = catchSignals(cancellation, first.value)
  try {
    await new Promise<void>((resolve, reject) => {
      const lines = messageLines()
      process.stdin.on('data', (chunk: Uint8Array) => lines.add(chunk).forEach((line) => server.receive(line)))
      process.stdin.on('end', resolve).on('close', resolve).on('error', reject)
      cancellation.onRequest(() => resolve())
    })
    await server.close('the client has gone')
    return { code: signals.caught() === undefined ? 0 : signals.exitCode() }
  } finally {
    process.stdin.destroy()
    signals.release()
  }
}

/** A fresh look at the checkout; what it starts is ended with this process. */
async function again(cwd: string, env: Site['env'], processes: Site['processes']): Promise<Result<Site>> {
  const site = await findSite(cwd, env)
  return site.ok ? ok({ ...site.value, processes }) : site
}

/** Code of the user that runs in here (a configuration that is a module, plugins) may print: that goes to standard error from now on. */
function protocolOutput(): (line: string) => void {
  const write = writerTo((bytes, offset) => writeSync(1, bytes, offset), shortPause)
  for (const name of ['log', 'info', 'debug', 'table', 'dir', 'group', 'timeEnd', 'timeLog', 'count'] as const) console[name] = console.error
  Object.defineProperty(process, 'stdout', { get: () => process.stderr, configurable: true })
  return (line) => write(`${line}\n`)
}
