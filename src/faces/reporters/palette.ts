/** A palette of ten lines. No library: picocolors touches process.stdout when it loads, which costs 16 to 20 ms on Bun. */

export type Ink = (text: string) => string
export type Palette = { readonly green: Ink; readonly red: Ink; readonly yellow: Ink; readonly cyan: Ink; readonly bold: Ink; readonly dim: Ink }

export function palette(colour: boolean): Palette {
  const ink = (on: number, off: number): Ink => (colour ? (text) => (text === '' ? '' : `\x1b[${on}m${text}\x1b[${off}m`) : (text) => text)
  return { green: ink(32, 39), red: ink(31, 39), yellow: ink(33, 39), cyan: ink(36, 39), bold: ink(1, 22), dim: ink(2, 22) }
}
