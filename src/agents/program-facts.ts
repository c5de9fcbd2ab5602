/** What can be known of each program without asking its model: the words that we need in its help, and where it keeps its login. */
import type { AgentKind } from '../model/agent.ts'

export type ProgramFacts = {
  /** Words after the program that print the help that names the flags. */
  readonly help: readonly string[]
  /** Flags that the adapter uses and that the help names. */
  readonly flags: readonly string[]
  /** Variables that hold a key. */
  readonly keys: readonly string[]
  /** Files that hold a login: a variable that names the folder, else a folder in the home, and the file in it. */
  readonly logins: readonly { readonly variable?: string; readonly folder: string; readonly file: string }[]
}

const facts: Readonly<Record<AgentKind, ProgramFacts | undefined>> = {
  claude: {
    help: ['--help'],
    flags: [
      '--print',
      '--output-format',
      '--permission-mode',
      '--tools',
      '--allowedTools',
      '--mcp-config',
      '--strict-mcp-config',
      '--setting-sources',
      '--add-dir',
      '--session-id',
      '--resume',
    ],
    keys: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN', 'CLAUDE_CODE_USE_BEDROCK', 'CLAUDE_CODE_USE_VERTEX'],
    logins: [{ variable: 'CLAUDE_CONFIG_DIR', folder: '.claude', file: '.credentials.json' }],
  },
  codex: {
    help: ['exec', '--help'],
    flags: ['--json', '--skip-git-repo-check', '--sandbox', '--disable', '--ignore-rules', '--ephemeral', 'resume'],
    keys: ['CODEX_API_KEY', 'OPENAI_API_KEY'],
    logins: [{ variable: 'CODEX_HOME', folder: '.codex', file: 'auth.json' }],
  },
  gemini: {
    help: ['--help'],
    flags: ['--output-format', '--approval-mode', '--skip-trust', '--session-id', '--resume'],
    keys: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_GENAI_USE_VERTEXAI', 'GOOGLE_GENAI_USE_GCA'],
    logins: [{ folder: '.gemini', file: 'oauth_creds.json' }],
  },
  opencode: {
    help: ['run', '--help'],
    flags: ['--format', '--auto', '--title', '--session', '--model'],
    keys: ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'OPENROUTER_API_KEY', 'GEMINI_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'],
    logins: [{ variable: 'XDG_DATA_HOME', folder: '.local/share', file: 'opencode/auth.json' }],
  },
  copilot: {
    help: ['--help'],
    flags: ['--output-format', '--no-ask-user', '--allow-all-tools', '--deny-tool', '--session-id', '--resume', '--additional-mcp-config'],
    keys: ['COPILOT_GITHUB_TOKEN', 'GH_TOKEN', 'GITHUB_TOKEN', 'COPILOT_PROVIDER_API_KEY'],
    logins: [{ variable: 'COPILOT_HOME', folder: '.copilot', file: 'config.json' }],
  },
  acp: undefined,
  command: undefined,
}

/** Whether its program can be given a server of tools for one turn. */
export const takesTools = (kind: AgentKind): boolean => kind !== 'command' && kind !== 'gemini'

/** Undefined: it may be any program. */
export const factsOf = (kind: AgentKind): ProgramFacts | undefined => facts[kind]
