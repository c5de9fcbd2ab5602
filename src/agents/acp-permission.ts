/** What an agent that asks is allowed: edits inside of its folder, and commands when it is to work; nothing that names a place outside. */
import type { AgentTurn } from '../model/agent.ts'
import { isInFolder } from './inside-folder.ts'
import { fieldsOf, inside, listOf, textOf, type Fields } from './told-event.ts'

/** `call`: all that was told of it until now. Undefined: it is allowed; else why not. */
export function refusalOf(call: Fields, { access, folder, tools }: Pick<AgentTurn, 'access' | 'folder' | 'tools'>): string | undefined {
  const paths = pathsOf(call)
  const outside = paths.find((path) => !isInFolder(folder, path))
  if (outside !== undefined) return `${outside} is outside of its folder`
  switch (call['kind']) {
    case 'read':
    case 'search':
    case 'think':
      return undefined
    case 'edit':
    case 'delete':
    case 'move':
      return paths.length === 0 ? 'it does not say which file' : undefined
    case 'execute':
    case 'fetch':
      return access === 'work' ? undefined : 'it may only read and edit files'
    case 'switch_mode':
      return 'how it works is not for it to choose'
    default:
      return access === 'work' || (tools !== undefined && isOurs(call)) ? undefined : 'it may only read and edit files'
  }
}

/** Places that a call says it is about. */
export function pathsOf(call: Fields): readonly string[] {
  const named = [...listOf(call['locations']), ...listOf(call['content']).filter((one) => inside(one, 'type') === 'diff')].map((one) => inside(one, 'path'))
  const input = fieldsOf(call['rawInput'])
  return [...named, ...['file_path', 'filePath', 'filepath', 'path', 'cwd'].map((name) => input?.[name])].flatMap((path) => textOf(path) ?? [])
}

/** A tool of pawl's own server; programs name it in different ways, and none of them lets the model choose the name. */
const isOurs = (call: Fields): boolean =>
  [call['name'], inside(call, '_meta', 'claudeCode', 'toolName'), call['title']].some(
    (name) => typeof name === 'string' && /^(mcp__)?pawl(__|[_.:/ (-])/.test(name),
  )

/** Only what is allowed for once is: no rule is to be left behind. */
export function answerOf(options: unknown, isAllowed: boolean): { readonly outcome: Fields } {
  const wanted = isAllowed ? ['allow_once'] : ['reject_once', 'reject_always']
  const found = listOf(options).find((option) => wanted.includes(textOf(inside(option, 'kind')) ?? ''))
  const optionId = textOf(inside(found, 'optionId'))
  return { outcome: optionId === undefined ? { outcome: 'cancelled' } : { outcome: 'selected', optionId } }
}
