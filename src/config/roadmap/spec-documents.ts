/** Finds the documents that a task of a roadmap names in its "Spec" column: a path, or the name of a document in the folders for them. */
import { nameOf, stemOf } from '../prompts/paths.ts'

export const usualSpecs: readonly string[] = ['docs/**/*.md', 'specs/**/*.md', 'spec/**/*.md', '.specify/**/*.md']

/** `documents`: paths that are specifications. A word that several documents are called by means all of them; "core, auth" means two words. */
export function specPaths(said: string, documents: readonly string[]): readonly string[] {
  const words = said.split(/[,;]|\s\+\s|\s&\s/).map((word) => word.trim().replace(/^`|`$/g, ''))
  const found = words.flatMap((word) => {
    const wanted = word.toLowerCase()
    if (wanted === '' || wanted === '-') return []
    const exact = documents.filter((path) => path.toLowerCase() === wanted.replace(/^\.\//, ''))
    if (exact.length > 0) return exact
    const named = documents.filter((path) => [nameOf(path), stemOf(path)].some((name) => name.toLowerCase() === wanted))
    // "core" may be a folder of documents, or stand in front: "01-core.md".
    return named.length > 0 ? named : documents.filter((path) => path.toLowerCase().split('/').slice(0, -1).includes(wanted) || wordsOf(path).includes(wanted))
  })
  return [...new Set(found)].slice(0, mostDocuments)
}

const mostDocuments = 8
const wordsOf = (path: string): readonly string[] =>
  stemOf(path)
    .toLowerCase()
    .split(/[-_. ]+/)
