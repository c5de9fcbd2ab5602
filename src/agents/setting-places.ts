/** Where each program looks in a checkout for settings by which it would run code or send its login elsewhere. */
import { agentKinds, type AgentKind } from '../model/agent.ts'
import { movedIn } from './moving-variables.ts'

export type SettingPlace = {
  /** Relative to the checkout; a folder ends with "/". */
  readonly path: string
  readonly kinds: readonly AgentKind[]
  /** It is looked for in the folders above, too. */
  readonly isAbove?: true
}

/** They may be any program. */
const any: readonly AgentKind[] = ['acp', 'command']
const place = (path: string, ...kinds: readonly AgentKind[]): SettingPlace => ({ path, kinds: [...kinds, ...any] })

const places: readonly SettingPlace[] = [
  place('.mcp.json', 'claude', 'copilot'),
  place('.claude/', 'claude', 'copilot'),
  place('.claude-plugin/', 'claude', 'copilot'),
  place('.codex/', 'codex'),
  place('.gemini/', 'gemini'),
  place('gemini-extension.json', 'gemini'),
  { path: '.env', kinds: ['gemini'], isAbove: true },
  // An old one took its home from there.
  { path: '.env', kinds: ['codex'] },
  { path: '.gemini/.env', kinds: ['gemini'], isAbove: true },
  place('opencode.json', 'opencode'),
  place('opencode.jsonc', 'opencode'),
  place('.opencode/', 'opencode'),
  place('.github/copilot/', 'copilot'),
  place('.github/mcp.json', 'copilot'),
  place('.github/hooks/', 'copilot'),
  place('.github/agents/', 'copilot'),
  place('.github/extensions/', 'copilot'),
  place('.copilot/', 'copilot'),
  place('.vscode/mcp.json', 'copilot'),
  place('.agents/', 'codex', 'gemini', 'opencode', 'copilot'),
  ...['.cursor/', '.qwen/', '.windsurf/', '.continue/', '.kiro/', '.amazonq/', '.roo/', '.cline/', '.amp/', '.factory/', '.junie/', '.goose/', '.trae/'].map(
    (path) => place(path),
  ),
  ...['mcp.json', '.zed/settings.json', '.aider.conf.yml', '.crush.json', 'crush.json'].map((path) => place(path)),
]

export const settingPlaces = (kind: AgentKind): readonly SettingPlace[] => places.filter(({ kinds }) => kinds.includes(kind))

/** The programs that would read this file. */
export const readersOf = (path: string): readonly AgentKind[] =>
  agentKinds.filter((kind) => settingPlaces(kind).some((one) => (one.path.endsWith('/') ? path.startsWith(one.path) : path === one.path)))

/** The program can be kept from reading this file, which was proven with the program itself. Beside any other that nobody approved of it is not started. */
export const isKeptOff = (kind: AgentKind, path: string): boolean =>
  kind === 'claude' || (kind === 'codex' && (path.startsWith('.codex/') || path.startsWith('.agents/')))

/** Folders with a content of their own: checkouts that the program made. */
export const isApart = (path: string): boolean => path === '.claude/worktrees' || path.endsWith('/.git')

/** Whether a file at such a place is more than text for the model. */
export function carriesSettings(path: string, text: string): boolean {
  if (/(?:^|\/)\.env$/.test(path)) return movedIn(text).length > 0
  if (/(?:^|\/)(?:\.gitignore|\.gitkeep|\.DS_Store|LICENSE|README)$/i.test(path)) return false
  if (/\.(?:md|mdc|txt)$/i.test(path)) return /!`/.test(text) || carryingKey.test(frontMatter(text))
  // What lies beside a skill is run when the model asks for it, like any other file.
  if (/(?:^|\/)skills\//.test(path) || path.startsWith('.agents/')) return /\.(?:json|jsonc|toml)$/.test(path)
  return true
}

const carryingKey = /^(?:hooks|mcp-?servers|allowed-?tools|permissions?(?:-?mode)?|tools)[ \t]*:/im
const frontMatter = (text: string): string => /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1] ?? ''
