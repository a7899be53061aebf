// The order of a module's functions. Gzip finds again what it has seen within 32 KB, and no further: functions that are
// alike belong beside each other.

/** How many bytes in a row have to be the same, and what more functions share than this is found everywhere anyway. */
const ROW = 6
const COMMON = 60

/** How many bytes of code before a function it is compared with. */
const BEFORE = 12_000

/** The module with a name for each of its functions: sorted by name, they are in that order. */
export function named(module) {
  const { imported, functions } = read(module)
  const places = new Map(ordered(functions).map((index, place) => [index, place]))
  const names = functions.map((_, index) => [...number(imported + index), 5, ...ascii(String(places.get(index)).padStart(5, '0'))])
  const all = [...number(names.length), ...names.flat()]
  const section = [4, ...ascii('name'), 1, ...number(all.length), ...all]
  return Buffer.concat([module, Buffer.from([0, ...number(section.length), ...section])])
}

/** Always the one next that shares most, for its size, with what stands right before it. */
function ordered(functions) {
  const rows = functions.map(rowsOf)
  const sharers = new Map()
  rows.forEach((set, index) => set.forEach((row) => sharers.get(row)?.push(index) ?? sharers.set(row, [index])))
  for (const [row, all] of sharers) if (all.length < 2 || all.length > COMMON) sharers.delete(row)
  const shared = rows.map((set) => [...set].filter((row) => sharers.has(row)))
  const scores = new Float64Array(functions.length)
  const seen = new Map()
  const window = []
  let size = 0
  const left = new Set(functions.keys())
  const order = []
  while (left.size > 0) {
    let best
    let most = -1
    for (const index of left) {
      const score = scores[index] / functions[index].length ** 0.7
      if (score > most) [best, most] = [index, score]
    }
    left.delete(best)
    order.push(best)
    enter(best)
  }
  return order

  function enter(index) {
    window.push(index)
    size += functions[index].length
    for (const row of shared[index]) count(row, 1)
    while (size > BEFORE && window.length > 1) {
      const gone = window.shift()
      size -= functions[gone].length
      for (const row of shared[gone]) count(row, -1)
    }
  }

  function count(row, by) {
    const before = seen.get(row) ?? 0
    seen.set(row, before + by)
    // It counts once, however often it is there, and the more the fewer have it.
    if (before !== 0 && before + by !== 0) return
    const all = sharers.get(row)
    const worth = by / Math.sqrt(all.length - 1)
    for (const index of all) scores[index] += worth
  }
}

function rowsOf(code) {
  const rows = new Set()
  for (let at = 0; at + ROW <= code.length; at++) rows.add(code.readUIntBE(at, ROW))
  return rows
}

/** The code of the module's own functions, and how many come from outside and are counted before them. */
function read(module) {
  let at = 8
  let imported = 0
  const functions = []
  while (at < module.length) {
    const section = module[at++]
    const end = take() + at
    if (section === 2) {
      for (let imports = take(); imports > 0; imports--) {
        skip(take())
        skip(take())
        const kind = module[at++]
        // Whatever else can come from outside, wasm-bindgen has it come from inside.
        if (kind !== 0) throw new Error('an import that is no function')
        take()
        imported++
      }
    }
    if (section === 10) {
      for (let bodies = take(); bodies > 0; bodies--) {
        const length = take()
        functions.push(module.subarray(at, at + length))
        skip(length)
      }
    }
    at = end
  }
  return { imported, functions }

  function skip(bytes) {
    at += bytes
  }

  function take() {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = module[at++]
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
  }
}

function number(value) {
  return value < 128 ? [value] : [(value & 127) | 128, ...number(value >>> 7)]
}

function ascii(text) {
  return [...Buffer.from(text)]
}
