/** Every flag of the command line: its value, its help, and which commands have it. */

export type Flag = {
  readonly name: string
  readonly short?: string
  /** Absent: a switch. "optional": a switch that may have a value after "=". */
  readonly value?: 'text' | 'number' | 'list' | 'optional' | 'duration'
  readonly choices?: readonly string[]
  /** The duration may be 0. */
  readonly zero?: true
  /** How the value is called in help. */
  readonly shown?: string
  readonly help: string
}

const flag = (name: string, help: string, more: Omit<Flag, 'name' | 'help'> = {}): Flag => ({ name, help, ...more })

export const globalFlags: readonly Flag[] = [
  flag('help', 'Show help for the command', { short: 'h' }),
  flag('version', 'Show the version of pawl', { short: 'V' }),
  flag('cwd', 'Work in this folder', { value: 'text', shown: 'DIR', short: 'C' }),
  flag('quiet', 'Show failures and the summary only', { short: 'q' }),
  flag('verbose', 'Show causes, commands and the output of every check', { short: 'v' }),
  flag('json', 'Machine-readable output: the event stream, or one JSON document'),
  flag('color', 'Colours: always, never, auto', { value: 'text', choices: ['always', 'never', 'auto'] }),
]

const selecting: readonly Flag[] = [
  flag('fast', 'Only the fast checks of the stage quality; proven results are trusted'),
  flag('skip-tests', 'Leave out the stage quality'),
  flag('only', 'Only these checks and what they need', { value: 'list', shown: 'NAME,…' }),
  flag('skip', 'Leave these checks out', { value: 'list', shown: 'NAME,…' }),
  flag('filter', 'Only these packages: name, @scope/*, ./folder, !name, name..., ...name, [REF]', { value: 'list', shown: 'PACKAGE,…' }),
  flag('stage', 'Only these stages and what they need', { value: 'list', shown: 'STAGE,…' }),
  flag('since', 'Only what concerns files changed since this commit', { value: 'text', shown: 'REF' }),
  flag('staged', 'Only what concerns staged files'),
  flag('files', 'Only what concerns these files', { value: 'list', shown: 'PATH,…' }),
  flag('strategy', 'fast, comprehensive, dependency-aware, parallel, sequential, or one of your own', { value: 'text', shown: 'NAME' }),
  flag('profile', 'Put this profile of pawl.yaml over the rest', { value: 'text', shown: 'NAME' }),
  flag('jobs', 'Most checks at a time', { value: 'number', shown: 'N', short: 'j' }),
  flag('force', 'Run even what is proven', { short: 'f' }),
]

export const runFlags: readonly Flag[] = [
  ...selecting,
  flag('fix', 'Highest level of fix to run: safe, tracked (default), lock, system', {
    value: 'optional',
    choices: ['safe', 'tracked', 'lock', 'system'],
    shown: 'LEVEL',
  }),
  flag('no-fix', 'Run no fix'),
  flag('ai-fix', 'Let a coding agent mend what is left after that, in a copy; default: claude', { value: 'optional', shown: 'AGENT' }),
  flag('yes', 'With --ai-fix: apply what is strictly better without asking', { short: 'y' }),
  flag('dry-run', 'Show exactly what would happen; change nothing anywhere', { short: 'n' }),
  flag('interactive', 'Ask before each fix', { short: 'i' }),
  flag('fail-fast', 'Start nothing more after the first failure'),
  flag('timeout', 'Time limit of each check', { value: 'duration', shown: 'TIME' }),
  flag('persist', 'Write needed settings of this machine to your shell profile'),
  flag('format', 'Findings at the end as text, json, sarif, junit or github', {
    value: 'text',
    choices: ['text', 'json', 'sarif', 'junit', 'github'],
    shown: 'FORMAT',
  }),
  flag('output', 'Write the findings to this file instead', { value: 'text', shown: 'FILE', short: 'o' }),
]

/** What makes sense again and again while somebody edits. */
const onceOnly = new Set(['dry-run', 'interactive', 'persist', 'format', 'output', 'ai-fix', 'yes'])
export const watchFlags: readonly Flag[] = runFlags.filter((one) => !onceOnly.has(one.name))

/** A hook must not keep a commit waiting for an agent. */
export const hookFlags: readonly Flag[] = runFlags.filter((one) => !['ai-fix', 'yes'].includes(one.name))

const agentFlags: readonly Flag[] = [
  flag('agent', 'Which agent; default: that of pawl.yaml, else claude', { value: 'text', shown: 'NAME' }),
  flag('iterations', 'Most turns of the agent; default: 10', { value: 'number', shown: 'N' }),
  flag('max-time', 'Time of all turns together; default: 1h', { value: 'duration', shown: 'TIME' }),
  flag('max-turns', 'Turns of the model in all, as the agent counts them', { value: 'number', shown: 'N' }),
  flag('max-tokens', 'Tokens in all', { value: 'number', shown: 'N' }),
  flag('max-cost', 'US dollars in all, as the agent tells', { value: 'text', shown: 'USD' }),
]

