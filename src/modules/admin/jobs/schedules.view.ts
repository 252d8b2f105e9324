import type { JobRecord } from '../../../platform/queue/job.js';
import type { ScheduleState } from '../../../platform/scheduler/schedules.service.js';
import { postForm } from '../page/form-token.js';
import { badge, duration, moment } from '../page/format.js';
import { html, type Html } from '../page/html.js';
import { durationChart, durationOf } from './duration-chart.js';

export interface ScheduleWithRuns {
  schedule: ScheduleState;
  /** Newest first. */
  runs: readonly JobRecord[];
}

const pathOf = (name: string) => `/admin/jobs/schedules/${encodeURIComponent(name)}`;

/** Every schedule with its next and last run, and what can be done about it. */
export function schedulesView(token: string, schedules: readonly ScheduleWithRuns[]): Html {
  return html`<ul class="cards">
    ${schedules.map((one) => card(token, one))}
  </ul>`;
}

function card(token: string, { schedule, runs }: ScheduleWithRuns): Html {
  const { job, description, nextRun, pausedAt } = schedule;
  const [last] = runs;
  return html`<li class="card">
    <h3><a href="${pathOf(job.name)}">${job.name}</a> ${pausedAt ? badge('paused') : ''}</h3>
    <p class="quiet">${description}</p>
    <dl>
      <div>
        <dt>Next run</dt>
        <dd>${pausedAt ? html`<span class="quiet">paused</span>` : moment(nextRun)}</dd>
      </div>
      <div>
        <dt>Last run</dt>
        <dd>
          ${last ? html`${moment(last.createdAt)} ${badge(last.state)}` : html`<span class="quiet">never</span>`}
        </dd>
      </div>
      <div>
        <dt>Took</dt>
        <dd>${last ? duration(durationOf(last)) : '–'}</dd>
      </div>
    </dl>
    ${durationChart(runs)} ${last ? outcome(last) : ''} ${scheduleForms(token, schedule)}
  </li>`;
}

/** Run now, dry run where there is one, pause or resume. */
export function scheduleForms(token: string, { job, dryRun, pausedAt }: ScheduleState): Html {
  const path = pathOf(job.name);
  const dry = html`<input type="hidden" name="dryRun" value="true" /><button class="second">Dry run</button>`;
  return html`<div class="actions">
    ${postForm(token, `${path}/run`, html`<button>Run now</button>`)}
    ${dryRun ? postForm(token, `${path}/run`, dry) : ''}
    ${
      pausedAt
        ? postForm(token, `${path}/resume`, html`<button class="second">Resume</button>`)
        : postForm(token, `${path}/pause`, html`<button class="second">Pause</button>`)
    }
  </div>`;
}

/** What a run did, or why it failed. */
export function outcome({ result, error, state, payload }: JobRecord): Html {
  if (state === 'failed' && error) return html`<p class="outcome bad">${error.code}: ${error.detail}</p>`;
  if (!result) return html``;
  const parts = Object.entries(result).map(
    ([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
  );
  const told = parts.length > 0 ? parts.join(', ') : 'nothing to tell';
  return html`<p class="outcome">${'dryRun' in payload ? 'dry run: ' : ''}${told}</p>`;
}

/** The runs of one schedule, for its own page. */
export function runsView(runs: readonly JobRecord[]): Html {
  if (runs.length === 0) return html`<p class="quiet">It has not run yet.</p>`;
  const rows = runs.map(
    (run) =>
      html`<tr>
        <th scope="row">${moment(run.createdAt)}</th>
        <td data-label="State">${badge(run.state)}</td>
        <td data-label="By" class="wide">${triggerOf(run)}</td>
        <td data-label="Took" class="n">${duration(durationOf(run))}</td>
        <td data-label="Outcome" class="wide">${outcome(run)}</td>
      </tr>`,
  );
  return html`<div class="scroll">
    <table class="stack">
      <thead>
        <tr>
          <th scope="col">Started</th>
          <th scope="col">State</th>
          <th scope="col">By</th>
          <th scope="col" class="n">Took</th>
          <th scope="col">Outcome</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function triggerOf({ trigger }: JobRecord): Html | string {
  if (trigger?.kind === 'operator') return html`operator <span class="quiet">${trigger.by}</span>`;
  return trigger?.kind === 'catch-up' ? 'the clock, made up for' : 'the clock';
}
