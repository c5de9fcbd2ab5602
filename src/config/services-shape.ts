/** The shape of the key of pawl.yaml about services: programs that work of agents needs besides. */
import * as v from 'valibot'
import { describe, duration, oneOrMore } from './shape-words.ts'

const portNumber = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535))

const oneOf = (value: object, names: readonly string[]): boolean => names.filter((name) => Object.hasOwn(value, name)).length === 1

const readyShape = v.pipe(
  v.strictObject({
    port: v.optional(
      describe(v.union([v.literal('leased'), portNumber]), 'It accepts connections on this port of loopback; leased: on the one that it was given.'),
    ),
    http: v.optional(
      describe(
        v.pipe(
          v.string(),
          v.check((text) => /^https?:\/\/[^\s/?#]+(?:[/?#]\S*)?$/.test(text), 'an address that begins with http:// or https://'),
        ),
        'This address answers with a status from 200 to 399.',
      ),
    ),
    command: v.optional(describe(oneOrMore, 'This command ends with exit code 0; tried again until it does.')),
    log: v.optional(describe(v.pipe(v.string(), v.minLength(1)), 'It prints this text.')),
    timeout: v.optional(describe(duration, 'How long it may take. Default: 60s.')),
    interval: v.optional(describe(duration, 'Pause between two looks. Default: 200ms.')),
  }),
  v.check((value) => oneOf(value, ['port', 'http', 'command', 'log']), 'exactly one of port, http, command and log'),
)

export const serviceShape = v.pipe(
  v.strictObject({
    command: v.optional(describe(oneOrMore, 'The program and its arguments. It stays in the foreground; "{port}" stands for its port.')),
    compose: v.optional(describe(v.string(), 'A file for Docker Compose, relative to the root, in the place of a command.')),
    services: v.optional(describe(v.array(v.string()), 'Only these services of the file, with what they need. Default: all.')),
    ready: describe(readyShape, 'How it shows that it is ready.'),
    env: v.optional(
      describe(
        v.record(v.string(), v.string()),
        'Variables that agents and checks get about it. "{port}" stands for its port: the one that `ready` names, else a leased one.',
      ),
    ),
    stop: v.optional(describe(oneOrMore, 'A command that asks it to end. Default: the signal TERM; for Docker Compose "down".')),
  }),
  v.check((value) => oneOf(value, ['command', 'compose']), 'a service with either a command or a file for Docker Compose'),
  v.check((value) => value.services === undefined || value.compose !== undefined, 'a service in which `services` stands beside `compose`'),
  v.check((value) => value.stop === undefined || value.command !== undefined, 'a service in which `stop` stands beside `command`'),
)

export type ServiceConfig = v.InferOutput<typeof serviceShape>

export const servicesShape = v.record(
  v.pipe(
    v.string(),
    v.check((name) => /^[a-z0-9][a-z0-9_-]{0,39}$/.test(name), 'a name of small letters, digits, "-" and "_"'),
  ),
  serviceShape,
)
