/** Knows what it means when the operating system refuses a call: trouble of the machine, which a person can do something about. */

/** What a machine can run out of or forbid. That a file is missing is not among them: who reads a file has to expect that. */
const refusals: Readonly<Record<string, string>> = {
  EMFILE: 'raise the limit of open files (`ulimit -n 4096`) or run fewer checks at once (`--jobs 1`)',
  ENFILE: 'end programs that hold many files open',
  ENOMEM: 'end programs that need much memory, or run fewer checks at once (`--jobs 1`)',
  EAGAIN: 'end some programs, or run fewer checks at once (`--jobs 1`)',
  ENOSPC: 'free some disk space (`pawl cache clear` may help)',
  EDQUOT: 'free some disk space: your quota is used up',
  EROFS: 'work on a writable copy of the repository',
  EACCES: 'look whose file it is (`ls -l`); it may stem from a run as another user',
  EPERM: 'look whose file it is (`ls -l`); it may stem from a run as another user',
  EIO: 'look at the health of the disk (`dmesg`)',
  EINTR: 'run again',
}

type Refusal = { readonly type: 'system.refused'; readonly what: string; readonly why: string; readonly hint: string }

/** Only what the operating system itself said, by the name of a call. */
export function refusalIn(error: unknown): Refusal | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string' || !('syscall' in error)) return undefined
  const hint = refusals[error.code]
  if (hint === undefined) return undefined
  return { type: 'system.refused', what: 'the operating system refused something that pawl needs', why: error.message, hint }
}
