import { html } from '../page/html.js';
import { postForm } from '../page/form-token.js';
import type { Page } from '../page/page.js';

interface LoginView {
  token: string;
  next?: string | undefined;
  email?: string | undefined;
  fault?: string | undefined;
}

/** The form, with what was wrong with the last try. */
export function loginPage({ token, next, email, fault }: LoginView): Page {
  const fields = html`<h1>Log in</h1>
    <p class="quiet">For operators of this installation.</p>
    ${fault ? html`<p class="notice bad" role="alert">${fault}</p>` : ''}
    <label
      >E-mail<input
        name="email"
        type="email"
        value="${email}"
        autocomplete="username"
        maxlength="254"
        required
        ${fault ? '' : 'autofocus'}
    /></label>
    <label
      >Password<input
        name="password"
        type="password"
        autocomplete="current-password"
        maxlength="128"
        required
        ${fault ? 'autofocus' : ''}
    /></label>
    ${next ? html`<input type="hidden" name="next" value="${next}" />` : ''}
    <button>Log in</button>`;
  return { title: 'Log in', body: postForm(token, '/admin/login', fields, 'login') };
}
