import type { QueueState } from '../../../platform/queue/queue-health.js';
import { duration, number } from '../page/format.js';
import { html, type Html } from '../page/html.js';

/** How every queue stands; undefined when the queue server cannot be asked. */
export function queuesView(states: readonly QueueState[] | undefined): Html {
  if (!states)
    return html`<p class="notice bad" role="status">
      The queue server is not reachable. Jobs wait in the database.
    </p>`;
  const rows = states.map(
    ({ queue, waiting, active, delayed, held, dead, oldestSeconds, workers }) =>
      html`<tr>
        <th scope="row">${queue}</th>
        ${cell('Waiting', number(waiting))} ${cell('Held', number(held))} ${cell('Active', number(active))}
        ${cell('Retry later', number(delayed))}
        ${cell('Oldest', waiting > 0 ? duration(oldestSeconds * 1_000) : '–')}
        ${cell('Workers', number(workers), workers === 0 ? 'bad' : '')}
        ${cell(
          'Failed',
          dead > 0 ? html`<a href="/admin/jobs/dead-letters?queue=${queue}">${number(dead)}</a>` : '0',
          dead > 0 ? 'bad' : '',
        )}
      </tr>`,
  );
  return html`<div class="scroll">
    <table class="stack">
      <thead>
        <tr>
          <th scope="col">Queue</th>
          <th scope="col" class="n">Waiting</th>
          <th scope="col" class="n">
            <abbr title="Wait beside the queue for room of their tenant">Held</abbr>
          </th>
          <th scope="col" class="n">Active</th>
          <th scope="col" class="n">Retry later</th>
          <th scope="col" class="n">Oldest</th>
          <th scope="col" class="n">Workers</th>
          <th scope="col" class="n"><abbr title="Given up: dead letters">Failed</abbr></th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function cell(label: string, value: Html | string, tone = ''): Html {
  return html`<td class="n ${tone}" data-label="${label}">${value}</td>`;
}
