// Reads the live parts of a page again while it is looked at. Without scripts a page is as it was when it was loaded.
const EVERY_MS = 3_000;

/** @param {HTMLElement} part */
async function refresh(part) {
  const response = await fetch(part.dataset.live, { headers: { accept: 'text/html' } });
  if (response.redirected) location.reload(); // the session has ended: the page itself leads to the login
  if (!response.ok) throw new Error(String(response.status));
  const text = await response.text();
  // what is in use is not taken from under the reader
  if (!part.contains(document.activeElement) && part.innerHTML !== text) part.innerHTML = text;
}

async function look() {
  if (document.hidden) return;
  for (const part of document.querySelectorAll('[data-live]')) {
    try {
      await refresh(part);
      part.removeAttribute('data-stale');
    } catch {
      part.setAttribute('data-stale', '');
    }
  }
}

if (document.querySelector('[data-live]')) {
  const again = () => setTimeout(() => look().finally(again), EVERY_MS);
  again();
  document.addEventListener('visibilitychange', () => void look());
}
