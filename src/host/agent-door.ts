/**
 * A Door through which a program in the sandbox speaks with pawl: a socket in a folder of its own, which is lent to that sandbox alone. Who speaks there is
 * taken for hostile: so many callers, so many bytes, and nothing is kept for one who does not listen. Bytes only; what they mean others know.
 */
import { closeSync, openSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { failed, ok, type Result } from '../model/failure.ts'
import { messageOf } from '../model/thrown.ts'

/** One who has come in. `say` and `hangUp` do nothing once it has gone. */
export type Caller = { readonly say: (text: string) => void; readonly hangUp: () => void }
export type Listener = {
  hear(chunk: Uint8Array): void
  /** It has gone, or was sent away. Resolves when nothing is done for it any more. */
  gone(): Promise<void>
}

export type DoorLimits = {
  /** Callers at a time, and one after the other. */
  readonly atOnce: number
  readonly callers: number
  /** Of all callers together. */
  readonly bytes: number
  /** What is kept for a caller that does not read, in bytes. */
  readonly unread: number
}

export type Door = {
  /** To be lent, to be read only. */
  readonly folder: string
  /** Nobody comes in any more, whoever is there is sent away, and the folder is gone. May be called again. */
  close(): Promise<void>
}

const usual: DoorLimits = { atOnce: 8, callers: 500, bytes: 32 * 1024 * 1024, unread: 8 * 1024 * 1024 }
const socketName = 'socket'

/** `folder`: absolute, on Linux; what lies there is removed. */
export async function openDoor(folder: string, answer: (caller: Caller) => Listener, limits: DoorLimits = usual): Promise<Result<Door>> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const inside = new Set<Visit>()
  let [callers, bytes] = [0, 0]
  const mayHear = (count: number): boolean => (bytes += count) <= limits.bytes
  const server = createServer((socket) => {
    // A caller that breaks off has gone: that is told by its end.
    socket.on('error', () => undefined)
    if (++callers > limits.callers || inside.size >= limits.atOnce) return socket.destroy()
    const visit = newVisit(socket, answer, { ...limits, mayHear, left: () => inside.delete(visit) })
    return inside.add(visit)
  })
  const descriptor = openSync(folder, 'r')
  const trouble = await listening(server, `/proc/self/fd/${descriptor}/${socketName}`)
  if (trouble !== undefined) {
    closeSync(descriptor)
    return failed({ type: 'agent.no-sandbox', what: `no socket can be made in ${folder}`, why: trouble })
  }
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    await Promise.all([...inside].map((visit) => visit.over()))
    await closed
    // Until now the name of the socket was one below the descriptor.
    closeSync(descriptor)
    await rm(folder, { recursive: true, force: true })
  }
  let closing: Promise<void> | undefined
  return ok({ folder, close: () => (closing ??= close()) })
}

/** Why nobody can come in. `path`: by a descriptor, for the path of a socket must be short and that of the folder may be long. */
const listening = (server: Server, path: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    server.once('error', (error) => resolve(messageOf(error))).listen(path, () => resolve(undefined))
  })

type Visit = {
  /** Sent away; resolves when nothing is done for it any more. */
  over(): Promise<void>
}

type VisitLimits = Pick<DoorLimits, 'unread'> & { readonly mayHear: (bytes: number) => boolean; readonly left: () => void }

function newVisit(socket: Socket, answer: (caller: Caller) => Listener, { unread, mayHear, left }: VisitLimits): Visit {
  let waiting = 0
  const listener = answer({
    say(text) {
      const bytes = Buffer.from(text)
      waiting += bytes.length
      if (waiting > unread) socket.destroy()
      if (!socket.destroyed) socket.write(bytes, () => (waiting -= bytes.length))
    },
    hangUp: () => void socket.destroy(),
  })
  let gone: Promise<void> | undefined
  const over = (): Promise<void> => {
    socket.destroy()
    return (gone ??= listener.gone().finally(left))
  }
  socket.on('data', (chunk: Uint8Array) => {
    if (gone !== undefined) return
    if (mayHear(chunk.length)) listener.hear(chunk)
    else void over()
  })
  socket.on('end', () => void over()).on('close', () => void over())
  return { over }
}

/** argv by which a program in the sandbox comes in, with its standard input and output. `perl`: as it is seen there. */
export const callerArgv = (perl: string, folder: string): readonly string[] => [perl, '-e', relay, folder]

/** In one process, so that it leaves nothing behind when it is ended. */
const relay = String.raw`
my ($folder) = @ARGV;
my $pawl;
chdir $folder && socket($pawl, 1, 1, 0) && connect($pawl, pack('S a*', 1, '${socketName}')) or die "pawl is not to be reached any more\n";
sub pour {
  my ($from, $to) = @_;
  my $count = sysread($from, my $part, 65536);
  return $!{EINTR} || $!{EAGAIN} unless defined $count;
  for (my $at = 0; $at < $count; ) {
    my $written = syswrite($to, $part, $count - $at, $at);
    return 0 unless defined $written || $!{EINTR} || $!{EAGAIN};
    $at += $written // (select(undef, undef, undef, 0.01), 0)[1];
  }
  return $count;
}
my ($wanted, $in, $out) = ('', fileno(STDIN), fileno($pawl));
vec($wanted, $_, 1) = 1 for $in, $out;
for (;;) {
  next if select(my $ready = $wanted, undef, undef, undef) < 1;
  if (vec($ready, $out, 1)) { pour($pawl, \*STDOUT) or last }
  if (vec($ready, $in, 1)) { pour(\*STDIN, $pawl) or last }
}
`
