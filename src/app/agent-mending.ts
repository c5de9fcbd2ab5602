/** Gives an agent that mends its world: the copy that it works in, who judges its edit, and who may say yes to it. */
import { agentMend } from '../executors/agent-mend.ts'
import { isTestFile } from '../executors/mending/silencing.ts'
import { globLibrary, matcherFor } from '../host/globs.ts'
import { copyFolder } from '../host/isolated-copy.ts'
import { openIsolatedCopy, type OpenCopy } from '../host/proposal.ts'
import { keepProposed } from '../host/proposals-folder.ts'
import { randomHex } from '../host/random-hex.ts'
import type { AttemptContext, Executor } from '../model/executor.ts'
import { Bug, failed } from '../model/failure.ts'
import type { Proposal } from '../model/proposal.ts'
import { reproduceText } from '../model/reproduce.ts'
import type { AgentAction } from '../model/task.ts'
import type { WorldParts } from './world-parts.ts'
import { doubtAbout } from './doubt-tests.ts'
import { judgeCopy } from './judge-copy.ts'
import { redactionOf } from './redacted.ts'
import { environmentOf } from './site.ts'
import { trustedAgents } from './trusted-agent.ts'

export async function agentMending(parts: WorldParts): Promise<Executor<AgentAction>> {
  const { site, planned } = parts
  const picomatch = await globLibrary()
  const redaction = redactionOf(site, planned)
  const processes = planned.settings.isolation === 'namespace' ? site.processes.isolated : site.processes
  let open: OpenCopy | undefined
  return agentMend({
    plan: planned.plan,
    clock: site.clock,
    processes: redaction.processes(processes),
    agentOf: trustedAgents(site),
    environmentFor: (choice, folder) =>
      environmentOf({ ...site, root: folder }, folder, { pass: [...planned.settings.envPass, ...choice.env], key: planned.settings.envKey }),
    async openCopy() {
      if (site.repository === undefined)
        return failed({ type: 'repo.no-git', what: `${site.root} is no git repository`, why: 'an agent works in a copy that git makes' })
      const made = await openIsolatedCopy(site.repository, copyFolder(site.repository, site.stateFolder), parts.cache)
      open = made.ok ? made.value : undefined
      return made
    },
    async judge(copy, context) {
      if (open === undefined || open.folder !== copy.folder) throw new Bug('a copy is to be judged that is not open')
      return judgeCopy(parts, open, context)
    },
    async doubtAbout(copy, fix, context) {
      if (open === undefined || open.folder !== copy.folder) throw new Bug('tests are to be proven in a copy that is not open')
      return doubtAbout(parts, open, fix, context)
    },
    testFiles: async () => (await site.files().glob(['**/*'])).filter(isTestFile).slice(0, mostTestFiles),
    matcherOf: (globs) => matcherFor(globs, picomatch),
    keepBrief: (context, text) => keepProposed(site.stateFolder, `${nameOf(context)}.md`, text),
    keepProposal: async (context, proposal) => {
      const path = await keepProposed(site.stateFolder, `${nameOf(context)}.patch`, proposal.patch)
      return path.startsWith(`${site.root}/`) ? path.slice(site.root.length + 1) : path
    },
    approve: (proposal, words) => parts.ask(`${shownDiff(proposal)}\n${words}. Apply it?`),
    commandOf: reproduceText,
    fence: () => `====${randomHex(8)}====`,
  })
}

const nameOf = ({ run, attempt }: AttemptContext): string => `run-${run}-${attempt}`

const mostLines = 200
const mostTestFiles = 20

function shownDiff({ patch }: Proposal): string {
  const lines = patch.split('\n')
  const more = lines.length - mostLines
  return [...lines.slice(0, mostLines), ...(more > 0 ? [`… and ${more} more lines`] : [])].join('\n')
}
