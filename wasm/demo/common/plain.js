// Text from strangers, made safe to look at: what cli/src/text.rs does on a terminal.

/** Controls, bidirectional and other format characters, spaces that are not the space, fillers, variation selectors, private use. */
const HIDDEN = new RegExp(
  '[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Co}\\p{Cs}\\p{Noncharacter_Code_Point}\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f'
    + '\\u2800\\u3164\\ufe00-\\ufe0f\\uffa0\\ufff0-\\ufff8\\u{e0000}-\\u{e0fff}]|(?! )\\p{Zs}',
  'gu',
)

/** The text with every character that does not show, or that changes how others show, written as an escape. */
export function plain(text) {
  return String(text).replace(HIDDEN, (letter) => {
    if (letter === '\n') return '\\n'
    if (letter === '\r') return '\\r'
    if (letter === '\t') return '\\t'
    return `\\u{${letter.codePointAt(0).toString(16)}}`
  })
}

/** At most so many characters of it. */
export function cut(text, most) {
  const letters = [...plain(text)]
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : letters.join('')
}

/** JSON, with the same characters as `\uXXXX`: the data stay the same. Its line ends stay as well. */
export function plainJson(text) {
  return text.replace(HIDDEN, (letter) => {
    if (letter === '\n') return letter
    return [...Array(letter.length).keys()].map((at) => `\\u${letter.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')
  })
}

/** "1 token", "2 tokens". */
export function count(number, thing) {
  return `${number} ${thing}${number === 1 ? '' : 's'}`
}

/** As a sentence begins. */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1)
