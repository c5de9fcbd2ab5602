/** Plain data: everything that is stored, sent or shown is one of these. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** The value of a text; undefined, which JSON has no word for: it is no JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
