/** Text of others in Markdown that pawl writes: neither Markdown nor HTML nor a mention of somebody, and on one line. */
import { safeLine } from './safe-text.ts'

const mostCharacters = 300

/** Cut where it is long. Fit for a cell of a table, too. */
export function markdownText(text: string, most = mostCharacters): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text
  return safeLine(cut).replace(/[\\`*_{}[\]()<>#!|~@&$]/g, (char) => `&#${char.charCodeAt(0)};`)
}
