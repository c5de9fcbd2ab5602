/** The agents that pawl knows by name: how each is started, and which variables of the user's environment it needs. */
import type { AgentChoice, AgentKind } from '../model/agent.ts'

export const usualSilenceMs = 10 * 60_000

/** Login, address and limits; where it keeps its settings. */
const variables: Readonly<Record<AgentKind, readonly string[]>> = {
  claude: ['ANTHROPIC_*', 'CLAUDE_CONFIG_DIR', 'CLAUDE_CODE_*', 'API_TIMEOUT_MS', 'DISABLE_TELEMETRY', 'DISABLE_ERROR_REPORTING', 'DISABLE_AUTOUPDATER'],
  codex: ['OPENAI_*', 'CODEX_*'],
  gemini: ['GEMINI_*', 'GOOGLE_*', 'CODE_ASSIST_ENDPOINT'],
  opencode: ['OPENCODE_*', 'ANTHROPIC_*', 'OPENAI_*', 'OPENROUTER_*', 'GEMINI_*', 'GOOGLE_*', 'XDG_*'],
  copilot: ['COPILOT_*', 'GH_TOKEN', 'GH_HOST', 'GITHUB_TOKEN', 'XDG_*'],
  acp: [],
  command: [],
}

export const variablesOf = (kind: AgentKind): readonly string[] => variables[kind]

/** The program of that name; undefined: which one it is has to be said. */
export const usualArgv = (kind: AgentKind): readonly string[] | undefined => (kind === 'acp' || kind === 'command' ? undefined : [kind])

export const knownAgents: Readonly<Record<string, AgentChoice>> = Object.fromEntries(
  (['claude', 'codex', 'gemini', 'opencode', 'copilot'] as const).map((kind) => [
    kind,
    { name: kind, kind, argv: [kind], env: variables[kind], silenceMs: usualSilenceMs },
  ]),
)
