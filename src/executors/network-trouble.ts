/** Recognises in what a package manager printed that it could not reach the network. */
import type { Failure } from '../model/failure.ts'
import type { Task } from '../model/task.ts'
import { linesOf } from './parsers/plain-text.ts'

/** A check of the repository itself may print any words: only what fetches is read. */
export const mayFetch = ({ role, stage }: Pick<Task, 'role' | 'stage'>): boolean => role === 'fix' || stage === 'environment' || stage === 'dependencies'

/** `printed` is the last of what the program said. */
export function networkTrouble(program: string, printed: string): Failure | undefined {
  const line = linesOf(printed).find((each) => words.some((word) => word.test(each)))
  if (line === undefined) return undefined
  return {
    type: 'tool.crashed',
    what: `${program} could not reach the network`,
    why: line.trim().slice(0, longestWhy),
    hint: 'Try again when the network is there; results that were proven before are kept.',
  }
}

const longestWhy = 500

const words: readonly RegExp[] = [
  // npm, pnpm, yarn: Node's own names.
  /\b(?:ENOTFOUND|ETIMEDOUT|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|UND_ERR_CONNECT_TIMEOUT)\b/,
  /\bnpm (?:ERR!|error) network\b/i,
  /\bERR_PNPM_META_FETCH_FAIL\b/,
  // Classic yarn.
  /There appears to be trouble with your network connection/i,
  // bun
  /\b(?:ConnectionRefused|FailedToOpenSocket|ConnectionTimedOut|DNSResolveFailed)\b/,
  // pip, poetry and what builds on urllib3.
  /Could not fetch URL\b/,
  /Failed to establish a new connection\b/,
  /NewConnectionError\b|ConnectTimeoutError\b|NameResolutionError\b/,
  // Every program that hands on the words of the system.
  /\bConnection refused\b|\bNetwork is unreachable\b|\bNo route to host\b/i,
  /Temporary failure in name resolution|nodename nor servname provided|Name or service not known/i,
  // cargo and git
  /could not resolve host\b/i,
  /Unable to update registry\b/i,
  /spurious network error\b/i,
  /failed to download (?:from `|replaced source|any of)/i,
  // go
  /\bdial (?:tcp|udp)\b.*(?:no such host|i\/o timeout|connection refused|server misbehaving|unreachable)/i,
  // uv and other programs in Rust.
  /\bdns error\b|\btcp connect error\b/i,
  /\b(?:error sending request for url|client error \(Connect\))/i,
]