export const fixFlags: readonly Flag[] = [
  ...runFlags.filter((one) => !['ai-fix', 'no-fix'].includes(one.name)),
  ...agentFlags,
  flag('allow', 'Protected files that the agent may change: globs, or "tests" for all tests', { value: 'list', shown: 'GLOB,…' }),
]

/** What of the checks is the gate. */
const gating: readonly Flag[] = selecting.filter((one) => ['fast', 'skip-tests', 'only', 'skip', 'stage', 'strategy', 'profile'].includes(one.name))

export const agentsFlags: readonly Flag[] = [
  flag('stdin', 'Read a list of prompts from standard input'),
  flag('interactive', 'Ask for the prompts on the terminal', { short: 'i' }),
  flag('text', 'A task itself instead of a file; may be given several times', { value: 'list', shown: 'TEXT' }),
  flag('agent', 'Which agent, where a prompt names none; default: claude', { value: 'text', shown: 'NAME' }),
  flag('parallel', 'Most agents at a time; default: 4', { value: 'number', shown: 'N' }),
  flag('timeout', 'Time limit of one turn; default: 2h', { value: 'duration', shown: 'TIME' }),
  flag('mends', 'Further turns that may mend what the gate found; default: 3', { value: 'text', shown: 'N' }),
  flag('onto', 'Branch on which the work lands; default: pawl/integration', { value: 'text', shown: 'BRANCH' }),
  flag('landing', 'together (default): what nobody waits for lands at the end; each: as soon as it is ready', {
    value: 'text',
    choices: ['together', 'each'],
    shown: 'WHEN',
  }),
  flag('allow', 'Files that agents may change although a person should look at them first', { value: 'list', shown: 'GLOB,…' }),
  flag('pr', 'Open a pull request for what landed: one for all (integration), or one for each prompt (each)', {
    value: 'optional',
    choices: ['integration', 'each'],
    shown: 'HOW',
  }),
  flag('sandbox', 'Each agent works in a private clone inside of bubblewrap'),
  ...agentFlags
    .filter((one) => one.name.startsWith('max-'))
    .map((one) => ({ ...one, help: `Of each task: ${one.help.replace(/; default: 1h$/, '').replace(/^(?!US)./, (first) => first.toLowerCase())}` })),
  flag('total-time', 'Time of all turns of all prompts of the run together', { value: 'duration', shown: 'TIME' }),
  flag('total-turns', 'Turns of the model in the whole run', { value: 'number', shown: 'N' }),
  flag('total-tokens', 'Tokens in the whole run', { value: 'number', shown: 'N' }),
  flag('total-cost', 'US dollars in the whole run, as the agents tell', { value: 'text', shown: 'USD' }),
  flag('fallback', 'Agents that go on where another has no quota, login or program', { value: 'list', shown: 'NAME,…' }),
  ...gating,
]

const forRoadmaps = new Set([
  'agent',
  'parallel',
  'timeout',
  'mends',
  'onto',
  'allow',
  'sandbox',
  'max-time',
  'max-turns',
  'max-tokens',
  'max-cost',
  'total-time',
  'total-turns',
  'total-tokens',
  'total-cost',
  'fallback',
  ...gating.map(({ name }) => name),
])

export const roadmapFlags: readonly Flag[] = [
  flag('file', 'The roadmap; default: ROADMAP.md or roadmap.yaml, at the root or in docs/', { value: 'text', shown: 'PATH' }),
  flag('phase', 'Only these phases: 2, 2..3, or several with commas', { value: 'list', shown: 'PHASE,…' }),
  flag('group', 'Only these groups: A, or 1.A', { value: 'list', shown: 'GROUP,…' }),
  flag('task', 'Only these tasks', { value: 'list', shown: 'ID,…' }),
  flag('dry-run', 'Show what would be done; change nothing anywhere', { short: 'n' }),
  flag('yes', 'Do not ask', { short: 'y' }),
  flag('pr', 'With run: push each phase whose gate has passed, and open a pull request for it'),
  flag('reason', 'With done, skip and reset: why; it is recorded', { value: 'text', shown: 'TEXT' }),
  flag('text', 'With init: the idea, in prose', { value: 'text', shown: 'TEXT' }),
  flag('format', 'With report and export: markdown, html, json or tracking', {
    value: 'text',
    choices: ['markdown', 'html', 'json', 'tracking'],
    shown: 'FORMAT',
  }),
  flag('output', 'With report, export and init: the file or folder to write', { value: 'text', shown: 'PATH', short: 'o' }),
  ...agentsFlags
    .filter(({ name }) => forRoadmaps.has(name))
    .map((one) => (one.name === 'timeout' ? { ...one, help: 'Time limit of one turn; default: 1h' } : one)),
]

