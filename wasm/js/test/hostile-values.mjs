// What nobody should hand to a library: made from a stream of random numbers, the same from the same seed. Runs in Node and in
// browsers.

/** What hostile code throws; whoever catches it knows whose fault it is. */
export class Hostile extends Error {
  name = 'Hostile'
}

/** A stream of random numbers. */
export function draws(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const below = (limit) => next() % limit
  return { below, pick: (list) => list[below(list.length)], chance: (percent) => below(100) < percent }
}

/**
 * Makers of hostile values. `genuine` is what there is of the real thing: `bytes` to cut, `texts` to misspell, `objects` to pass where
 * they do not belong, `key()` a key to free, `realm` another realm's constructors.
 */
export function makers(draw, genuine) {
  const { below, pick, chance } = draw
  const raise = () => {
    throw new Hostile('a trap')
  }
  const some = (depth) => any(depth + 1)
  const random = (length) => Uint8Array.from({ length }, () => below(256))
  const nested = (depth, around) => {
    let value = 0
    for (let level = 0; level < depth; level++) value = around(value)
    return value
  }
  const shrunk = (from, to, tracking) => {
    const buffer = new ArrayBuffer(from, { maxByteLength: 2 * from })
    const view = tracking ? new Uint8Array(buffer) : new Uint8Array(buffer, 0, from)
    buffer.resize(to)
    return view
  }
  const detached = (bytes) => {
    const copy = bytes.slice()
    structuredClone(copy.buffer, { transfer: [copy.buffer] })
    return copy
  }
  const disguised = (bytes, traits) => {
    const copy = bytes.slice()
    for (const [name, value] of Object.entries(traits)) Object.defineProperty(copy, name, { value, configurable: true })
    return copy
  }
  const lying = (bytes, length) => Object.defineProperty(bytes.slice(), 'length', { get: length, configurable: true })
  /** Shares its memory where the platform lets it. */
  const shared = (bytes) => {
    if (typeof SharedArrayBuffer === 'undefined') return bytes
    const view = new Uint8Array(new SharedArrayBuffer(bytes.length))
    view.set(bytes)
    return view
  }
  const freeing = (value) => {
    const victim = genuine.key()
    return { get: () => (victim.free(), value), victim }
  }
  const trapped = (target) => new Proxy(target, new Proxy({}, { get: () => raise }))
  const fickle = (target, depth) => {
    const get = (object, name) => (chance(50) ? Reflect.get(object, name) : some(depth))
    return new Proxy(target, {
      get,
      has: () => chance(50),
      getPrototypeOf: (object) => (chance(70) ? Object.getPrototypeOf(object) : pick([null, Array.prototype, Uint8Array.prototype])),
      ownKeys: (object) => (chance(70) ? Reflect.ownKeys(object) : raise()),
    })
  }
  const revoked = (target) => {
    const { proxy, revoke } = Proxy.revocable(target, {})
    revoke()
    return proxy
  }
  const circular = () => {
    const value = { list: [] }
    value.list.push(value)
    return value
  }
  const cut = (bytes) => bytes.slice(0, below(bytes.length + 1))
  const flipped = (bytes) => {
    const copy = bytes.slice()
    if (copy.length > 0) copy[below(copy.length)] ^= 1 << below(8)
    return copy
  }
  const misspelt = (text) => {
    const at = below(text.length + 1)
    return text.slice(0, at) + pick(['', '\u0000', '\ud800', 'A', '/', '#', '%', '\n', '=', '🦀', '\u202e']) + text.slice(at + below(3))
  }

  const primitives = () =>
    pick([
      undefined, null, true, false, 0, -0, 1, -1, 1.5, NaN, Infinity, -Infinity, 255, 256, 2 ** 31, 2 ** 32, -(2 ** 31), 2 ** 53, -(2 ** 53),
      2 ** 53 - 1, 1 - 2 ** 53, 2 ** 63, 1e308, 5e-324, 0n, -1n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n, -(2n ** 64n), -(2n ** 64n) - 1n,
      2n ** 128n, Symbol('s'), Symbol.iterator, Symbol.asyncIterator, Symbol.toPrimitive,
    ])
  const texts = () =>
    pick([
      () => pick(['', ' ', '.', '/', '//', '/A', '/a/', 'did:', 'did:key:', 'did:key:z', 'did:web:', 'did:web:a%00b', 'did:x:y#z', '\ud800', '\udc00\ud800',
        'a\udfff', '\u0000', '__proto__', 'constructor', 'prototype', 'then', 'hasOwnProperty', 'NaN', '[]', '{"/":{"bytes":"?"}}', '{"__proto__":1}', 'z',
        'b', 'zzzz', 'm', 'itself', 'danger-any', 'danger-none', 'raw', 'gzip', 'ArgumentError\nfault\nno', 'B', 'C', 'O', 'P', 'M', '@']),
      () => 'x'.repeat(1 << below(21)),
      () => pick(['[', '{"a":', '(', '["not",', '\\', '/a', '.a', 'did:key:']).repeat(1 << below(17)),
      () => 'x'.repeat(4 * 1024 * 1024 + below(3)),
      () => misspelt(pick(genuine.texts)),
      () => misspelt(pick(genuine.texts)),
      () => pick(genuine.texts),
    ])()
  const bytes = () => {
    const real = pick(genuine.bytes)
    return pick([
      () => random(below(100)), () => new Uint8Array(), () => real, () => cut(real), () => cut(real), () => flipped(real), () => flipped(real),
      () => Uint8Array.of(...real, 0), () => detached(real), () => shared(real), () => shrunk(100, below(100), chance(50)), () => shrunk(32, below(32), true),
      () => new Uint8Array(4 * 1024 * 1024 + below(2)), () => random(32), () => random(33), () => random(64), () => new Uint8Array(32).fill(255),
      () => disguised(real, { length: pick([0, 1, 31, 32, 1e9, -1, NaN, 2 ** 53, 'a', {}, Symbol('l')]) }),
      () => disguised(real, { slice: () => pick([real, null, 'x', new Uint8Array(1), {}]) }),
      () => disguised(real, { byteLength: 1, byteOffset: 1e9, buffer: new ArrayBuffer(1) }),
      () => disguised(real, { constructor: { [Symbol.species]: function () { return pick([{}, new Uint8Array(9999), []]) } } }),
      () => disguised(real, { subarray: raise, set: raise, slice: raise, fill: raise, [Symbol.iterator]: raise }),
      () => lying(real, raise), () => lying(real, () => below(2000)), () => lying(real, freeing(real.length).get),
      () => new (class extends Uint8Array { get length() { return pick([0, 5, 1e9]) } slice() { return this } })(real),
      () => new Uint8ClampedArray(real), () => new Uint16Array(32), () => new DataView(new ArrayBuffer(32)), () => new ArrayBuffer(32), () => [...random(32)],
      () => Object.create(Uint8Array.prototype), () => new Proxy(real, {}), () => Object.setPrototypeOf(real.slice(), null),
      () => Object.setPrototypeOf(real.slice(), Array.prototype), () => Object.setPrototypeOf([1, 2, 3], Uint8Array.prototype),
      () => (genuine.realm ? new genuine.realm.Uint8Array(real) : real), () => (globalThis.Buffer ? Buffer.from(real) : real),
    ])()
  }
  const functions = () =>
    pick([() => undefined, raise, async () => some(9), async () => raise(), class {}, Object, Proxy, Symbol, eval, () => pick(genuine.bytes).slice(), (value) => value,
      new Proxy(function () {}, {}), revoked(function () {}), trapped(function () {})])
  const objects = (depth) =>
    pick([
      () => ({}), () => [], () => Object.create(null), () => circular(), () => new Date(pick([NaN, 0, 8.64e15, -8.64e15, 1e12, 1500])),
      () => Object.assign(new Date(0), { valueOf: raise, getTime: raise }), () => Object.defineProperty(new Date(0), Symbol.toPrimitive, { value: () => some(depth) }), () => new Map([[some(depth), some(depth)]]), () => new Set([1]),
      () => new WeakMap(), () => /x/, () => new Hostile('as a value'), () => Promise.resolve(1), () => ({ then: (resolve) => resolve(some(depth)) }), () => ({ then: raise }),
      () => ({ get then() { return raise() } }), () => nested(pick([2, 10, 62, 63, 64, 65, 66, 500, 5000]), (value) => [value]),
      () => nested(pick([2, 10, 62, 63, 64, 65, 66, 500, 5000]), (value) => ({ a: value })), () => nested(pick([10, 5000]), (value) => ['not', value]),
      () => nested(18, (value) => [value, value]), () => Array(pick([1, 10, 2 ** 16, 2 ** 24])), () => Array.from({ length: below(2000) }, () => 0),
      () => Array.from({ length: below(20) }, () => some(depth)), () => Object.fromEntries(Array.from({ length: below(20) }, (_, at) => [`k${at}`, some(depth)])),
      () => ({ get a() { return raise() } }), () => ({ get a() { return some(depth) }, b: some(depth) }),
      () => Object.defineProperty({}, 'a', { enumerable: true, get: freeing(1).get }), () => ({ toString: raise, valueOf: raise, toJSON: raise }),
      () => ({ toString: () => 'did:key:z', length: 2 ** 32, 0: 1 }), () => ({ toJSON: () => some(depth) }), () => ({ [Symbol.toPrimitive]: raise }),
      () => ({ [Symbol.iterator]: raise }), () => trapped({}), () => trapped([]), () => fickle({ a: 1, b: [2] }, depth), () => fickle([1, 2, 3], depth), () => revoked({}),
      () => revoked([]), () => ({ asCID: 1, bytes: random(36) }), () => Object.assign(Object.create({ inherited: 1 }), { own: 2 }), () => JSON.parse('{"__proto__":{"polluted":1},"constructor":2}'),
      () => { const cid = { bytes: random(36) }; cid.asCID = cid; return cid },
      () => new Proxy([], { get: (list, name) => (name === 'length' ? pick([1e9, -1, 'x', 2 ** 53]) : Reflect.get(list, name)) }),
      () => Object.assign([1, 2], { map: () => some(depth), flatMap: raise, every: () => true, [Symbol.iterator]: raise }), () => new Proxy(new Map(), {}), () => Object.freeze([Object.freeze({})]),
      () => (genuine.realm ? genuine.realm.evaluate(pick(['({a: 1})', '[1, [2]]', 'new Map([["a", 1]])', 'new Date(0)', '(() => {})', 'new Error("x")', 'Object.create(null)'])) : {}),
      () => new Number(1), () => new String('did:key:z'), () => new Boolean(false), () => Object(1n), () => Object(Symbol('s')), () => globalThis, () => (function () { return arguments })(1, 2),
      () => pick(genuine.objects), () => pick(genuine.objects), () => { const key = genuine.key(); key.free(); return key }, () => Object.create(pick(genuine.objects)),
      () => new Proxy(pick(genuine.objects), {}), () => fickle(Object(pick(genuine.objects)), depth),
    ])()
  function any(depth = 0) {
    if (depth > 3) return primitives()
    return pick([primitives, texts, bytes, () => objects(depth), () => objects(depth), functions])()
  }

  /** The same arguments with something in them replaced: one of them, or a part of one. */
  function spoilt(value, depth = 0) {
    const into = value !== null && typeof value === 'object' && [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value)) && Reflect.ownKeys(value).length > 0
    if (into && chance(depth === 0 ? 100 : 75)) {
      const copy = Array.isArray(value) ? [...value] : { ...value }
      const name = pick(Object.keys(copy))
      if (chance(6)) {
        delete copy[name]
      } else if (chance(8)) {
        const made = pick([() => ({ get: raise }), () => freeing(copy[name]), () => { let times = 0; const first = copy[name]; return { get: () => (times++ === 0 ? first : any(2)) } }])()
        Object.defineProperty(copy, name, { get: made.get, enumerable: true, configurable: true })
      } else {
        copy[name] = spoilt(copy[name], depth + 1)
      }
      return depth > 0 && chance(8) ? pick([trapped, revoked, (it) => fickle(it, 1)])(copy) : copy
    }
    if (value instanceof Uint8Array && chance(50)) return pick([cut, flipped, detached, shared])(value)
    if (typeof value === 'string' && chance(50)) return misspelt(value)
    return any()
  }
  return { any, spoilt, bytes, texts }
}
