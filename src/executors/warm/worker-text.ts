/** The program of a warm worker, as text. */
import worker from './worker.mjs' with { type: 'text' }

export const workerText: string = worker