export const planFlags: readonly Flag[] = [
  ...selecting,
  flag('format', 'text, json, mermaid or dot', { value: 'text', choices: ['text', 'json', 'mermaid', 'dot'], shown: 'FORMAT' }),
]

export const initFlags: readonly Flag[] = [
  flag('hooks', 'Write git hooks instead: pre-commit (default), pre-push, both with a comma; off removes them', { value: 'optional', shown: 'NAME,…' }),
  flag('workflow', 'Write a GitHub workflow instead: .github/workflows/pawl.yml'),
  flag('vscode', 'Write tasks with problem matchers instead: .vscode/tasks.json'),
  flag('alias', 'Write a short name for pawl into your shell profile instead (default: pw)', { value: 'optional', shown: 'NAME' }),
  flag('remove', 'With one of these: take out again what pawl wrote'),
  flag('dry-run', 'Show the file that would be written', { short: 'n' }),
  flag('yes', 'Do not ask', { short: 'y' }),
  flag('explain', 'Say what was found and why each check is there'),
]

export const followFlag: Flag = flag('follow', 'Go on showing what is new until the job, or the run of agents, has ended', { short: 'f' })
export const allRunsFlag: Flag = flag('all', 'Of the last 20 runs of agents')
export const cancelFlags: readonly Flag[] = [flag('all', 'The whole run, as Ctrl-C in its terminal would')]
export const retryFlags: readonly Flag[] = [flag('fresh', 'In new checkouts and new conversations')]
export const cleanupFlags: readonly Flag[] = [
  flag('older-than', 'Also those of jobs that did not land, when nothing has happened in them for so long', { value: 'duration', shown: 'TIME', zero: true }),
  flag('dry-run', 'Show what would be removed, and why the rest is kept', { short: 'n' }),
]
export const rescueFlags: readonly Flag[] = [
  flag('branch', 'With restore: as a new branch of this name', { value: 'text', shown: 'NAME' }),
  flag('to', 'With restore: as files in this folder, which is empty or not there yet', { value: 'text', shown: 'FOLDER' }),
]
export const exportFlags: readonly Flag[] = [flag('output', 'Write the document to this file', { value: 'text', shown: 'FILE', short: 'o' })]

export const trustFlags: readonly Flag[] = [
  flag('yes', 'Approve without asking', { short: 'y' }),
  flag('list', 'Show what you approved of in this repository'),
  flag('revoke', 'Take approvals back: of these files, or all of this repository'),
]
export const doctorFlags: readonly Flag[] = [
  flag('agents', 'Have every agent edit a file, with a scripted model on this machine: it costs seconds and no money'),
]
export const limitFlag: Flag = flag('limit', 'How many runs', { value: 'number', shown: 'N' })
export const dryFlag: Flag = flag('dry-run', 'Show what would happen; change nothing', { short: 'n' })
export const statsFlags: readonly Flag[] = [
  flag('apply', 'Write the limits that were learned into pawl.yaml'),
  flag('dry-run', 'With --apply: show what would be written', { short: 'n' }),
]
export const traceFlags: readonly Flag[] = [flag('output', 'Write the trace to this file', { value: 'text', shown: 'FILE', short: 'o' })]
export const ageFlags: readonly Flag[] = [
  flag('older-than', 'Remove results older than this', { value: 'duration', shown: 'TIME', zero: true }),
  flag('max-size', 'Remove the oldest results until at most this much is stored', { value: 'text', shown: 'SIZE' }),
]
export const removeFlag: Flag = flag('remove', 'Take settings that --persist wrote out of your shell profile again')
export const coverageFlags: readonly Flag[] = [
  flag('to', 'With lower: the new mark, in percent', { value: 'text', shown: 'PERCENT' }),
  flag('reason', 'With lower: why; it is kept in the file of the mark', { value: 'text', shown: 'TEXT' }),
  flag('since', 'With diff: compare with where this work left that branch or commit; default: the main branch', { value: 'text', shown: 'REF' }),
  flag('min', 'With diff: how much of the changed lines must be covered, in percent', { value: 'text', shown: 'PERCENT' }),
  flag('limit', 'With suggest: how many files', { value: 'number', shown: 'N' }),
  flag('yes', 'With improve: apply tests that have proven themselves without asking', { short: 'y' }),
  ...agentFlags,
]
