/** A tiny shell that outlives pawl when somebody kills it with -9, and then ends what its tasks left running. */
import { spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import { unlessRefused } from './exhaustion.ts'
import { leaders } from './leaders.ts'
import { tagVariable } from './proc-table.ts'

export type Guardian = {
  /** Everything in the session of this leader, or with this tag, must not outlive pawl. `keeps`: the leader is a keeper, which is left its time. */
  guard(leader: number, tag: string, keeps?: boolean): void
  release(leader: number): void
  /** An orphan of a task, which nothing but its number tells apart. */
  guardOrphan(pid: number): void
}

/** Started with the first thing to guard. Where there is no /proc it ends process groups only. */
export function guardian(): Guardian {
  let ear: Writable | undefined | null
  const tell = (line: string): void => {
    ear ??= started()
    ear?.write(`${line}\n`)
  }
  return {
    guard(leader, tag, keeps = false) {
      tell(`+ ${leader} ${tag}`)
      if (keeps) tell(`k ${leader}`)
    },
    release: (leader) => void (ear != null && tell(`- ${leader}`)),
    guardOrphan: (pid) => tell(`o ${pid}`),
  }
}

function started(): Writable | undefined {
  if (process.platform === 'win32') return undefined
  const outer = process.env[tagVariable]
  const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', ...(outer === undefined ? {} : { [tagVariable]: outer }) }
  // A session of its own: Ctrl-C in the terminal and the end of the terminal are not for it.
  // Without it pawl works as well: the next run ends what is left. Some refusals are thrown, others come as an event.
  const child = unlessRefused(() => spawn('/bin/sh', ['-c', script, 'pawl-guardian'], { cwd: '/', env, detached: true, stdio: ['pipe', 'ignore', 'ignore'] }))
  if (child === undefined) return undefined
  const { pid, stdin } = child
  child.once('error', () => undefined)
  // A refused start leaves no stream, whatever the types say.
  if (pid === undefined || stdin === undefined) return undefined
  stdin.on('error', () => undefined)
  leaders.add(pid)
  child.unref()
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref()
  return stdin
}

/**
 * Hears "+ LEADER TAG", "k LEADER", "- LEADER" and "o PID" until pawl is gone. What is still guarded then gets TERM, and KILL until nothing is left.
 * The table of processes is read by grep, a file a process: the words of the shell would take a hundred times as long.
 */
const script = `
trap '' HUP INT TERM
nl='
'
guarded=' ' known=' ' keepers=' ' round=0 tags="$nl"
while IFS=' ' read -r what pid tag; do
  case $what in
    +) guarded="$guarded$pid " tags="$tags$pid $tag$nl" ;;
    -) case $guarded in *" $pid "*)
         guarded="\${guarded%% $pid *} \${guarded#* $pid }"
         rest="\${tags#*$nl$pid }" tags="\${tags%%$nl$pid *}$nl\${rest#*$nl}" ;;
       esac
       case $keepers in *" $pid "*) keepers="\${keepers%% $pid *} \${keepers#* $pid }" ;; esac ;;
    k) keepers="$keepers$pid " ;;
    o) known="$known$pid " ;;
  esac
done
patterns=
while IFS=' ' read -r pid tag; do
  [ -n "$tag" ] && patterns="$patterns\${patterns:+$nl}${tagVariable}=$tag"
done <<END
$tags
END
either() { IFS='|'; echo "$*"; IFS=' '; }
# Never a pattern that fits everything: there may be nothing but orphans to look for.
ours=$(IFS=' '; either none $guarded)
# A keeper ends all below it better than anybody else, and then itself: it is ended only when it does not.
isTrusted() { [ $round -lt 25 ] && case $keepers in *" $1 "*) true ;; *) false ;; esac; }
# Adds the processes of some files of /proc to "found".
add() {
  IFS="$nl"
  for file in $1; do
    pid=\${file#/proc/} pid=\${pid%%/*}
    case $found in *" $pid "*) ;; *) [ "$pid" = $$ ] || isTrusted "$pid" || found="$found$pid " ;; esac
  done
  IFS=' '
}
# State, parent, group, session: a zombie is none, and what has our group or session is ours, and what descends from it.
look() {
  found=' '
  add "$(grep -lsE "\\) [^ZX] [0-9]+ ([0-9]+ )?($ours) " /proc/[0-9]*/stat)"
  [ -z "$patterns" ] || add "$(grep -lsaF -e "$patterns" /proc/[0-9]*/environ)"
  for pid in $known; do grep -qsE '\\) [^ZX] ' "/proc/$pid/stat" && add "/proc/$pid/stat"; done
  [ "$found" = ' ' ] || add "$(grep -lsE "\\) [^ZX] ($(either $found)) " /proc/[0-9]*/stat)"
  for pid in $found; do case $known in *" $pid "*) ;; *) known="$known$pid " ;; esac; done
}
IFS=' '
[ -z "\${guarded# }\${known# }" ] && exit 0
# What is signalled before it is known leaves its children without a trace.
before= round=0
look
while [ "$found" != "$before" ] && [ $round -lt 3 ]; do before=$found round=$((round + 1)); look; done
for leader in $guarded; do kill -TERM -"$leader" 2>/dev/null; done
[ "$found" = ' ' ] || kill -TERM $found 2>/dev/null
name=TERM calm=0 round=0
# A look may miss what begins beside it, so one is not enough.
while [ $calm -lt 3 ] && [ $round -lt 40 ]; do
  round=$((round + 1))
  [ $round -gt 2 ] && name=KILL
  look
  for pid in $keepers; do grep -qsE '\\) [^ZX] ' "/proc/$pid/stat" && calm=-1; done
  if [ "$found" = ' ' ]; then calm=$((calm + 1)); else calm=0; [ $name = TERM ] || kill -KILL $found 2>/dev/null; fi
  sleep 0.2
done
`
