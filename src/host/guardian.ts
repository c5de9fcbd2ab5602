/** A tiny shell that outlives pawl when somebody kills it with -9, and then ends what its tasks left running. */
import { spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import { leaders } from './orphans.ts'
import { tagVariable } from './proc-table.ts'

export type Guardian = {
  /** Everything in the session of this leader, or with this tag, must not outlive pawl. */
  guard(leader: number, tag: string): void
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
    guard: (leader, tag) => tell(`+ ${leader} ${tag}`),
    release: (leader) => void (ear != null && tell(`- ${leader}`)),
    guardOrphan: (pid) => tell(`o ${pid}`),
  }
}

function started(): Writable | undefined {
  if (process.platform === 'win32') return undefined
  const outer = process.env[tagVariable]
  const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', ...(outer === undefined ? {} : { [tagVariable]: outer }) }
  // A session of its own: Ctrl-C in the terminal and the end of the terminal are not for it.
  const child = spawn('/bin/sh', ['-c', script, 'pawl-guardian'], { cwd: '/', env, detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  const { pid, stdin } = child
  // Without it pawl works as well: the next run ends what is left.
  child.once('error', () => undefined)
  stdin.on('error', () => undefined)
  if (pid === undefined) return undefined
  leaders.add(pid)
  child.unref()
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref()
  return stdin
}

/**
 * Hears "+ LEADER TAG", "- LEADER" and "o PID" until pawl is gone. What is still guarded then gets TERM, and KILL until nothing is left.
 * The tag is looked for as a whole entry of the environment; grep is asked once for all processes.
 */
const script = `
trap '' HUP INT TERM
nl='
'
guarded=' ' orphans=' ' tags=
while IFS=' ' read -r what pid tag; do
  case $what in
    +) guarded="$guarded$pid "; tags="$tags$pid $tag$nl" ;;
    -) guarded="\${guarded%% $pid *} \${guarded#* $pid }"
       case $tags in "$pid "*) tags="\${tags#*$nl}" ;; *"$nl$pid "*) rest="\${tags#*$nl$pid }"; tags="\${tags%%$nl$pid *}$nl\${rest#*$nl}" ;; esac ;;
    o) orphans="$orphans$pid " ;;
  esac
done
[ "$guarded" = ' ' ] && [ "$orphans" = ' ' ] && exit 0
patterns=
while IFS=' ' read -r pid tag; do
  [ -n "$tag" ] && patterns="$patterns${tagVariable}=$tag$nl"
done <<END
$tags
END
patterns="\${patterns%$nl}"
look() {
  found=' '
  marked=
  [ -n "$patterns" ] && marked=" $(grep -lsaF -e "$patterns" /proc/[0-9]*/environ 2>/dev/null | tr '\\n' ' ')"
  for file in /proc/[0-9]*/stat; do
    { read -r line < "$file"; } 2>/dev/null || continue
    pid=\${file#/proc/} pid=\${pid%/stat}
    set -- \${line##*) }
    [ "$pid" = $$ ] && continue
    case $1 in Z | X) continue ;; esac
    case $guarded in *" $3 "* | *" $4 "*) found="$found$pid "; continue ;; esac
    case $orphans in *" $pid "*) found="$found$pid "; continue ;; esac
    case $found in *" $2 "*) found="$found$pid "; orphans="$orphans$pid "; continue ;; esac
    case $marked in *" /proc/$pid/environ "*) found="$found$pid " ;; esac
  done
}
# Until nothing new is found: what is signalled first would leave its children without a trace.
before=
look
while [ "$found" != "$before" ]; do before=$found; orphans="$orphans$found"; look; done
for leader in $guarded; do kill -TERM -"$leader" 2>/dev/null; done
[ "$found" = ' ' ] || kill -TERM $found 2>/dev/null
for wait in 1 2 3 4 5; do
  look
  [ "$found" = ' ' ] && break
  sleep 0.2
done
for again in 1 2 3 4 5 6 7 8 9 10; do
  for leader in $guarded; do kill -KILL -"$leader" 2>/dev/null; done
  look
  [ "$found" = ' ' ] && exit 0
  kill -KILL $found 2>/dev/null
  sleep 0.1
done
`
