/**
 * Values, and DAG-CBOR between the two languages. What is written here the core checks as it checks anyone's bytes; what is read here
 * the core has checked or written.
 */

import { Cid } from './cid.js'
import { ValueError, bad } from './errors.js'

/** What may stand in arguments, results, metadata and policies. */
export type Value =
  | null | boolean | number | bigint | string | Uint8Array | Cid
  | readonly Value[] | { readonly [key: string]: Value }

/** As deep as values may nest. */
const MOST_DEPTH = 64
/** No token is larger; a container may be twice as large before it is decoded. */
const MOST_BYTES = 4 * 1024 * 1024

const encoder = new TextEncoder()
const plain = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A value that was encoded before, to stand in another as it is. @internal */
export class Encoded {
  constructor(readonly bytes: Uint8Array) {}
}

/** A text as bytes. @internal */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text)
}

class Writer {
  #bytes = new Uint8Array(256)
  #view = new DataView(this.#bytes.buffer)
  #length = 0
  #most = MOST_BYTES

  /** Where so many bytes may be written. */
  #room(more: number): number {
    const at = this.#length
    this.#length += more
    if (this.#length > this.#most) throw new ValueError('too-large', `the value takes more than ${MOST_BYTES} bytes`)
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length))
      larger.set(this.#bytes.subarray(0, at))
      this.#bytes = larger
      this.#view = new DataView(larger.buffer)
    }
    return at
  }

  byte(byte: number): void {
    const at = this.#room(1)
    this.#bytes[at] = byte
  }

  head(major: number, argument: number | bigint): void {
    const kind = major << 5
    if (argument < 24) return this.byte(kind | Number(argument))
    const size = argument < 0x100 ? 0 : argument < 0x1_0000 ? 1 : argument < 0x1_0000_0000 ? 2 : 3
    this.byte(kind | (24 + size))
    const at = this.#room(1 << size)
    if (size === 0) this.#view.setUint8(at, Number(argument))
    else if (size === 1) this.#view.setUint16(at, Number(argument))
    else if (size === 2) this.#view.setUint32(at, Number(argument))
    else this.#view.setBigUint64(at, BigInt(argument))
  }

  float(number: number): void {
    this.byte(0xfb)
    const at = this.#room(8)
    this.#view.setFloat64(at, number)
  }

  raw(bytes: Uint8Array): void {
    const at = this.#room(bytes.length)
    this.#bytes.set(bytes, at)
  }

  chunk(major: number, bytes: Uint8Array): void {
    this.head(major, bytes.length)
    this.raw(bytes)
  }

  /** What stands before a value, and is no part of what it may take. */
  before(text: string): void {
    this.chunk(3, utf8(text))
    this.#most += this.#length
  }

  done(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }
}

/** Writes a value as strict DAG-CBOR, behind the name of the question that it is. @internal */
export function encode(value: unknown, what?: string): Uint8Array {
  const out = new Writer()
  if (what !== undefined) out.before(what)
  write(out, value, 0)
  return out.done()
}

