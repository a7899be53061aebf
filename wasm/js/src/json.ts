import { ask } from './raw.js'
import { type Value, bytesOf, encode, textOf } from './value.js'

/** A value as compact DAG-JSON. */
export function toDagJson(value: Value): string {
  return ask<string>('json-print', { value })
}

/**
 * A value out of DAG-JSON.
 * @throws {ValueError} when the text is none.
 */
export function fromDagJson(text: string): Value {
  return ask<Value>('json', { text: textOf('text', text) })
}

/** A value as strict DAG-CBOR. */
export function toDagCbor(value: Value): Uint8Array {
  return encode(value).slice()
}

/**
 * A value out of DAG-CBOR: that of a whole token, say.
 * @throws {ValueError} when the bytes are not exactly one value in its one spelling.
 */
export function fromDagCbor(bytes: Uint8Array): Value {
  return ask<Value>('cbor', { bytes: bytesOf('bytes', bytes) })
}
