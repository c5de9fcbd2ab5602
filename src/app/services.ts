/** Runs work with the services that it needs: they are started and proven ready before it, and ended after it, however it ends. */
import { leasePorts, type HeldPorts } from '../host/leased-ports.ts'
import { newCancellation, type Cancellation } from '../model/cancellation.ts'
import { ok, type Failure, type Result } from '../model/failure.ts'
import { portVariables } from '../model/port-lease.ts'
import { envWithPort, fixedPort, type Service } from '../model/services.ts'
import { environmentRedaction } from './redacted.ts'
import { startService, type RunningService } from './running-services.ts'
import { environmentOf, giving, type Site } from './site.ts'

export type ServicesWish = {
  readonly services: readonly Service[]
  /** Further variables of the user's environment that they get. */
  readonly pass: readonly string[]
}

/** What work is told of its services. */
export type Running = {
  /** Variables about them, for all that is started for the work. */
  readonly env: Readonly<Record<string, string>>
  /** That of the caller; requested, too, when a service ends before the work does. */
  readonly cancellation: Cancellation
  /** What they print goes into the logs of this run. */
  intoRun(run: number): void
  /** Why the work was stopped, if a service was the reason. */
  lost(): readonly Failure[]
}

/** What came of the work, and what could not be ended. A Failure: the work was not begun. */
export type Served<T> = { readonly value: T; readonly left: readonly Failure[] }

type Started = { readonly service: Service; readonly running: RunningService }

/** They are started one after the other, as they are written: each is told about those before it. */
export async function withServices<T>(
  site: Site,
  wish: ServicesWish,
  cancellation: Cancellation,
  work: (running: Running) => Promise<T>,
): Promise<Result<Served<T>>> {
  const started: Started[] = []
  const ports: HeldPorts[] = []
  let left: readonly Failure[] = []
  const served = async (): Promise<Result<T>> => {
    let env: Readonly<Record<string, string>> = {}
    for (const service of wish.services) {
      const port = await portFor(service)
      if (!port.ok) return port
      if (port.value.held !== undefined) ports.push(port.value.held)
      const own = envWithPort(service.env, port.value.number)
      const given = giving(site, { ...env, ...port.value.variables, ...own })
      const processes = environmentRedaction({ ...site.env, ...given.given }).processes(site.processes)
      const programs = environmentOf(given, site.root, { pass: wish.pass, key: [] })
      const running = await startService(service, { site, processes, env: programs, port: port.value.number, cancellation })
      if (!running.ok) return running
      started.push({ service, running: running.value })
      env = { ...env, ...own }
    }
    return ok(await watched(started, env, cancellation, work))
  }
  try {
    const result = await served()
    left = await endAll(started)
    return result.ok ? ok({ value: result.value, left }) : { ok: false, failures: [...result.failures, ...left] }
  } catch (error) {
    await endAll(started)
    throw error
  } finally {
    for (const held of ports) held.release()
  }
}

type ServicePort = { readonly number: number; readonly variables: Readonly<Record<string, string>>; readonly held?: HeldPorts }

async function portFor(service: Service): Promise<Result<ServicePort>> {
  const fixed = fixedPort(service)
  if (fixed !== undefined) return ok({ number: fixed, variables: portVariables({ first: fixed, count: 1 }) })
  const held = await leasePorts()
  return held.ok ? ok({ number: held.value.lease.first, variables: portVariables(held.value.lease), held: held.value }) : held
}

/** The last one first: it may need those before it. */
async function endAll(started: readonly Started[]): Promise<readonly Failure[]> {
  const failures: Failure[] = []
  for (const { running } of started.toReversed()) {
    const failure = await running.end()
    if (failure !== undefined) failures.push(failure)
  }
  return failures
}

async function watched<T>(
  started: readonly Started[],
  env: Readonly<Record<string, string>>,
  cancellation: Cancellation,
  work: (running: Running) => Promise<T>,
): Promise<T> {
  const derived = newCancellation()
  const forget = cancellation.onRequest((reason) => derived.request(reason))
  const lost: Failure[] = []
  let isOver = false
  const watch = async ({ service, running }: Started): Promise<void> => {
    const how = await running.ended
    // What is being cancelled misses nothing.
    if (isOver || cancellation.requested) return
    lost.push(lossOf(service, how, running.output.tail()))
    derived.request(`the service ${service.name} ended`)
  }
  for (const one of started) void watch(one)
  try {
    return await work({
      env,
      cancellation: derived,
      intoRun: (run) => started.forEach(({ running }) => running.output.intoRun(run)),
      lost: () => [...lost],
    })
  } finally {
    isOver = true
    forget()
  }
}

const lossOf = ({ name }: Service, how: string, lines: string): Failure => ({
  type: 'service.lost',
  what: `the service ${name} ended while work needed it: ${how}`,
  ...(lines === '' ? {} : { why: `its last lines:\n${lines}` }),
  kept: 'what had landed or was committed; the rest goes on with pawl agents resume',
})