function write(out: Writer, value: unknown, depth: number): void {
  switch (typeof value) {
    case 'string':
      // A lone half of a pair has no form in UTF-8; written as a question mark it would be another text.
      if (!isWhole(value)) throw new ValueError('malformed', 'a text holds half of a surrogate pair')
      return out.chunk(3, utf8(value))
    case 'boolean':
      return out.byte(value ? 0xf5 : 0xf4)
    case 'bigint':
      if (value >= 1n << 64n || value < -(1n << 64n)) throw new ValueError('malformed', 'the integer is outside ±2^64')
      return value < 0n ? out.head(1, -1n - value) : out.head(0, value)
    case 'number':
      if (Number.isSafeInteger(value)) return value < 0 ? out.head(1, -1 - value) : out.head(0, value)
      if (!Number.isFinite(value)) throw new ValueError('malformed', 'the number is not finite')
      return out.float(value)
    case 'object':
      break
    default:
      throw new ValueError('malformed', `a ${typeof value} has no form in a token`)
  }
  if (value === null) return out.byte(0xf6)
  if (value instanceof Encoded) return out.raw(value.bytes)
  if (isBytes(value)) return out.chunk(2, bytesOf('bytes', value))
  const link = linkOf(value)
  if (link) {
    out.head(6, 42)
    out.head(2, link.length + 1)
    out.byte(0)
    return out.raw(link)
  }
  if (depth >= MOST_DEPTH) throw new ValueError('budget-exceeded', `the value is nested deeper than ${MOST_DEPTH} levels, or in a circle`)
  if (Array.isArray(value)) {
    const length = lengthOf('the value', value)
    out.head(4, length)
    for (let index = 0; index < length; index++) write(out, value[index], depth + 1)
    return
  }
  // Maps, dates and what else there is would come out empty.
  if (!isPlain(value)) {
    throw new ValueError('malformed', 'only plain objects, arrays, bytes and CIDs have a form in a token')
  }
  const entries: [Uint8Array, unknown][] = []
  for (const [key, item] of Object.entries(value)) {
    // As `JSON.stringify` does.
    if (item === undefined) continue
    if (!isWhole(key)) throw new ValueError('malformed', 'a key holds half of a surrogate pair')
    entries.push([utf8(key), item])
  }
  entries.sort(([a], [b]) => a.length - b.length || compare(a, b))
  out.head(5, entries.length)
  for (const [key, item] of entries) {
    out.chunk(3, key)
    write(out, item, depth + 1)
  }
}

function linkOf(value: object): Uint8Array | undefined {
  if (value instanceof Cid) return bytesOf('cid', value.bytes)
  // Another library's CID, as that library tells them: it holds itself.
  const { asCID, bytes } = value as { asCID?: unknown; bytes?: unknown }
  return asCID === value && isBytes(bytes) ? bytesOf('cid', bytes) : undefined
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let index = 0; index < a.length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference) return difference
  }
  return 0
}

function isWhole(value: string): boolean {
  return !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(value)
}

/** Reads a value from DAG-CBOR that the core has checked or written; frozen, if it is to be shared. @internal */
export function decode(bytes: Uint8Array, frozen = false): unknown {
  return new Reader(bytes, frozen).value()
}

class Reader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  readonly #frozen: boolean

  constructor(bytes: Uint8Array, frozen: boolean) {
    this.#bytes = bytes
    this.#frozen = frozen
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  #argument(info: number): number | bigint {
    const at = this.#at
    if (info < 24) return info
    this.#at += 1 << (info - 24)
    if (info === 24) return this.#view.getUint8(at)
    if (info === 25) return this.#view.getUint16(at)
    if (info === 26) return this.#view.getUint32(at)
    const wide = this.#view.getBigUint64(at)
    return wide <= Number.MAX_SAFE_INTEGER ? Number(wide) : wide
  }

  #done<T extends object>(value: T): T {
    return this.#frozen ? Object.freeze(value) : value
  }

  #chunk(length: number): Uint8Array {
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  value(): unknown {
    const head = this.#view.getUint8(this.#at++)
    const [major, info] = [head >> 5, head & 31]
    if (head === 0xfb) return this.#view.getFloat64((this.#at += 8) - 8)
    const argument = this.#argument(info)
    const length = Number(argument)
    switch (major) {
      case 0:
        return argument
      case 1:
        return typeof argument === 'bigint' || argument === Number.MAX_SAFE_INTEGER ? -1n - BigInt(argument) : -1 - argument
      case 2:
        return this.#chunk(length).slice()
      case 3:
        return plain.decode(this.#chunk(length))
      case 4:
        return this.#done(Array.from({ __proto__: null, length } as object as ArrayLike<unknown>, () => this.value()))
      case 5: {
        const map: Record<string, unknown> = {}
        for (let left = length; left > 0; left--) {
          const key = this.value() as string
          const value = this.value()
          if (!(key in map)) map[key] = value
          else {
            // To what is inherited nothing can be assigned, or it would be another's to see: `__proto__` is a key like any other.
            const entry = { __proto__: null, value, enumerable: true, writable: true, configurable: true }
            Object.defineProperty(map, key, entry)
          }
        }
        return this.#done(map)
      }
      case 6:
        return Cid.checked((this.value() as Uint8Array).slice(1))
      default:
        return head === 0xf5 ? true : head === 0xf4 ? false : null
    }
  }
}

