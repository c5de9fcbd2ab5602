/** For commands that look at the state of a repository: finds the place, opens the state for reading, and closes it again. */
import { findSite, type Site } from '../../app/site.ts'
import { readState, type State } from '../../app/state.ts'
import type { CommandContext, CommandEnd } from './command.ts'

export async function withState(context: CommandContext, work: (site: Site, state: State) => Promise<CommandEnd> | CommandEnd): Promise<CommandEnd> {
  const site = await findSite(context.cwd, context.env)
  if (!site.ok) return site
  const state = await readState(site.value)
  if (!state.ok) return state
  try {
    return await work(site.value, state.value)
  } finally {
    state.value.close()
  }
}
