/** Reads the services of pawl.yaml: what is started, how it shows that it is ready, what others are told about it. */
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { Readiness, Service } from '../model/services.ts'
import { argvOf, type Platform } from './command.ts'
import type { Keys } from './keys.ts'
import type { LoadedConfig } from './load.ts'
import { milliseconds } from './said-limits.ts'
import type { ServiceConfig } from './services-shape.ts'

const defaults = { timeoutMs: 60_000, intervalMs: 200 } as const

/** In the order in which they are written, which is that in which they are started. */
export function servicesOf(loaded: Pick<LoadedConfig, 'config' | 'placeOf'>, platform: Platform): Result<readonly Service[]> {
  const read = Object.entries(loaded.config.services ?? {}).map(([name, said]) => serviceOf(name, said, loaded.placeOf, platform))
  const problems = read.flatMap((one): readonly Failure[] => (one.ok ? [] : one.failures))
  return problems.length > 0 ? failed(...problems) : ok(read.flatMap((one) => (one.ok ? [one.value] : [])))
}

function serviceOf(name: string, said: ServiceConfig, placeOf: LoadedConfig['placeOf'], platform: Platform): Result<Service> {
  const argvAt = (command: string | readonly string[], ...keys: Keys) => argvOf(command, platform, ['services', name, ...keys], placeOf)
  const start = said.compose === undefined ? argvAt(said.command ?? '', 'command') : undefined
  if (start?.ok === false) return start
  const ready = readinessOf(said.ready, (command) => argvAt(command, 'ready', 'command'))
  if (!ready.ok) return ready
  const stop = said.stop === undefined ? undefined : argvAt(said.stop, 'stop')
  if (stop?.ok === false) return stop
  const { timeout, interval } = said.ready
  return ok({
    name,
    start: start === undefined ? { compose: said.compose ?? '', only: said.services ?? [] } : { argv: start.value },
    ready: ready.value,
    timeoutMs: timeout === undefined ? defaults.timeoutMs : milliseconds(timeout),
    intervalMs: interval === undefined ? defaults.intervalMs : milliseconds(interval),
    env: said.env ?? {},
    ...(stop === undefined ? {} : { stop: stop.value }),
  })
}

function readinessOf(ready: ServiceConfig['ready'], argvAt: (command: string | readonly string[]) => Result<readonly string[]>): Result<Readiness> {
  const { port, http, command, log = '' } = ready
  if (port !== undefined) return ok({ kind: 'port', port: port === 'leased' ? undefined : port })
  if (http !== undefined) return ok({ kind: 'http', url: http })
  if (command === undefined) return ok({ kind: 'log', text: log })
  const argv = argvAt(command)
  return argv.ok ? ok({ kind: 'command', argv: argv.value }) : argv
}
