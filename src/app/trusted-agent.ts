/** Lets a program of an agent work only where it reads no settings of the repository that nobody approved of. Looked at before each turn, for an agent may write them in the one before. */
import { basename, delimiter, isAbsolute, join } from 'node:path'
import { agentOf } from '../agents/by-kind.ts'
import { factsOf } from '../agents/program-facts.ts'
import { isKeptOff } from '../agents/setting-places.ts'
import { inside } from '../host/inside.ts'
import { settingFiles } from '../host/setting-files.ts'
import type { Agent, AgentChoice, AgentTurn, TurnEnd } from '../model/agent.ts'
import { settingText, type AgentSetting } from '../model/agent-settings.ts'
import type { Site } from './site.ts'
import { settingsIn, trustOf } from './trust.ts'

/** Of one run: what was approved before it counts. */
export function trustedAgents(site: Site): (choice: AgentChoice) => Agent {
  const trust = trustOf(site)
  const said = new Set<string>()
  return (choice) => ({
    async turn(turn, processes) {
      const settings = settingsIn(site, turn.folder, [choice.kind])
      const open = settings.filter((one) => !trust.isApproved(one))
      const started = startedAs(site, choice, turn)
      const held = [...started.own.filter((one) => !trust.isApproved(one)), ...open.filter(({ path }) => !isKeptOff(choice.kind, path))]
      if (held.length > 0) return heldBy(held)
      const words = open.length === 0 ? '' : `not approved, and off: ${open.map(({ path }) => path).join(', ')} (pawl trust)`
      if (words !== '' && !said.has(words)) turn.news({ kind: 'activity', text: words })
      said.add(words)
      const known = settings.length === 0 ? {} : { settings: { paths: settings.map(({ path }) => path), isApproved: open.length === 0 } }
      return agentOf({ ...choice, argv: started.argv }).turn({ ...turn, ...known }, processes)
    },
  })
}

const heldBy = (settings: readonly AgentSetting[]): TurnEnd => ({
  outcome: 'unapproved',
  why: settings.map(settingText).join(', '),
  spent: { timeMs: 0, turns: 0, tokens: 0, usd: 0 },
})

type StartedAs = {
  readonly argv: readonly string[]
  /** Files of the checkout that would be started with the login of the program. */ readonly own: readonly AgentSetting[]
}

/** A program with a login of the user is the one that the user installed. One of the repository is asked for like any setting. */
function startedAs(site: Site, choice: AgentChoice, { folder, env }: AgentTurn): StartedAs {
  const { argv, kind } = choice
  if (factsOf(kind) === undefined) return { argv, own: [] }
  const [program = '', ...words] = argv
  const isBare = basename(program) === program
  const outside = isBare
    ? site.processes.find(program, { ...env, PATH: pathWithout(env['PATH'] ?? '', [folder, site.root, site.checkout]) }, folder)
    : undefined
  const found = outside ?? site.processes.find(program, env, folder)
  const files = [found, ...words.map((word) => (isAbsolute(word) ? word : join(folder, word)))].flatMap((path) =>
    path === undefined ? [] : (inside(folder, path) ?? []),
  )
  const own = settingFiles(folder, { places: files.filter((path) => path !== ''), isApart: () => false, carries: () => true })
  return {
    argv: outside === undefined ? argv : [outside, ...words],
    own: own.map(({ path, digest }) => ({ path, digest, kinds: [kind], says: [`is started as ${choice.name}, with the login of ${kind}`] })),
  }
}

const pathWithout = (path: string, folders: readonly string[]): string =>
  path
    .split(delimiter)
    .filter((entry) => folders.every((folder) => inside(folder, entry) === undefined))
    .join(delimiter)
