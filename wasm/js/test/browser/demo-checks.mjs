// What can be checked by hand of whether everyone can use a page. Each check answers with what it finds wrong, in words.

/** All of them, on the page as it is. */
export async function wrong(page) {
  return [...(await names(page)), ...(await structure(page)), ...(await contrast(page)), ...(await targets(page)), ...(await width(page))]
}

const CONTROLS = new Set([
  'button',
  'link',
  'textbox',
  'searchbox',
  'combobox',
  'listbox',
  'checkbox',
  'radio',
  'switch',
  'tab',
  'tabpanel',
  'spinbutton',
  'slider',
  'image',
  'img',
  'graphics-document',
  'DisclosureTriangle',
  'Date',
  'DateTime',
  'InputTime',
  'dialog',
  'group-with-name',
  'region',
])

/** Controls, pictures and regions without a name, as a screen reader is told of them. */
export async function names(page) {
  const session = await page.context().newCDPSession(page)
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  await session.detach()
  const found = nodes.filter(({ ignored, role, name }) => !ignored && CONTROLS.has(role?.value) && !name?.value?.trim())
  return found.map(({ role, nodeId }) => `${role.value} ${nodeId} has no name`)
}

/** Landmarks, headings, references and ids. */
export function structure(page) {
  return page.evaluate(() => {
    const wrong = []
    const shown = (it) => it.checkVisibility()
    for (const one of ['header', 'main', 'footer', 'h1']) {
      const count = [...document.querySelectorAll(one)].filter(shown).length
      if (count !== 1) wrong.push(`there are ${count} of ${one}`)
    }
    let before = 0
    for (const heading of [...document.querySelectorAll('h1, h2, h3, h4, h5')].filter(shown)) {
      const level = Number(heading.localName[1])
      if (level > before + 1) wrong.push(`h${level} "${heading.textContent}" comes after h${before}`)
      before = level
    }
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id)
    for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) wrong.push(`two have the id ${id}`)
    for (const attribute of ['for', 'aria-labelledby', 'aria-describedby', 'aria-controls', 'list']) {
      for (const it of document.querySelectorAll(`[${attribute}]`)) {
        for (const id of it.getAttribute(attribute).split(' '))
          if (!document.getElementById(id)) wrong.push(`${attribute}="${id}" leads nowhere`)
      }
    }
    if (!document.documentElement.lang) wrong.push('the page does not say its language')
    for (const it of document.querySelectorAll('*')) {
      for (const { name } of it.attributes) if (name.startsWith('on') || name === 'style') wrong.push(`${it.localName} has ${name}`)
    }
    return wrong
  })
}

/** Text whose colour is too near to what is behind it: below 4.5, or below 3 where it is large. */
export function contrast(page) {
  return page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    const known = new Map()
    const rgba = (colour) => {
      if (known.has(colour)) return known.get(colour)
      canvas.clearRect(0, 0, 1, 1)
      canvas.fillStyle = colour
      canvas.fillRect(0, 0, 1, 1)
      known.set(colour, [...canvas.getImageData(0, 0, 1, 1).data])
      return known.get(colour)
    }
    const light = ([r, g, b]) => {
      const [x, y, z] = [r, g, b].map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4))
      return 0.2126 * x + 0.7152 * y + 0.0722 * z
    }
    const ratio = (one, other) => {
      const [a, b] = [light(one), light(other)].sort((x, y) => y - x)
      return (a + 0.05) / (b + 0.05)
    }
    const behind = (element) => {
      const plot = element.closest('svg g')?.querySelector('.plot')
      if (plot && element.namespaceURI.endsWith('svg')) return rgba(getComputedStyle(plot).fill)
      for (let it = element; it; it = it.parentElement) {
        const colour = rgba(getComputedStyle(it).backgroundColor)
        if (colour[3] === 255) return colour
        if (colour[3] > 0) throw new Error(`${it.className} is half transparent`)
      }
      return [255, 255, 255, 255]
    }
    const wrong = []
    const look = (element, colour, text) => {
      const style = getComputedStyle(element)
      const size = parseFloat(style.fontSize)
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700)
      const found = ratio(rgba(colour), behind(element))
      if (found < (large ? 3 : 4.5))
        wrong.push(
          `"${text.trim().slice(0, 40)}" (${element.localName}.${element.getAttribute('class')}) has a contrast of ${found.toFixed(2)}`,
        )
    }
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement
      const text = walker.currentNode.data
      if (!text.trim() || !element.checkVisibility() || element.closest('.unseen, script, noscript, title, option, datalist')) continue
      const style = getComputedStyle(element)
      look(element, element.namespaceURI.endsWith('svg') ? style.fill : style.color, text)
    }
    for (const field of document.querySelectorAll('input, textarea, select')) {
      if (!field.checkVisibility()) continue
      if (field.placeholder) look(field, getComputedStyle(field, '::placeholder').color, field.placeholder)
      look(field, getComputedStyle(field).color, field.value || 'its text')
      // The edge of a field tells where it is.
      const edge = ratio(rgba(getComputedStyle(field).borderTopColor), behind(field.parentElement))
      if (field.type !== 'radio' && field.type !== 'checkbox' && !field.classList.contains('unseen') && edge < 3)
        wrong.push(`the edge of #${field.id} has a contrast of ${edge.toFixed(2)}`)
    }
    return wrong
  })
}

/** What is too small to be touched: below 44 pixels. Links in a sentence are as high as their line. */
export function targets(page) {
  return page.evaluate(() => {
    const wrong = []
    for (const it of document.querySelectorAll('button, a[href], input, select, textarea, summary, [role="tab"]')) {
      if (!it.checkVisibility() || it.closest('.skip, .unseen') || (it.localName === 'a' && !it.classList.contains('button'))) continue
      // What is in a label is touched with it.
      const { width, height } = (it.closest('label') ?? it).getBoundingClientRect()
      if (width < 43.5 || height < 43.5)
        wrong.push(`${it.localName} "${(it.textContent || it.id).trim().slice(0, 30)}" is ${Math.round(width)} × ${Math.round(height)}`)
    }
    return wrong
  })
}

/** Whether one has to scroll sideways. */
export function width(page) {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    if (scrollWidth <= clientWidth) return []
    const wide = [...document.querySelectorAll('body *')].filter(
      (it) => it.checkVisibility() && it.getBoundingClientRect().right > clientWidth + 1 && !it.closest('.unseen, pre'),
    )
    return [
      `the page is ${scrollWidth} wide, in a window of ${clientWidth}: ${wide
        .slice(0, 3)
        .map((it) => `${it.localName}.${it.getAttribute('class')}`)
        .join(', ')}`,
    ]
  })
}
