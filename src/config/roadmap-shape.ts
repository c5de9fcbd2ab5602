/** The shape of the key of pawl.yaml about the roadmap: pawl roadmap. */
import * as v from 'valibot'
import { count, describe, duration, globs } from './shape-words.ts'

const names = v.array(v.string())
const insideFolder = v.pipe(
  v.string(),
  v.check((path) => path !== '' && !/^([/\\]|[A-Za-z]:)/.test(path) && !path.split(/[/\\]/).includes('..'), 'a path inside of the repository'),
)

const gatesShape = v.strictObject({
  start: v.optional(describe(v.boolean(), 'Whether the branch must pass before anything begins. Default: true.')),
  group: v.optional(describe(names, 'Checks that the branch must pass when a group has landed, by name. Default: all.')),
  phase: v.optional(describe(names, 'Checks that the branch must pass when a phase has landed, by name. Default: all.')),
  phases: v.optional(describe(v.record(v.string(), names), 'The same for one phase, by its number.')),
  mends: v.optional(describe(v.boolean(), 'Whether what a gate finds goes to an agent once, before the group counts as failed. Default: true.')),
})

export const roadmapShape = v.strictObject({
  file: v.optional(describe(insideFolder, 'The roadmap. Default: ROADMAP.md, roadmap.yaml or roadmap.yml, at the root or in docs/.')),
  gates: v.optional(describe(gatesShape, 'What must pass between groups and phases.')),
  parallel: v.optional(describe(v.pipe(count, v.maxValue(64)), 'How many tasks are worked on at a time, at most. Default: that of work, or 4.')),
  timeout: v.optional(describe(duration, 'Time limit of one turn. Default: 1h.')),
  prompt: v.optional(describe(insideFolder, 'A file with the text that an agent gets for a task, with {{names}} in it; docs/roadmap.md lists them.')),
  specs: v.optional(describe(globs, 'Where the documents are that the column "Spec" names. Default: docs/**/*.md, specs/**/*.md, spec/**/*.md.')),
  writeStatus: v.optional(
    describe(v.boolean(), 'Whether the commit that lands a task also says so in the roadmap: in its status cell or its checkbox. Default: false.'),
  ),
  statusFiles: v.optional(
    describe(
      insideFolder,
      'Folder in which each run writes a status file for each group; git should ignore it, or you commit them. Default: .pawl/roadmap/status.',
    ),
  ),
})
