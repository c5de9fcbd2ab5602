/** A simple measure of how much code decides: how many words in it branch, in any language, also in comments and texts. */

const branching = /\b(?:if|elif|elsif|unless|for|foreach|while|until|case|when|match|catch|except|rescue|guard)\b|&&|\|\||\?\?/g

export function branchingWords(text: string): number {
  let count = 0
  for (const _ of text.matchAll(branching)) count += 1
  return count
}
