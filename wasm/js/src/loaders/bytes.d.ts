/** The WASM module, gzipped, in base64. The build writes it. */
declare const bytes: string
export default bytes
