/** Variables by which a program of an agent finds its home, its login, the address of its model, or code that it loads. */

const moving =
  /^(?:HOME|USERPROFILE|PATH|ENV|BASH_ENV|SHELL|PYTHONPATH|NODE_(?:OPTIONS|PATH|EXTRA_CA_CERTS|TLS_REJECT_UNAUTHORIZED)|(?:XDG|APPDATA|LD|DYLD|BUN|GIT|SSL_CERT|CODEX|CLAUDE|ANTHROPIC|OPENAI|GEMINI|GOOGLE|CODE_ASSIST|OPENCODE|OPENROUTER|COPILOT|GH|GITHUB|QWEN|AIDER|CURSOR)(?:_.*)?|.*_(?:BASE_URL|API_BASE|API_URL|ENDPOINT|ENDPOINT_URL|PROXY)|.*_CONFIG_(?:DIR|HOME))$/i

export const isMoving = (name: string): boolean => moving.test(name)

/** Names that a file of variables sets, as dotenv reads it. */
export const movedIn = (text: string): readonly string[] =>
  [...text.matchAll(/^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*[=:]/gm)].flatMap(([, name = '']) => (isMoving(name) ? [name] : []))
