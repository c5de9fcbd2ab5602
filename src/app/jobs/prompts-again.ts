/** Prompts of an earlier run, as they are to be told once more: where a secret was taken out of what is kept, the file itself is read again. */
import { readPromptFile } from '../../config/prompts/prompt-file.ts'
import type { NamedFiles } from '../../model/named-files.ts'
import type { Prompt } from '../../model/prompt.ts'

export type PromptsAgain = { readonly prompts: readonly Prompt[]; readonly notes: readonly string[] }

/** `redacted`: ids of those that are not kept as they were; `root`: what paths are relative to. */
export async function promptsAgain(kept: readonly Prompt[], redacted: readonly string[], root: string, named: NamedFiles): Promise<PromptsAgain> {
  const [prompts, notes]: [Prompt[], string[]] = [[], []]
  for (const prompt of kept) {
    if (!redacted.includes(prompt.id)) {
      prompts.push(prompt)
      continue
    }
    // What is made of a roadmap is in no file of its own.
    const path = prompt.asked === undefined ? prompt.path : undefined
    const read = path === undefined ? undefined : await readPromptFile(path, prompt.place, root, named)
    prompts.push(read?.ok === true ? { ...prompt, text: read.value.text } : prompt)
    notes.push(read?.ok === true ? `${prompt.id} is read again from ${path ?? ''}: what is kept of it holds no secrets` : toldWithout(prompt.id, path))
  }
  return { prompts, notes }
}

const toldWithout = (id: string, path: string | undefined): string =>
  `${id} is told without a secret that was in its text, which is not kept${path === undefined ? '' : `; ${path} cannot be read any more`}`
