/** The two text coders are everywhere where JavaScript runs; this room compiles without the types of any runtime. */
declare class TextEncoder {
  encode(text: string): Uint8Array
}
declare class TextDecoder {
  decode(bytes?: Uint8Array, options?: { stream?: boolean }): string
}
