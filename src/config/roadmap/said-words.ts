/** What a word about progress says. Whatever says that something is not done goes before a word that says it is. */

const undone =
  /\b(?:in[- ]?complete|not|never|no|un[- ]?(?:done|finished|complete[d]?)|fail(?:ed|ing|ure|ures|s)?|broken|blocked|abandoned|pending|needed|open|todo|to do|wip|should|would|could|must|almost|nearly|in[- ]?progress|started|ongoing|planned|except|skipped|revert(?:ed|s)?)\b|[❌✗✘⏳🚧⛔🔴⬜☐]/iu
const partly = /\b(?:partial(?:ly)?|partly|half|un[- ]?(?:verified|tested)|draft)\b|🔶|🟡|⚠/iu
const done = /\b(?:complete[d]?|done|finished|implemented|delivered|landed)\b|[✅✔☑]/iu
const share = /(\d+(?:\.\d+)?)\s*%|(\d+)\s*(?:\/|of)\s*(\d+)/i

/** Undefined: it is not done, or nobody can tell. */
export function saidBy(words: string): 'done' | 'partial' | undefined {
  if (undone.test(words)) return undefined
  const [, percent, part, whole] = share.exec(words) ?? []
  if ((percent !== undefined && Number(percent) < 100) || (part !== undefined && Number(part) < Number(whole))) return undefined
  if (partly.test(words)) return 'partial'
  return done.test(words) ? 'done' : undefined
}

/** What a remark beside a sign of being done takes back: "(partial)", "- not started". One that says nothing of progress takes nothing back. */
export function saidBeside(remark: string): 'done' | 'partial' | undefined {
  const parts = remark.split(/[,;()]/).map((part) => part.trim())
  const first = parts.find((part) => part !== '') ?? ''
  const told = parts.filter(isProgress)
  const begins = [undone, partly].some((words) => first.search(words) === 0)
  const telling = begins ? [first, ...told] : told
  const said = telling.map(saidBy)
  return said.length === 0 ? 'done' : said.includes(undefined) ? undefined : said.includes('partial') ? 'partial' : 'done'
}

/** Words about progress, and no others. */
export const isProgress = (part: string): boolean => part.trim() !== '' && !/\p{L}/u.test(progressless(part))

const progressless = (part: string): string =>
  [undone, partly, done, /\b(?:yet|still|so far|now)\b/i].reduce((left, words) => left.replace(new RegExp(words.source, `${words.flags}g`), ''), part)
