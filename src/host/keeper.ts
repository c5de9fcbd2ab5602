/** A tiny process between pawl and a program that works for long: whatever gets away below becomes its child, and it ends all of it when pawl is gone. */
import { lstatSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { findProgram } from './program-search.ts'
import { shebangOf } from './shebang.ts'

/** Number of the system call prctl. */
const prctl: Readonly<Partial<Record<NodeJS.Architecture, number>>> = { x64: 157, arm64: 167, riscv64: 167, arm: 172, ia32: 172, s390x: 172, ppc64: 171 }

/** As the system calls it: at most 15 characters. */
export const keeperName = 'pawl-keeper'

export type KeptCommand = { readonly program: string; readonly args: readonly string[] }

/**
 * The same command below a keeper. Undefined where there can be none: not on Linux, or without perl, which a machine with git nearly always has; then
 * the guardian does what it can. Also for a script whose interpreter is missing: the system itself says that best.
 */
export function kept({ program, args }: KeptCommand, env: Readonly<Record<string, string>>): KeptCommand | undefined {
  const call = process.platform === 'linux' ? prctl[process.arch] : undefined
  const perl = call === undefined ? undefined : findProgram('perl', { PATH: env['PATH'] ?? process.env['PATH'] ?? '' }, '/')
  const interpreter = perl === undefined ? undefined : shebangOf(program)?.[0]
  if (perl === undefined || (interpreter !== undefined && isAbsolute(interpreter) && lstatSync(interpreter, { throwIfNoEntry: false }) === undefined))
    return undefined
  return { program: perl, args: ['-e', script, String(call), String(process.pid), program, ...args] }
}

/**
 * It becomes the parent of all that loses its own (36, PR_SET_CHILD_SUBREAPER), and hears of the end of pawl (1, PR_SET_PDEATHSIG). That it has no
 * child any more is a proof that nothing is left below: nobody can get out of there. Signals of a terminal or of pawl are for the program, not for it.
 * It ends as the program did: by the same signal, or with the same code.
 */
const script = String.raw`
use strict; use POSIX qw(:signal_h :sys_wait_h _exit);
my ($call, $owner, @command) = @ARGV;
$0 = '${keeperName}';
my $status;
my $heard = POSIX::SigSet->new(SIGCHLD, SIGUSR1, SIGALRM);
my $none = POSIX::SigSet->new;
my @signals = qw(CHLD USR1 ALRM TERM INT HUP QUIT);
sigprocmask(SIG_BLOCK, $heard);
$SIG{$_} = sub {} for @signals;
syscall($call + 0, 36, 1, 0, 0, 0);
syscall($call + 0, 1, 10, 0, 0, 0);
my $main = fork() // _exit(126);
if ($main == 0) {
  $SIG{$_} = 'DEFAULT' for @signals;
  sigprocmask(SIG_SETMASK, $none);
  { no warnings; exec { $command[0] } @command; }
  print STDERR "$command[0] could not be started: $!\n";
  _exit(127);
}
close STDIN;
chdir '/';
sub orphaned { return getppid() != $owner }
sub pause { select(undef, undef, undef, $_[0]) }
# True: nothing is left below.
sub clear {
  for (;;) {
    my $pid = waitpid(-1, WNOHANG);
    return 1 if $pid == -1 && $!{ECHILD};
    return 0 if $pid <= 0;
    $status = $? if $pid == $main;
  }
}
sub below {
  my (%children, @found);
  opendir(my $proc, '/proc') or return ();
  for my $pid (grep { /^\d+$/ } readdir $proc) {
    open(my $file, '<', "/proc/$pid/stat") or next;
    my $line = <$file> // '';
    push @{ $children{$2} }, $pid if $line =~ /.*\) (\S) (\d+)/s && $1 !~ /[ZX]/;
  }
  my @open = ($$);
  while (defined(my $one = shift @open)) { my @its = @{ $children{$one} // [] }; push @found, @its; push @open, @its; }
  return @found;
}
until (clear() || defined $status || orphaned()) { alarm 1; sigsuspend($none); }
alarm 0;
# What finishes by itself a moment after the program is given that moment.
for (1 .. 25) { last if clear() || orphaned(); pause(0.01); }
unless (clear()) {
  kill 'TERM', below();
  my $patience = 0;
  until (clear()) { last if ($patience += orphaned() ? 10 : 1) > 100; pause(0.02); }
  for (1 .. 3000) { last if clear(); kill 'KILL', below(); pause(0.01); }
}
_exit(1) unless defined $status;
my $signal = $status & 127;
_exit($status >> 8) unless $signal;
# Without a second core dump.
syscall($call + 0, 4, 0, 0, 0, 0);
eval { sigaction($signal, POSIX::SigAction->new('DEFAULT')) };
sigprocmask(SIG_SETMASK, $none);
kill $signal, $$;
pause(1);
_exit(128 + $signal);
`
