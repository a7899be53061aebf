// Bytes as text, and back.

/** Bytes as lowercase hex. */
export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The bytes of hex digits; nothing where the text is not hex. */
export function unhex(text) {
  if (text.length % 2 || !/^[0-9a-f]+$/i.test(text)) return undefined
  return Uint8Array.from({ length: text.length / 2 }, (_, at) => parseInt(text.slice(2 * at, 2 * at + 2), 16))
}

/** Bytes as base64. */
export function base64(bytes) {
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}

/** The bytes of base64 in either alphabet, padded or not; nothing where the text is neither. */
export function unbase64(text) {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return undefined
  try {
    const bare = text.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '')
    return Uint8Array.from(atob(bare), (letter) => letter.charCodeAt(0))
  } catch {
    return undefined
  }
}
