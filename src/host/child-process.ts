/** A child process as pawl holds it: its number, its end, and what it prints. */

export type ChildEnd = { readonly code: number | null; readonly signal: string | null; readonly atMs: number }

export type Child = {
  readonly pid: number
  readonly exited: Promise<ChildEnd>
  /** The pipes that it was given for its output and that something may still hold, as names that no other pipe has. */
  pipes(): readonly string[]
  /** Passes on what was printed until now. */
  hear(): Promise<void>
  /** Resolves when all that can be printed has been passed on, `limitMs` from now at the latest. Nothing is passed on after that. */
  endOutput(limitMs: number): Promise<void>
  /** Present when it was given an input. What is said to a child that has ended is lost. */
  readonly say?: (text: string) => void
  /** Nothing more will be said. */
  readonly hangUp?: () => void
  /** It does not end: pawl may, while it still lives. */
  abandon(): void
}

export type ChildCall = {
  /** Absolute. */
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  /** All of it. */
  readonly env: Readonly<Record<string, string>>
  /** Open for reading: its standard input. Absent: it reads nothing. */
  readonly inputFd?: number
  /** It is given an input; only `childOnNode` can. */
  readonly reads?: boolean
}

export type Listener = {
  /** The chunk belongs to the listener. */
  output(chunk: Uint8Array, from: 'stdout' | 'stderr'): void
  trouble(from: 'stdout' | 'stderr', error: Error): void
}

/** Starts a child that leads a session of its own; the error says why the system would not. */
export type StartChild = (call: ChildCall, listener: Listener) => Promise<Child | Error>
