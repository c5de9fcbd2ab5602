/** The command about roadmaps, with its verbs. */
import type { Command } from './command.ts'
import { roadmapFlags } from './flags.ts'

export const roadmapVerbs = [
  'plan',
  'run',
  'status',
  'next',
  'done',
  'skip',
  'reset',
  'redo',
  'rollback',
  'import',
  'lint',
  'report',
  'export',
  'init',
] as const
export type RoadmapVerb = (typeof roadmapVerbs)[number]

export const roadmapCommand: Command = {
  name: 'roadmap',
  usage: 'pawl roadmap VERB [ID…] [flags]',
  summary: 'Carry out a roadmap by agents, group by group, and tell how each task stands; only what passes lands',
  flags: roadmapFlags,
  words: { least: 1, most: 1000, choices: roadmapVerbs },
  examples: [
    ['pawl roadmap lint', 'what is read, and what is not understood'],
    ['pawl roadmap plan --phase 1..2', 'what would be done, before anything is spent'],
    ['pawl roadmap run --phase 1 --total-cost 20', 'phase 1; what passes lands on pawl/integration'],
    ['pawl roadmap run --pr', 'pushes each phase that passed its gate, as a pull request'],
    ['pawl roadmap status', 'how each task stands'],
    ['pawl roadmap next', 'what would be worked on now'],
    ['pawl roadmap skip D4 --reason "not this year"', 'D4 is left out until it is reset'],
    ['pawl roadmap done A2 1.B', 'a person says that A2 and all of group B are done'],
    ['pawl roadmap redo A1', 'A1 once more, from the beginning'],
    ['pawl roadmap rollback --phase 2', 'reverts on pawl/integration what landed of phase 2'],
    ['pawl roadmap import', 'what status files and history say is done, to be confirmed'],
    ['pawl roadmap report -o morning.html', 'the last run: what landed, what is held and why'],
    ['pawl roadmap init --text "A to-do list with sync"', 'drafts ROADMAP.md from an idea'],
  ],
  load: async () => (await import('./commands/roadmap.ts')).roadmap,
}
