/** A Turn is one run of a watch, and why it runs. */

export type TurnCause =
  | { readonly kind: 'first' }
  /** Asked for by a person. all: also what is proven. fixes: with fixes, once. */
  | { readonly kind: 'asked'; readonly wish: TurnWish }
  | { readonly kind: 'branch'; readonly from: string | undefined; readonly to: string | undefined; readonly files: number }
  | { readonly kind: 'files'; readonly paths: readonly string[] }
  /** The same files, but --since or --staged select others of them now. */
  | { readonly kind: 'selection' }

export type TurnWish = 'again' | 'all' | 'fixes'

export type Turn = { readonly number: number; readonly cause: TurnCause }
