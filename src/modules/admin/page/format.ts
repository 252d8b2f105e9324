import { html, type Html } from './html.js';

const SPANS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'short' });

/** A moment as its distance from now; exactly, in UTC, when pointed at. */
export function moment(date: Date | null | undefined, now = new Date()): Html {
  if (!date) return html`<span class="quiet">–</span>`;
  const ms = date.getTime() - now.getTime();
  const [unit, span] = SPANS.find(([, length]) => Math.abs(ms) >= length) ?? ['second', 1_000];
  const iso = date.toISOString();
  return html`<time datetime="${iso}" title="${iso}">${relative.format(Math.trunc(ms / span), unit)}</time>`;
}

/** A length of time in the unit a person would take. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '–';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
  return `${Math.floor(ms / 3_600_000)} h ${Math.round((ms % 3_600_000) / 60_000)} min`;
}

const count = new Intl.NumberFormat('en');

export function number(value: number): string {
  return count.format(value);
}

/** The state of a job as a word in its colour. */
export function badge(state: string): Html {
  return html`<span class="badge ${state}">${state}</span>`;
}
