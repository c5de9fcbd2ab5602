/** Plain data: everything that is stored, sent or shown is one of these. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
