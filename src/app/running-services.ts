/** Starts one service, waits until it is ready, and ends it with all that it has started. */
import { forgetService, noteService, type BegunService } from '../host/begun-services.ts'
import { randomHex } from '../host/random-hex.ts'
import { httpLook, portLook, type Look } from '../host/readiness.ts'
import { newCancellation, type Cancellation } from '../model/cancellation.ts'
import { durationText } from '../model/duration.ts'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Exit, Processes } from '../model/processes.ts'
import { composeDown, composeUp, withPort, type Service } from '../model/services.ts'
import { serviceTag } from './old-services.ts'
import { stopTrouble } from './services-stop.ts'
import { serviceOutput, type ServiceOutput } from './services-output.ts'
import type { Site } from './site.ts'

export type RunningService = {
  readonly output: ServiceOutput
  /** Resolves when it has ended, however that came; says how. */
  readonly ended: Promise<string>
  /** Ends it. Undefined: nothing of it is left. */
  end(): Promise<Failure | undefined>
}

export type ServiceStart = {
  readonly site: Site
  readonly processes: Processes
  readonly env: Readonly<Record<string, string>>
  readonly port: number
  readonly cancellation: Cancellation
}

/** So long a command that asks it to end may take. */
const stopMs = 60_000

/** A Failure when it does not become ready; nothing of it is left then. */
export async function startService(service: Service, start: ServiceStart): Promise<Result<RunningService>> {
  const { site, cancellation } = start
  const look = lookOf(service, start)
  const taken = await answeredBefore(service, look)
  if (taken !== undefined) return failed(taken)
  const running = await begun(service, start)
  const why = await waited(service, { ...start, look: look ?? printedLook(service, running.output), ended: running.ended })
  if (why === undefined) return ok(running)
  const left = await running.end()
  const lines = running.output.tail()
  const path = await running.output.save()
  return failed({
    type: 'service.unready',
    what: cancellation.requested
      ? `the wait for the service ${service.name} was cancelled`
      : `the service ${service.name} did not become ready${why.isOver ? '' : ` within ${durationText(service.timeoutMs)}`}`,
    why: `${why.text}${lines === '' ? '; it printed nothing' : `; its last lines:\n${lines}`}${left === undefined ? '' : `\n${left.what}`}`,
    kept: 'no agent was started, and nothing was spent',
    hint: `what it printed: ${path.startsWith(`${site.checkout}/`) ? path.slice(site.checkout.length + 1) : path}`,
  })
}

type NotReady = { readonly text: string; /** It has ended. */ readonly isOver: boolean }

async function begun(service: Service, { site, processes, env, port }: ServiceStart): Promise<RunningService> {
  const own = newCancellation()
  const output = serviceOutput(site.stateFolder, service.name)
  const { note, argv, stop } = callsOf(service, port)
  await noteService(site.stateFolder, note)
  const spec = { cwd: site.root, env, tag: serviceTag(site, service.name) }
  const ran = processes.run({
    ...spec,
    argv,
    timeoutMs: Number.POSITIVE_INFINITY,
    cancellation: own,
    onOutput: (chunk) => output.hear(chunk),
    // What it prints is heard at once then.
    talk: () => undefined,
  })
  return {
    output,
    ended: ran.then((one) => (one.ok ? endText(one.exit) : one.failure.what)),
    async end() {
      const asked = stop === undefined ? undefined : await processes.run({ ...spec, argv: stop, timeoutMs: stopMs, cancellation: newCancellation() })
      own.request('it is not needed any more')
      await ran
      const unwritten = await output.close()
      const trouble = asked === undefined ? undefined : stopTrouble(service.name, stop ?? [], asked)
      if (trouble === undefined) await forgetService(site.stateFolder, note)
      return trouble ?? unwritten
    },
  }
}

type Calls = { readonly note: BegunService; readonly argv: readonly string[]; readonly stop: readonly string[] | undefined }

function callsOf({ name, start, stop }: Service, port: number): Calls {
  if ('argv' in start) return { note: { name }, argv: start.argv.map((one) => withPort(one, port)), stop: stop?.map((one) => withPort(one, port)) }
  const compose = { project: `pawl-${randomHex(8)}`, file: start.compose }
  return { note: { name, compose }, argv: composeUp(compose.project, compose.file, start.only), stop: composeDown(compose.project, compose.file) }
}

const endText = ({ kind, signal, code }: Exit): string =>
  kind === 'signalled' ? `it ended by ${signal ?? 'a signal'}` : `it ended with exit code ${code ?? 'unknown'}`

/** Undefined: only what it prints tells. */
function lookOf({ ready, timeoutMs }: Service, { site, processes, env, port, cancellation }: ServiceStart): Look | undefined {
  switch (ready.kind) {
    case 'port':
      return portLook(port)
    case 'http':
      return httpLook(withPort(ready.url, port))
    case 'command':
      return async (withinMs) => {
        const argv = ready.argv.map((one) => withPort(one, port))
        const ran = await processes.run({ argv, cwd: site.root, env, timeoutMs: Math.min(withinMs, timeoutMs), tag: serviceTag(site, 'ready'), cancellation })
        if (!ran.ok) return ran.failure.what
        return ran.exit.kind === 'exited' && ran.exit.code === 0 ? undefined : `${argv.join(' ')}: ${endText(ran.exit)}`
      }
    case 'log':
      return undefined
  }
}

function printedLook({ ready }: Service, output: ServiceOutput): Look {
  const text = ready.kind === 'log' ? ready.text : ''
  const isPrinted = output.watchFor(text)
  return async () => (isPrinted() ? undefined : `it has not printed ${JSON.stringify(text)}`)
}

/** What answers before it is started is something else, and would be taken for it. */
async function answeredBefore({ name, ready }: Service, look: Look | undefined): Promise<Failure | undefined> {
  if (look === undefined || ready.kind === 'command' || (await look(1000)) !== undefined) return undefined
  return {
    type: 'service.unready',
    what: `the service ${name} cannot be told from something that runs already`,
    why: `before it was started, ${ready.kind === 'http' ? ready.url : `port ${String(ready.kind === 'port' ? ready.port : '')}`} answered`,
    kept: 'no agent was started, and nothing was spent',
    hint: 'end what listens there, or let it have a leased port: {port}',
  }
}

type Waiting = ServiceStart & { readonly look: Look; readonly ended: Promise<string> }

/** Undefined: it is ready. */
async function waited({ timeoutMs, intervalMs }: Service, { site, look, ended, cancellation }: Waiting): Promise<NotReady | undefined> {
  const until = site.clock.elapsed() + timeoutMs
  let over: string | undefined
  const noted = ended.then((how) => (over = how))
  let why = 'it was not looked at'
  for (;;) {
    const restMs = until - site.clock.elapsed()
    if (cancellation.requested || restMs <= 0) return { text: why, isOver: false }
    const found = await look(restMs)
    // Whoever answers now is not this one.
    if (over !== undefined) return { text: over, isOver: true }
    if (found === undefined) return undefined
    why = found
    await Promise.race([noted, site.clock.sleep(Math.max(1, Math.min(intervalMs, restMs)), cancellation)])
    if (over !== undefined) return { text: over, isOver: true }
  }
}
