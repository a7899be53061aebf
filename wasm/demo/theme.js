// Before anything is painted: the theme that was chosen, if one was. Not a module, since modules run after the first paint.

;(() => {
  const KEY = 'allod-theme'
  const root = document.documentElement
  const dark = matchMedia('(prefers-color-scheme: dark)')

  function chosen() {
    try {
      return localStorage.getItem(KEY)
    } catch {
      return null
    }
  }

  const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : dark.matches)

  function show() {
    const button = document.getElementById('theme')
    if (button) button.setAttribute('aria-pressed', String(isDark()))
  }

  const before = chosen()
  if (before === 'dark' || before === 'light') root.dataset.theme = before
  dark.addEventListener('change', show)

  document.addEventListener('DOMContentLoaded', () => {
    show()
    document.getElementById('theme').addEventListener('click', () => {
      const next = isDark() ? 'light' : 'dark'
      root.dataset.theme = next
      try {
        localStorage.setItem(KEY, next)
      } catch {
        // It lasts as long as the page then.
      }
      show()
    })
  })
})()
