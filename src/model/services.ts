/** A Service is a program that the work needs besides: a database, a server. It is started before anything else, and ended after all of it. */

/** How it shows that it is ready. `port` undefined: its leased one. */
export type Readiness =
  | { readonly kind: 'port'; readonly port: number | undefined }
  | { readonly kind: 'http'; readonly url: string }
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  | { readonly kind: 'log'; readonly text: string }

export type Service = {
  readonly name: string
  /** In the foreground, as one program; or what a file for Docker Compose says, `only` these of it. */
  readonly start: { readonly argv: readonly string[] } | { readonly compose: string; readonly only: readonly string[] }
  readonly ready: Readiness
  readonly timeoutMs: number
  /** Between two looks whether it is ready. */
  readonly intervalMs: number
  /** What programs are told about it; "{port}" stands for its port. */
  readonly env: Readonly<Record<string, string>>
  /** Asks it to end, before it is ended. */
  readonly stop?: readonly string[]
}

/** The port that is fixed by how it shows that it is ready. Undefined: it gets a leased one. */
export const fixedPort = ({ ready }: Pick<Service, 'ready'>): number | undefined => (ready.kind === 'port' ? ready.port : undefined)

export const withPort = (text: string, port: number): string => text.replaceAll('{port}', String(port))

export const envWithPort = (env: Readonly<Record<string, string>>, port: number): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(env).map(([name, value]) => [name, withPort(value, port)]))

/** Where the containers, networks and volumes of one run are, and nobody else's. */
export const composeProject = /^pawl-[0-9a-f]{16}$/

/** In the foreground, so that what it prints is heard and its end is seen. */
export const composeUp = (project: string, file: string, only: readonly string[]): readonly string[] =>
  ['docker', 'compose', '--project-name', project, '--file', file, 'up', '--no-color', '--'].concat(only)

/** The volumes were made for this project alone. `file`: if it is still there; else all is found by the name of the project. */
export const composeDown = (project: string, file?: string): readonly string[] =>
  ['docker', 'compose', '--project-name', project].concat(file === undefined ? [] : ['--file', file], ['down', '--volumes', '--remove-orphans'])
