/** How each program is pointed at another server of a model, in a home of its own and with a key that opens nothing: so that it can be tried for nothing. */
import type { AgentKind } from '../model/agent.ts'

export type Pointed = {
  /** Laid over an environment. */
  readonly env: Readonly<Record<string, string>>
  /** To be written first: path in the home → text. */
  readonly files: Readonly<Record<string, string>>
  readonly model?: string
}

const key = 'opens-nothing'

/** A proxy that nobody is: what is not on loopback cannot be reached. Gemini CLI would ask it for loopback, too; it asks for nothing else. */
const nowhere = Object.fromEntries(
  ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy']
    .map((name) => [name, 'http://127.0.0.1:9'])
    .concat(['NO_PROXY', 'no_proxy'].map((name) => [name, '127.0.0.1,localhost'])),
)

const opencodeAlone = { OPENCODE_DISABLE_DEFAULT_PLUGINS: '1', OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_AUTOUPDATE: '1' }

/** `url`: without a slash at its end. `home`: absolute path of an empty folder. Undefined: nobody knows how. */
export function pointedAt(kind: AgentKind, url: string, home: string): Pointed | undefined {
  const own = { HOME: home, XDG_CONFIG_HOME: `${home}/config`, XDG_DATA_HOME: `${home}/data`, XDG_CACHE_HOME: `${home}/cache`, XDG_STATE_HOME: `${home}/state` }
  const shut = { ...own, ...nowhere }
  switch (kind) {
    case 'claude':
      return {
        env: {
          ...shut,
          CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
          DISABLE_AUTOUPDATER: '1',
          ANTHROPIC_BASE_URL: url,
          ANTHROPIC_API_KEY: key,
          CLAUDE_CONFIG_DIR: `${home}/.claude`,
          CLAUDE_CODE_MAX_RETRIES: '2',
        },
        files: {},
        model: 'sonnet',
      }
    case 'codex':
      return { env: { ...shut, CODEX_HOME: `${home}/.codex`, CODEX_TRIAL_KEY: key }, files: { '.codex/config.toml': codexConfig(url) } }
    case 'gemini':
      return {
        env: { ...own, GEMINI_API_KEY: key, GOOGLE_GEMINI_BASE_URL: url, GEMINI_CLI_HOME: home },
        files: { '.gemini/settings.json': geminiSettings },
        // The usual one asks another model first which one is to answer.
        model: 'gemini-2.5-flash',
      }
    case 'opencode':
      return { env: { ...shut, OPENCODE_CONFIG_CONTENT: opencodeConfig(url), ...opencodeAlone }, files: {} }
    case 'copilot':
      return {
        env: {
          ...shut,
          COPILOT_HOME: `${home}/.copilot`,
          COPILOT_OFFLINE: 'true',
          COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
          COPILOT_PROVIDER_API_KEY: key,
          COPILOT_MODEL: 'gpt-5.4',
        },
        files: {},
      }
    case 'acp':
    case 'command':
      return undefined
  }
}

const codexConfig = (url: string): string => `model = "trial-model"
model_provider = "trial"
[model_providers.trial]
name = "trial"
base_url = "${url}/v1"
env_key = "CODEX_TRIAL_KEY"
wire_api = "responses"
request_max_retries = 1
stream_max_retries = 2
`

const geminiSettings = JSON.stringify({
  general: { enableAutoUpdate: false },
  privacy: { usageStatisticsEnabled: false },
  telemetry: { enabled: false },
  security: { auth: { selectedType: 'gemini-api-key' } },
})

const opencodeConfig = (url: string): string =>
  JSON.stringify({
    snapshot: false,
    model: 'trial/trial-model',
    small_model: 'trial/trial-model',
    enabled_providers: ['trial'],
    provider: {
      trial: {
        npm: '@ai-sdk/openai-compatible',
        options: { baseURL: `${url}/v1`, apiKey: key },
        models: { 'trial-model': { tool_call: true, cost: { input: 1, output: 2 }, limit: { context: 100_000, output: 8000 } } },
      },
    },
  })
