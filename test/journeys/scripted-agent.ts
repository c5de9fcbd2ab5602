/** An agent that does what its prompt says: the lines between "```sh" and "```" are its work. In a later turn it does those between "```sh again" and "```". */
import { author, newRepo, underGit, type Ended, type Repo } from './rig.ts'

/** It gets the path of the brief as its only argument; "BRIEF" holds that path in the script. */
const agent = `
BRIEF="$1"; export BRIEF
part=work
case "$(head -n 1 "$BRIEF")" in "You work in"*) ;; *) part=again ;; esac
script=$(awk -v part="$part" '
  /^\`\`\`sh again$/ { on = part == "again"; next }
  /^\`\`\`sh$/ { on = part == "work"; next }
  /^\`\`\`$/ { on = 0; next }
  on { print }' "$BRIEF")
exec sh -c "$script"
`

/** A prompt whose agent does this; `again`: in a later turn. */
export const sh = (title: string, work: string, again?: string, front = ''): string =>
  `${front === '' ? '' : `---\n${front}\n---\n`}# ${title}\n\n\`\`\`sh\n${work}\n\`\`\`\n${again === undefined ? '' : `\n\`\`\`sh again\n${again}\n\`\`\`\n`}`

/** A repository with a check for each of three files and one for all, on a branch that is not called main. */
export async function agentsRepo(prompts: Readonly<Record<string, string>>, more = ''): Promise<Repo> {
  const repo = await newRepo({ 'src/a.txt': 'alpha\n', 'src/b.txt': 'beta\n', 'src/c.txt': 'gamma\n', ...prompts }, { git: false })
  underGit(repo.root, 'trunk', author)
  const lint = repo.script('lint', 'grep -rn BUG src && exit 1; exit 0')
  // Fails only where two things are there together.
  const pair = repo.script('pair', 'if grep -q LEFT src/a.txt && grep -q RIGHT src/b.txt; then echo "src/a.txt:1: LEFT and RIGHT together"; exit 1; fi')
  repo.write({
    'pawl.yaml': `detect: false
checks:
  lint: { command: [${lint}], inputs: ["src/**"] }
  pair: { command: [${pair}], inputs: ["src/a.txt", "src/b.txt"] }
agents: { scripted: { command: [${repo.script('agent', agent)}, "{brief}"], silence: 20s } }
work: { agent: scripted, delay: 1s ${more} }
`,
  })
  repo.commit('first')
  return repo
}

export type JobEvent = {
  readonly type: string
  readonly seq: number
  readonly at: number
  readonly task?: string
  readonly text?: string
  readonly outcome?: { readonly kind: string; readonly summary?: string; readonly failure?: { readonly type: string; readonly what: string } }
  readonly fact?: { readonly kind: string; readonly [key: string]: unknown }
}

export const eventsIn = ({ stdout }: Pick<Ended, 'stdout'>): readonly JobEvent[] =>
  stdout
    .trim()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as JobEvent)

/** Task → how it ended. */
export const endingsIn = (ended: Ended): Readonly<Record<string, string>> =>
  Object.fromEntries(eventsIn(ended).flatMap(({ type, task, outcome }) => endingOf(type, task, outcome?.kind)))

function endingOf(type: string, task: string | undefined, kind: string | undefined): readonly (readonly [string, string])[] {
  if (task === undefined) return []
  if (type === 'task.blocked') return [[task, 'blocked']]
  return type === 'attempt.finished' && kind !== undefined ? [[task, kind]] : []
}

export const factsOf = (ended: Ended, task: string) =>
  eventsIn(ended).flatMap((one) => (one.type === 'job.advanced' && one.task === task ? (one.fact ?? []) : []))

export const runAgents = (repo: Repo, ...args: string[]): Promise<Ended> => repo.pawl('agents', 'run', '--json', ...args)
