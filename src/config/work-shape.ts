/** The shape of the key of pawl.yaml about work that agents do from prompts: pawl agents run. */
import * as v from 'valibot'
import { budgetShape } from './agent-shape.ts'
import { count, describe, duration, globs } from './shape-words.ts'

export const workShape = v.strictObject({
  agent: v.optional(describe(v.string(), 'Which agent, by name, where a prompt names none. Default: claude.')),
  parallel: v.optional(
    describe(v.pipe(count, v.maxValue(64)), 'How many agents work at a time, at most; fewer while memory or processors are short. Default: 4.'),
  ),
  timeout: v.optional(describe(duration, 'Time limit of one turn. Default: 2h.')),
  mends: v.optional(
    describe(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(20)), 'Further turns in which the agent may mend what the gate found. Default: 3.'),
  ),
  retries: v.optional(
    describe(
      v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(20)),
      'Further tries after the model could not be reached or the program broke. Default: 4.',
    ),
  ),
  delay: v.optional(describe(duration, 'Pause before the first further try; doubles each time, and is stretched by chance. Default: 30s.')),
  budget: v.optional(describe(budgetShape, 'What all turns of one task together may use, where the prompt does not say.')),
  total: v.optional(
    describe(
      budgetShape,
      'What all turns of all tasks of a run together may use. When it is reached no further turn begins; what goes on comes to its end, and what passed still lands. Default: no limit.',
    ),
  ),
  fallback: v.optional(
    describe(
      v.array(v.string()),
      'Agents, by name, that go on with a task in its checkout when its own one has no quota left, is not logged in or is not installed: the first that can. Default: none.',
    ),
  ),
  onto: v.optional(describe(v.string(), 'Branch on which the work lands. Default: pawl/integration, begun at the default branch.')),
  landing: v.optional(
    describe(
      v.picklist(['together', 'each']),
      'together: what nobody waits for lands with all others at the end, which needs the fewest check runs; each: as soon as it is ready. Default: together.',
    ),
  ),
  monitoring: v.optional(
    describe(
      v.pipe(
        v.string(),
        v.check((path) => path !== '' && !/^([/\\]|[A-Za-z]:)/.test(path) && !path.split(/[/\\]/).includes('..'), 'a folder inside of the repository'),
      ),
      'Folder in which files for editors and other tools tell how each task stands, relative to the root; git should ignore it. Default: .pawl/monitoring.',
    ),
  ),
  allow: v.optional(
    describe(
      globs,
      'Files that agents may change although a person should look at them first: workflows, hooks, package scripts, configuration of checks, tests. Default: none.',
    ),
  ),
  dependencies: v.optional(
    describe(
      v.picklist(['auto', 'reflink', 'copy', 'link']),
      'How the checkout of an agent gets your installed packages (node_modules). reflink: files of its own that share their blocks with yours, where the file system can do that; copy: files of its own; link: links to yours, and whoever writes into them stops the run; auto: the first of these that costs little. With a sandbox they are lent to be read. Default: auto.',
    ),
  ),
  sandbox: v.optional(describe(v.boolean(), 'Each agent works in a private clone inside of bubblewrap. Default: false.')),
})
