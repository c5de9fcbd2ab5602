/** The commands about agents that work on prompts: running them, looking on, steering, cleaning up. */
import type { Command } from './command.ts'
import { agentsFlags, allRunsFlag, cancelFlags, cleanupFlags, exportFlags, rescueFlags, retryFlags, trustFlags } from './flags.ts'

const none = { least: 0, most: 0 }

export const commandsOfAgents: readonly Command[] = [
  {
    name: 'agents',
    usage: 'pawl agents run|plan|resume [PROMPT…] [flags]',
    summary: 'Let coding agents work on prompts, each in a checkout of its own; only what passes lands',
    flags: agentsFlags,
    words: { least: 1, most: 1000, choices: ['run', 'plan', 'resume'] },
    examples: [
      ['pawl agents plan prompts/', 'order, lanes, conflicts and limits, before anything is spent'],
      ['pawl agents run fix-login.md add-search.md', 'two prompts; what passes lands on pawl/integration'],
      ['pawl agents run prompts/*.md --agent codex --parallel 2', 'two at a time, by another agent'],
      ['pawl agents run --stdin < list.md', 'the prompts that a list names'],
      ['pawl agents run --text "Add a --version flag"', 'a task itself'],
      ['pawl agents resume', 'go on after a crash: all that has not landed'],
    ],
    load: async () => (await import('./commands/agents.ts')).agents,
  },
  {
    name: 'ps',
    usage: 'pawl ps [--all]',
    summary: 'How each job of a run of agents stands: of the one that goes on, else of the last one',
    flags: [allRunsFlag],
    words: none,
    examples: [
      ['pawl ps', 'state, time, tokens, processor, memory, last sign of life'],
      ['pawl ps --all --json', 'of the last runs, for programs'],
    ],
    load: async () => (await import('./commands/ps.ts')).ps,
  },
  {
    name: 'attach',
    usage: 'pawl attach [--json]',
    summary: 'Follow the run of agents that is going on in another terminal; ends with its exit code',
    flags: [],
    words: none,
    examples: [['pawl attach', 'what happens, as it happens']],
    load: async () => (await import('./commands/attach.ts')).attach,
  },
  {
    name: 'cancel',
    usage: 'pawl cancel JOB…|--all',
    summary: 'End jobs of the run of agents, or the whole run; what they hold is kept',
    flags: cancelFlags,
    words: { least: 0, most: 1000 },
    examples: [
      ['pawl cancel fix-login', 'this one; the others go on'],
      ['pawl cancel --all', 'the whole run'],
    ],
    load: async () => (await import('./commands/cancel.ts')).cancel,
  },
  {
    name: 'retry',
    usage: 'pawl retry [JOB…] [--fresh]',
    summary: 'Run again what did not land of the last run of agents, where it stopped',
    flags: retryFlags,
    words: { least: 0, most: 1000 },
    examples: [
      ['pawl retry', 'all that did not land, in the same checkouts and conversations'],
      ['pawl retry fix-login --fresh', 'one, from the beginning'],
    ],
    load: async () => (await import('./commands/retry.ts')).retry,
  },
  {
    name: 'answer',
    usage: 'pawl answer QUESTION TEXT…',
    summary: 'Answer what an agent asks a person',
    flags: [],
    words: { least: 2, most: 1000, called: 'the id of a question, as pawl ps shows it, and the answer' },
    examples: [['pawl answer 3f2a9c41d0e7 "the second one"', 'the agent goes on with it']],
    load: async () => (await import('./commands/answer.ts')).answer,
  },
  {
    name: 'export',
    usage: 'pawl export [RUN] [-o FILE]',
    summary: 'All that is kept of a run of agents, as JSON',
    flags: exportFlags,
    words: { least: 0, most: 1 },
    examples: [['pawl export -o agents.json', 'the last run, as a file']],
    load: async () => (await import('./commands/export.ts')).exportRun,
  },
  {
    name: 'trust',
    usage: 'pawl trust [FILE…] [--yes|--list|--revoke]',
    summary: 'Settings for agents that this repository brings: what they would run, and your yes to them',
    flags: trustFlags,
    words: { least: 0, most: 1000, called: 'a file' },
    examples: [
      ['pawl trust', 'what there is; at a terminal asks whether you approve of it'],
      ['pawl trust .mcp.json --yes', 'approves of this content'],
      ['pawl trust --revoke', 'takes back all approvals of this repository'],
    ],
    load: async () => (await import('./commands/trust.ts')).trust,
  },
  {
    name: 'worktrees',
    usage: 'pawl worktrees',
    summary: 'The checkouts of agents: whose they are, how large, on which branch',
    flags: [],
    words: none,
    examples: [['pawl worktrees', 'one a line']],
    load: async () => (await import('./commands/worktrees.ts')).worktrees,
  },
  {
    name: 'cleanup',
    usage: 'pawl cleanup [--older-than TIME] [--dry-run]',
    summary: 'Remove checkouts of agents whose work has landed; nothing is lost',
    flags: cleanupFlags,
    words: none,
    examples: [
      ['pawl cleanup --dry-run', 'which ones, and why the others stay'],
      ['pawl cleanup --older-than 24h', 'also those of jobs that did not land; what they hold is rescued first'],
    ],
    load: async () => (await import('./commands/worktrees.ts')).cleanup,
  },
  {
    name: 'rescue',
    usage: 'pawl rescue list|restore [NAME] [--branch NAME|--to FOLDER]',
    summary: 'Work of agents that was kept before something was ended or removed, and how it comes back',
    flags: rescueFlags,
    words: { least: 1, most: 2, choices: ['list', 'restore'] },
    examples: [
      ['pawl rescue list', 'what there is'],
      ['pawl rescue restore fix-login-3-5f3a/20261128T021000000Z-9c41 --branch again', 'as a branch'],
    ],
    load: async () => (await import('./commands/rescue.ts')).rescue,
  },
]
