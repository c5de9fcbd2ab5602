/**
 * Shows what an agent in the sandbox has made so far in another clone, while it goes on working. Its files may become something else at any moment, such as
 * links to what it must not see: so no file of it is opened outside of a sandbox, in which nothing lies but the two clones.
 */
import type { Cancellation } from '../model/cancellation.ts'
import type { Failure } from '../model/failure.ts'
import type { Processes } from '../model/processes.ts'
import { readFileSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { answerText, gitFailure } from './git.ts'
import { placesOf, type LeasedClone } from './leased-clone.ts'
import { gitIn } from './repository.ts'
import { sandboxed } from './sandbox.ts'
import { showCommit } from './shown-commit.ts'

export type ShowWork = {
  readonly processes: Processes
  /** Absolute; stands for the home of the user. */
  readonly home: string
  readonly tag: string
  readonly cancellation: Cancellation
}

const patienceMs = 5 * 60_000

/** `place`: a clone that nobody works in; see `borrowing`. Undefined: it holds what git would take of the work now. */
export async function showWork(work: LeasedClone, place: LeasedClone, { processes, home, tag, cancellation }: ShowWork): Promise<Failure | undefined> {
  const env = { PATH: '/usr/bin:/bin:/usr/local/bin' }
  const began = await gitIn(work.repository, ['write-tree'])
  if (!began.ok) return gitFailure('git could not say what the work of the agent began with', began)
  const shown = await showCommit(place.repository, answerText(began.stdout))
  if (shown !== undefined) return shown
  const list = await changedIn(work)
  if (!(list instanceof Uint8Array)) return list
  const inputFile = join(placesOf(place.lease.folder).all, 'changes')
  await writeFile(inputFile, list, { mode: 0o600 })
  const folder = place.lease.folder
  const box = { folder, home, readable: [work.lease.folder], writable: [], network: 'none' } as const
  const argv = ['perl', '-e', copier, work.lease.folder, folder]
  const copied = await sandboxed(processes, box).run({ argv, cwd: folder, env, inputFile, timeoutMs: patienceMs, tag, cancellation })
  await rm(inputFile, { force: true })
  if (!copied.ok) return copied.failure
  const { kind, code, stderr } = copied.exit
  return kind === 'exited' && code === 0 ? undefined : unseen(stderr.trim().split('\n').at(-1)?.slice(0, 300) || `its copy ended as '${kind}'`)
}

/** To be called once for a place: it finds the objects that pawl has made in the clone of the work, too. */
export async function borrowing(work: LeasedClone, place: LeasedClone): Promise<void> {
  const list = join(placesOf(place.lease.folder).own, 'objects', 'info', 'alternates')
  await writeFile(list, `${readFileSync(list, 'utf8')}${join(placesOf(work.lease.folder).own, 'objects')}\n`)
}

const unseen = (why: string): Failure => ({
  type: 'agent.odd-file',
  what: 'what is in the checkout now cannot be looked at',
  why,
  kept: 'your files are as they are',
})

/** Paths that are new, other or gone, each with a zero byte at its end. What git opens for that it shows to nobody. */
async function changedIn({ repository }: LeasedClone): Promise<Uint8Array | Failure> {
  const answer = await gitIn(repository, ['ls-files', '-z', '--deleted', '--modified', '--others', '--exclude-standard'])
  return answer.ok ? answer.stdout : gitFailure('git could not say what the agent has changed', answer)
}

/** Bytes of all files that are copied together. */
const mostBytes = 1024 * 1024 * 1024

/** Takes plain files and links as they are at that moment, and leaves out all else. What is gone meanwhile is gone there, too. */
const copier = String.raw`
use strict; use Fcntl;
my ($from, $into) = @ARGV;
my $left = ${mostBytes};
local $/ = "\0";
my (@new, %seen);
sub above { my @parts = split m{/}, $_[0]; pop @parts; return @parts }
sub is_there {
  my ($path, $folder) = ($_[0], $from);
  for (above($path)) { $folder .= "/$_"; return 0 if -l $folder }
  return lstat("$from/$path") && (-l _ || -f _);
}
while (defined(my $path = <STDIN>)) {
  chomp $path;
  next if $path eq '' || $path =~ m{/$} || $seen{$path}++;
  if (is_there($path)) { push @new, $path; next }
  my @above = above($path);
  unlink "$into/$path";
  while (@above) { rmdir join('/', $into, @above) or last; pop @above }
}
for my $path (@new) {
  my $to = "$into/$path";
  lstat("$from/$path") or next;
  my ($is_link, $mode) = (-l _, -x _ ? 0777 : 0666);
  my $folder = $into;
  for (above($path)) {
    $folder .= "/$_";
    next if !-l $folder && -d _;
    unlink $folder;
    mkdir $folder or die "a folder could not be made: $!\n";
  }
  unlink $to;
  if (!-l $to && -d _) { rmdir $to or die "a folder is in the way of a file\n" }
  if ($is_link) {
    my $target = readlink "$from/$path";
    defined $target and symlink $target, $to;
    next;
  }
  sysopen(my $file, "$from/$path", O_RDONLY | O_NONBLOCK | O_NOFOLLOW) or next;
  next unless -f $file;
  sysopen(my $copy, $to, O_WRONLY | O_CREAT | O_EXCL, $mode) or die "a file could not be written: $!\n";
  while (my $count = sysread($file, my $part, 1048576)) {
    die "more than ${mostBytes / (1024 * 1024)} MiB have changed\n" if ($left -= $count) < 0;
    for (my $at = 0; $at < $count; ) { $at += syswrite($copy, $part, $count - $at, $at) // die "a file could not be written: $!\n" }
  }
}
`