/** What all typed arrays have, whatever one of them says of itself. */
const typed = Object.getPrototypeOf(Uint8Array.prototype) as object
const [typeName, typedLength] = [Symbol.toStringTag, 'length'].map((name) => Object.getOwnPropertyDescriptor(typed, name)!.get!)

/** Whether something is bytes: also those of another window, and not what only looks like them. @internal */
export function isBytes(value: unknown): value is Uint8Array {
  return Reflect.apply(typeName!, value, []) === 'Uint8Array'
}

/**
 * Checks that something is bytes, and not too many. It gives a copy: nobody changes it, and its length is what it says, on
 * which the memory of the core depends. @internal
 */
export function bytesOf(name: string, value: unknown): Uint8Array<ArrayBuffer> {
  if (!isBytes(value)) return bad(name, 'a Uint8Array')
  if (Reflect.apply(typedLength!, value, []) > MOST_BYTES) throw new ValueError('too-large', `${name} has more than ${MOST_BYTES} bytes`)
  try {
    return new Uint8Array(value)
  } catch {
    return bad(name, 'a Uint8Array that was not transferred to someone else')
  }
}

/** Checks that something is a text, and not too long. @internal */
export function textOf(name: string, value: unknown): string {
  if (typeof value !== 'string') return bad(name, 'a string')
  if (value.length > MOST_BYTES) throw new ValueError('too-large', `${name} has more than ${MOST_BYTES} characters`)
  return value
}

/** Checks that something is an object of options. Of a plain one only what it has itself counts, and is read once. @internal */
export function optionsOf<T extends object>(name: string, value: T): T {
  if (value === null || typeof value !== 'object') return bad(name, 'an object')
  return isPlain(value) ? ({ __proto__: null, ...value } as T) : value
}

/**
 * Checks options that are written down: a plain object with no other names than these. One that is misspelt would be a check,
 * or a bound, that is left out. @internal
 */
export function strictOf<T extends object>(name: string, value: T, known: string): T {
  const options = plainOf(name, value)
  const names = known.split(' ')
  for (const key of Object.keys(options)) if (!names.includes(key)) return bad(`${name}.${key}`, `one of ${names.join(', ')}`)
  return options
}

/** Checks that something is a plain object. @internal */
export function plainOf<T extends object>(name: string, value: T): T {
  const options = optionsOf(name, value)
  return isPlain(value) ? options : bad(name, 'a plain object')
}

/** A copy that nobody changes, of what is to be encoded. @internal */
export function snapshot<T>(value: T): T {
  return decode(encode(value)) as T
}

function isPlain(value: object): boolean {
  const proto: unknown = Object.getPrototypeOf(value)
  return proto === null || Object.getPrototypeOf(proto) === null
}

/** Each item of an array, checked: also those that are not there, and whatever its methods have become. @internal */
export function listOf<T, U>(name: string, value: readonly T[], each: (item: T) => U): U[] {
  if (!Array.isArray(value)) return bad(name, 'an array')
  const made: U[] = []
  const length = lengthOf(name, value)
  for (let at = 0; at < length; at++) made.push(each(value[at] as T))
  return made
}

/** What stands for an array may say anything, and another thing each time. */
function lengthOf(name: string, { length }: readonly unknown[]): number {
  if (!Number.isSafeInteger(length) || length < 0 || length > MOST_BYTES) throw new ValueError('too-large', `${name} has more than ${MOST_BYTES} items`)
  return length
}
