import type { JobRecord } from '../../../platform/queue/job.js';
import { duration } from '../page/format.js';
import { html, type Html } from '../page/html.js';

const WIDTH = 120;
const HEIGHT = 28;
const BARS = 20;
const STEP = WIDTH / BARS;
/** A run of no length is still to be seen. */
const LEAST = 2;

export function durationOf({ startedAt, finishedAt }: JobRecord): number | null {
  return startedAt && finishedAt ? finishedAt.getTime() - startedAt.getTime() : null;
}

/** The last runs as bars, oldest first, as high as they took long. `runs` come newest first. */
export function durationChart(runs: readonly JobRecord[]): Html {
  const ended = runs
    .filter((run) => durationOf(run) !== null)
    .slice(0, BARS)
    .toReversed();
  if (ended.length === 0) return html`<span class="quiet">no runs yet</span>`;
  const lengths = ended.map((run) => durationOf(run) ?? 0);
  const longest = Math.max(...lengths, 1);
  const about = `Durations of the last ${ended.length} runs, from ${duration(Math.min(...lengths))} to ${duration(longest)}`;
  const bars = ended.map((run, at) => {
    const ms = lengths[at] ?? 0;
    const height = Math.max(LEAST, (HEIGHT * ms) / longest);
    const x = WIDTH - (ended.length - at) * STEP;
    return html`<rect
      class="${run.state}"
      x="${x.toFixed(1)}"
      y="${(HEIGHT - height).toFixed(1)}"
      width="${STEP - 1.5}"
      height="${height.toFixed(1)}"
      rx="1"
      ><title>${run.state}, ${duration(ms)}</title></rect
    >`;
  });
  return html`<svg
    class="trend"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    width="${WIDTH}"
    height="${HEIGHT}"
    role="img"
    aria-label="${about}"
  >
    ${bars}
  </svg>`;
}
