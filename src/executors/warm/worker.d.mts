/** Imported as text: it runs on the Node of the user, never here. */
declare const text: string
export default text
