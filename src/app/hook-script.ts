/** The text of a git hook: a script for any sh that passes at once when a stamp proves these very files, and starts pawl otherwise. */
import { quotedWord } from '../model/shell-words.ts'

export const hookNames = ['pre-commit', 'pre-push'] as const
export type HookName = (typeof hookNames)[number]

export type HookParts = {
  readonly name: HookName
  /** What starts pawl: absolute, so that neither PATH nor a package manager decides. */
  readonly program: readonly string[]
  readonly flags: string
  /** The folder of stamps. */
  readonly stamps: string
  /** Known to this script and to what it starts; a stamp that came with a clone does not have it. */
  readonly key: string
}

/** Raise this when scripts and stamps no longer fit each other. */
export const hookVersion = '1'

/** The variables whose values a stamp holds, besides PATH. Those that count for reuse: a test compares the two lists. */
export const stampedNames = [
  'CI',
  'NODE_ENV',
  'TZ',
  'PYTHONPATH',
  'RUSTFLAGS',
  'GOFLAGS',
  'CGO_ENABLED',
  'GOOS',
  'GOARCH',
  'CC',
  'CXX',
  'CFLAGS',
  'CXXFLAGS',
  'LDFLAGS',
] as const

const mark = '# pawl hook: written by `pawl init --hooks`, removed by `pawl init --hooks=off`.'
export const isOurs = (text: string): boolean => text.split('\n').includes(mark)

/** What a person may have changed in the script, and what stays the same from one writing to the next. */
export function keptParts(text: string): { readonly flags?: string; readonly key?: string } {
  const flags = /^flags='([^'\n]*)'$/m.exec(text)?.[1]
  const key = /^key='([0-9a-f]{32})'$/m.exec(text)?.[1]
  return { ...(flags === undefined ? {} : { flags }), ...(key === undefined ? {} : { key }) }
}

export const hookScript = (parts: HookParts): string => [opening(parts), start(parts), stampTest, parts.name === 'pre-commit' ? preCommit : prePush].join('\n')

const opening = ({ name, flags }: HookParts): string => `#!/bin/sh
${mark}
# What \`pawl hook ${name}\` is told. Change it here; \`pawl init --hooks\` keeps this line and writes the rest anew.
flags='${flags}'
`

const start = ({ name, program, stamps, key }: HookParts): string => `stamps=${quotedWord(stamps)}
key='${key}'
program=${quotedWord(program[0] ?? '')}

# Another program in the place of pawl, or none, must never look like a pass.
run() {
  if [ -x "$program" ]; then set -- ${program.map((word, i) => (i === 0 ? '"$program"' : quotedWord(word))).join(' ')} hook ${name} $flags
  elif command -v pawl >/dev/null 2>&1; then set -- pawl hook ${name} $flags
  elif [ -x node_modules/.bin/pawl ]; then set -- node_modules/.bin/pawl hook ${name} $flags
  else
    echo "pawl: the ${name} hook could not run: $program is gone, and there is no pawl on PATH or in node_modules/.bin" >&2
    echo "  kept: nothing was checked, so nothing is let through" >&2
    echo "  try: install pawl and run \\\`pawl init --hooks\\\` again; once without checks: git ${name === 'pre-commit' ? 'commit' : 'push'} --no-verify" >&2
    echo "  or remove the hook: rm \\"$0\\"" >&2
    exit 2
  fi
  PAWL_HOOK="${hookVersion} $key" PAWL_HOOK_FLAGS=$flags PAWL_HOOK_SEEN=$seen "$@"
}
`

/** Builtins alone, apart from `date`: this is what a commit with nothing new waits for. */
const stampTest = `cd -P . || exit 2
seen="$PATH|${stampedNames.map((name) => `$${name}`).join('|')}"

next() { IFS= read -r line && [ "$line" = "$1" ]; }

# Whether this stamp says that all checks passed on these files, with these tools, not long ago.
proven() {
  [ -f "$1" ] || return 1
  {
    next "key $key" && next "flags $flags" && next "seen $seen" && next "root $PWD" || return 1
    IFS= read -r line && [ "$(date +%s)" -lt "\${line#until }" ] 2>/dev/null || return 1
    IFS= read -r by || return 1
    while IFS= read -r line; do
      case $line in
        "same "*) [ -e "\${line#same }" ] && [ ! "\${line#same }" -nt "$1" ] || return 1 ;;
        "none "*) [ ! -e "\${line#none }" ] || return 1 ;;
        end) return 0 ;;
        *) return 1 ;;
      esac
    done
    return 1
  } <"$1"
}
`

const preCommit = `if tree=$(git write-tree 2>/dev/null) && proven "$stamps/$tree"; then
  echo "pawl: nothing new to check: $by passed on exactly what is staged" >&2
  exit 0
fi
run
`

/** git tells on standard input what is pushed: local ref, its commit, remote ref, its commit. Zeros: a branch is deleted. */
const prePush = `pushed= new=
while read -r ref commit rest; do
  case $commit in
    *[!0]*) ;;
    *) continue ;;
  esac
  pushed="$pushed$ref $commit $rest
"
  tree=$(git rev-parse --verify --quiet "$commit^{tree}") && proven "$stamps/$tree" || new=1
done
[ -n "$pushed" ] || exit 0
if [ -z "$new" ]; then
  echo "pawl: nothing new to check: $by passed on exactly what is pushed" >&2
  exit 0
fi
printf '%s' "$pushed" | run
`
