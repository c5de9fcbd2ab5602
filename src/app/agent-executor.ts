/** Loads all that is about agents only when one is asked to work. */
import { describedMend } from '../executors/mending/described.ts'
import type { Executor } from '../model/executor.ts'
import type { AgentAction } from '../model/task.ts'
import type { WorldParts } from './world-parts.ts'

/** For one run. */
export function agentExecutor(parts: WorldParts): Executor<AgentAction> {
  let made: Promise<Executor<AgentAction>> | undefined
  return {
    describe: (task) => describedMend(task.action),
    perform: async (task, context) => {
      made ??= import('./agent-mending.ts').then(({ agentMending }) => agentMending(parts))
      return (await made).perform(task, context)
    },
  }
}
