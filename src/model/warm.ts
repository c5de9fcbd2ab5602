/** A warm worker does calls of a tool's command line in a process that lives on between them: the same words, the same Exit, without starting anew. */
import type { Exit, ProcessSpec } from './processes.ts'

/** Tools whose command line can be called again and again in one process. */
export type WarmTool = 'eslint' | 'prettier'

export type WarmCall = Pick<ProcessSpec, 'argv' | 'cwd' | 'env' | 'timeoutMs' | 'silenceMs' | 'cancellation' | 'onOutput'> & {
  readonly tool: WarmTool
  /** Whose call it is: a worker works for one task only. */
  readonly task: string
  /** Stands for all that an answer depends on besides the files that it is about: another one needs another worker. */
  readonly basis: string
}

/** `calls`: how many the worker has done with this one. `ok: false`: no worker has done it, and why; the call can be made as usual. */
export type WarmAnswer = { readonly ok: true; readonly exit: Exit; readonly calls: number } | { readonly ok: false; readonly why: string }

export type Warm = {
  /** Never rejects for reasons outside of pawl. */
  call(call: WarmCall): Promise<WarmAnswer>
}

/** How a call was made that a warm worker was meant for. `calls`: how many the worker has done with this one; at the first it was not warm yet. */
export type CalledBy = { readonly kind: 'warm'; readonly calls: number } | { readonly kind: 'spawned'; readonly why: string }
