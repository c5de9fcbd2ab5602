/** Imported as text: it runs inside of the user's ESLint, never here. */
declare const text: string
export default text
