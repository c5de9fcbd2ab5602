/** "A1: Title", with or without bold: how a task is called in every Markdown form. */

/** A letter or a few with a number ("A1", "INF-12"), or numbers with dots ("1.2"). A letter alone, a range and a lone number are no ids. */
const id = /[A-Za-z]{1,8}-?\d{1,6}(?:\.\d{1,6}){0,4}[a-z]?|\d{1,6}(?:\.\d{1,6}){1,5}/.source
const name = new RegExp(`^(${id})(?:\\s*[:–—]\\s*|\\s+-\\s+)(\\S[^]*)$`)
const whole = new RegExp(`^(?:${id})$`)

export type TaskName = { readonly id: string; readonly title: string }

/** Of a text without Markdown in it. */
export function taskNameOf(text: string): TaskName | undefined {
  const [, found, title] = name.exec(text.trim()) ?? []
  return found === undefined || title === undefined ? undefined : { id: found, title: title.replace(/\s+/g, ' ').trim() }
}

export const isTaskId = (text: string): boolean => whole.test(text.trim())

/** "A1, B2 and C3" → ids. What is none stays a word, so that somebody can complain about it. */
export const idsIn = (text: string): readonly string[] =>
  text
    .split(/\s*(?:[,;&+]|\band\b)\s*/i)
    .map((one) => one.trim().replace(/^[`*]+|[`*]+$/g, ''))
    .filter((one) => one !== '' && !/^(?:none|-|–|—|immediately)$/i.test(one))

/** "A" of "A12", "1" of "1.2": the group of a task that stands in none. */
export const groupOfId = (task: string): string => /^[A-Za-z]+/.exec(task)?.[0] ?? task.split('.').slice(0, -1).join('.')
