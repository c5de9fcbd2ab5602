/** Prose that sounds like an order among prompts: told as a suggestion, never followed. */
import type { Prompt } from '../../model/prompt.ts'
import { textLines } from './fences.ts'
import { nameOf, stemOf } from './paths.ts'

const sounds =
  /\b(?:depends on|depending on|dependent on|requires|after|blocked by|builds? (?:up)?on|prerequisites?:?)\s+(?:the\s+)?(?:prompt\s+|task\s+)?[`"'[]?((?:[\w.-]{1,100}\/){0,8}[\w.-]{1,100})/gi
const mostNotes = 20
/** Of a text, in characters. */
const mostRead = 200_000

/** One note for each pair. A word that is an ordinary one, as "login" is, only counts with its ending. */
export function suggestedOrder(prompts: readonly Prompt[]): readonly string[] {
  const byName = new Map(
    prompts.flatMap(({ id, path }) => [id, ...(path === undefined ? [] : [path, nameOf(path), stemOf(path)])].map((name) => [name.toLowerCase(), id] as const)),
  )
  const notes = new Map<string, string>()
  for (const { id, path, text, dependsOn, place } of prompts) {
    for (const line of textLines(text.slice(0, mostRead))) {
      if (line.fenced) continue
      for (const [said, name = ''] of line.text.slice(0, 2000).matchAll(sounds)) {
        const word = name.toLowerCase().replace(/[.,:]+$/, '')
        const other = byName.get(word)
        const isName = /[-/.\d]/.test(word) || /[`"'[]/.test(said)
        if (other === undefined || !isName || other === id || dependsOn.includes(other) || notes.has(`${id} ${other}`)) continue
        notes.set(
          `${id} ${other}`,
          `${path ?? place.file} says "${said.trim()}"; it is not taken for an order: write "depends_on: [${other}]" at its top if it is one`,
        )
      }
    }
  }
  const all = [...notes.values()]
  return all.length > mostNotes ? [...all.slice(0, mostNotes), `${all.length - mostNotes} more prompts sound as if they depended on another one`] : all
}
