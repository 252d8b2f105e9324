import type { DeadLetterDetailDto, DeadLetterDto } from '../../../platform/queue/dead-letter.dto.js';
import { moment } from '../page/format.js';
import { postForm } from '../page/form-token.js';
import { html, type Html } from '../page/html.js';

export const LETTERS = '/admin/jobs/dead-letters';

/** Jobs that were given up, newest first. */
export function lettersView(letters: readonly DeadLetterDto[]): Html {
  if (letters.length === 0) return html`<p class="quiet">None.</p>`;
  const rows = letters.map(
    ({ id, name, queue, shop, deadAt, attempts, message }) =>
      html`<tr>
        <th scope="row"><a href="${LETTERS}/${id}">${name}</a></th>
        <td data-label="Queue" class="wide">${queue}</td>
        <td data-label="Shop" class="wide">${shop ?? '–'}</td>
        <td data-label="Given up">${moment(deadAt)}</td>
        <td data-label="Tries" class="n">${attempts}</td>
        <td data-label="Why" class="wide">${message}</td>
      </tr>`,
  );
  return html`<div class="scroll">
    <table class="stack">
      <thead>
        <tr>
          <th scope="col">Job</th>
          <th scope="col">Queue</th>
          <th scope="col">Shop</th>
          <th scope="col">Given up</th>
          <th scope="col" class="n">Tries</th>
          <th scope="col">Why</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

/** Runs those of the list again, the pages behind this one too. */
export function replayAllForm(token: string, wanted: Readonly<Record<string, string>>): Html {
  const fields = Object.entries(wanted).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );
  return html`<div class="actions">
    ${postForm(token, `${LETTERS}/replay`, html`${fields}<button class="second">Run all again</button>`)}
  </div>`;
}

/** One of them with its payload, redacted, and the stack of its last failure. */
export function letterView(token: string, letter: DeadLetterDetailDto): Html {
  const { id, queue, shop, createdAt, deadAt, attempts, crashes, message, payload, payloadVersion, stack } =
    letter;
  const facts = [
    ['Queue', queue],
    ['Shop', shop ?? '–'],
    ['Started', moment(createdAt)],
    ['Given up', moment(deadAt)],
    ['Tries', attempts],
    ['Crashes', crashes],
  ] as const;
  return html`<dl>
      ${facts.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    <p class="notice bad">${message}</p>
    <div class="actions">
      ${postForm(token, `${LETTERS}/${id}/replay`, html`<button>Run again</button>`)}
      ${postForm(token, `${LETTERS}/${id}/discard`, html`<button class="danger">Discard</button>`)}
    </div>
    <h2>Payload</h2>
    <p class="quiet">Version ${payloadVersion}; secrets, addresses and numbers of people are replaced.</p>
    <pre tabindex="0">${JSON.stringify(payload, null, 2)}</pre>
    <h2>Stack</h2>
    <pre tabindex="0">${stack}</pre>`;
}
