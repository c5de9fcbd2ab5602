/** Reads one prompt: what its front matter says, its title, and its text byte for byte. */
import { failed, ok, type Failure, type Place, type Result } from '../../model/failure.ts'
import type { NamedFiles } from '../../model/named-files.ts'
import { textLines } from './fences.ts'
import { frontMatter, type FrontMatter } from './front-matter.ts'
import { pathIn } from './paths.ts'

export type PromptFile = { readonly title: string; readonly text: string; readonly front: FrontMatter }

export const mostPromptBytes = 10 * 1024 * 1024
const longestTitle = 200

/** `path` is relative to the root, or absolute. */
export async function readPromptFile(path: string, place: Place, root: string, named: NamedFiles): Promise<Result<PromptFile>> {
  const read = await named.text(pathIn(root, path), mostPromptBytes)
  switch (read.kind) {
    case 'text':
      return promptOf(read.text, path)
    case 'missing':
      return failed({
        type: 'prompt.missing',
        what: `there is no file ${path}`,
        why: 'it went away while it was read, or is no file',
        hint: 'Check the path.',
        place,
      })
    case 'too-large':
      return failed(
        unreadable(
          path,
          `is too large for a prompt`,
          `it has ${read.bytes} bytes, and ${mostPromptBytes} are allowed`,
          'Name large data by its path, for the agent to read.',
        ),
      )
    case 'not-text':
      return failed(unreadable(path, 'is no text', 'it is not valid UTF-8', 'Save it as UTF-8.'))
  }
}

/** `file`: for messages. */
export function promptOf(whole: string, file: string): Result<PromptFile> {
  const parted = frontMatter(whole, file)
  if (!parted.ok) return parted
  const { front, text } = parted.value
  if (text.trim() === '') return failed(unreadable(file, 'is empty', 'nothing in it tells an agent what to do', 'Write what is to be done.'))
  return ok({ title: oneLine(front.title ?? titleIn(text)), text, front })
}

const unreadable = (file: string, what: string, why: string, hint: string): Failure => ({
  type: 'prompt.unreadable',
  what: `${file} ${what}`,
  why,
  hint,
  place: { file },
})

/** Headings in code fences are none. */
function titleIn(text: string): string {
  const lines = textLines(text.replace(/^\ufeff/, ''))
  const heading = (level: string): string | undefined => {
    for (const line of lines) {
      const words = line.fenced ? undefined : /^ {0,3}(#{1,2})[ \t]+(.*)$/.exec(line.text)
      if (words?.[1] !== level) continue
      const title = (words[2] ?? '')
        .trim()
        .replace(/(?:^|[ \t])#+$/, '')
        .trim()
      if (title !== '') return title
    }
    return undefined
  }
  return heading('#') ?? heading('##') ?? lines.find((line) => line.text.trim() !== '')?.text ?? ''
}

function oneLine(title: string): string {
  const line = title.replace(/\s+/g, ' ').trim()
  const letters = Array.from(line.slice(0, 4 * longestTitle))
  return letters.length > longestTitle ? `${letters.slice(0, longestTitle - 1).join('')}…` : line
}
