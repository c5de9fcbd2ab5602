/** How a task of a roadmap has landed: in which run, when (epoch milliseconds), as which commit of which branch. */
export type LandedAs = { readonly run: number; readonly at: number; readonly commit: string; readonly onto: string }
