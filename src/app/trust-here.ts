/** All that is to be approved of in a checkout: settings that lie there, and what its configuration says about agents. */
import { isKeptOff } from '../agents/setting-places.ts'
import { agentNamed } from '../config/ai-fix.ts'
import { knownAgents } from '../config/known-agents.ts'
import { loadConfig, type LoadedConfig } from '../config/load.ts'
import { servicesOf } from '../config/services.ts'
import { agentKinds, type AgentChoice, type AgentKind } from '../model/agent.ts'
import { settingText, type AgentSetting } from '../model/agent-settings.ts'
import { ok, type Result } from '../model/failure.ts'
import { importConfig } from './config-module.ts'
import { movesIn, type Movers } from './moved-agents.ts'
import type { Site } from './site.ts'
import { settingsIn, trustOf, type Trust } from './trust.ts'

export type TrustHere = { readonly trust: Trust; readonly settings: readonly AgentSetting[] }

/** Of every kind of agent. */
export async function trustHere(site: Site): Promise<Result<TrustHere>> {
  const loaded = await loadConfig(site.files(), { importModule: importConfig })
  if (!loaded.ok) return loaded
  return ok({ trust: trustOf(site), settings: [...settingsIn(site, site.root, agentKinds), ...movesIn(moversIn(site, loaded.value))] })
}

function moversIn(site: Site, loaded: LoadedConfig): Movers {
  const names = new Set([...Object.keys(loaded.config.agents ?? {}), ...Object.keys(knownAgents)])
  const agents = [...names].map((name) => agentNamed(name, undefined, loaded)).flatMap((one) => (one.ok ? [one.value] : []))
  const services = servicesOf(loaded, site.platform)
  return { agents, services: services.ok ? services.value : [] }
}

/** What a person should know before these agents work here, a line each. */
export function trustNotes(site: Site, movers: Movers): readonly string[] {
  const trust = trustOf(site)
  const byKind = new Map<AgentKind, AgentChoice>(movers.agents.map((agent) => [agent.kind, agent]))
  const files = [...byKind].flatMap(([kind, { name }]) => notesOf(trust, settingsIn(site, site.root, [kind]), kind, name))
  const moves = movesIn(movers).filter((one) => !trust.isApproved(one))
  return [
    ...(trust.trouble === undefined ? [] : [`${trust.trouble.what}: ${trust.trouble.why ?? ''}`]),
    ...files,
    ...moves.map(({ says }) => `not approved: ${says.join('; ')}; agents are not started (pawl trust)`),
  ]
}

function notesOf(trust: Trust, settings: readonly AgentSetting[], kind: AgentKind, name: string): readonly string[] {
  const [approved, open] = [settings.filter((one) => trust.isApproved(one)), settings.filter((one) => !trust.isApproved(one))]
  const names = (some: readonly AgentSetting[]): string => some.map(({ path }) => path).join(', ')
  if (settings.length === 0) return []
  if (open.length === 0) return [`approved, and read by ${name}: ${names(approved)}`]
  const [off, holding] = [open.filter(({ path }) => isKeptOff(kind, path)), open.filter(({ path }) => !isKeptOff(kind, path))]
  return [
    ...(off.length === 0 ? [] : [`not approved, and off: ${names(off)} (pawl trust)`]),
    ...(holding.length === 0
      ? []
      : [`not approved: ${holding.map(settingText).join(', ')}; ${name} is not started in a checkout that holds that (pawl trust)`]),
  ]
}
